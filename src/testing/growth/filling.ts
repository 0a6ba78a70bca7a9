import pg from 'pg';
import type { Keys } from '#platform/keys/port.ts';
import type { TestApp } from '#testing/app.ts';

const YEAR_MS = 365 * 86_400_000;
const SEALED_AT_ONCE = 5000;
const KINDS =
  `user session device key passkey identity password role todo message digest suppression schedule template run
  event work claim mail file upload version folder uploadLink profile log rule incident silence job execution
  replay replayed node alert webhook delivery access folderAccess sharing
  impersonation organisation invitation view export`.split(/\s+/);

/** What the fills of all modules share. */
export interface Filling {
  readonly app: Pick<TestApp, 'database' | 'audit'>;
  readonly keys: Keys;
  /** Each table that grows gets about so many rows. */
  readonly rows: number;
  /** An administrator, who owns half of the rows. The rest are of a person each. */
  readonly ownerId: string;
  /** SQL: the numbers of the rows, as `n`. */
  readonly each: string;
  /** As `growth_id` of the statements. */
  idOf(kind: string, n: number): string;
  sql(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
}

export type FillingNeeds = Omit<Filling, 'sql' | 'each' | 'idOf'>;

/**
 * Opens the one connection of the fills, for which the role must be a superuser. Their statements can call
 * - `pg_temp.growth_at(n)`: the time of row `n`, in the past year, in the order of `n`;
 * - `pg_temp.growth_id(kind, n)`: the UUIDv7 of row `n` of a kind, of that time;
 * - `pg_temp.growth_owner(n)`: the owner if `n` is even, else the account of that number;
 * - `pg_temp.growth_within(n)`: the number of the row that row `n` belongs to, such as of the job of an execution: 2, the busy one,
 *   has half of all; 4, the one that rests, has a tenth, all of them old; each other one has its own.
 */
export async function openFilling(databaseUrl: string, needs: FillingNeeds) {
  const { rows, ownerId } = needs;
  // As a replica: without triggers and checks of foreign keys, which take a third of the time.
  const options = '-c synchronous_commit=off -c session_replication_role=replica -c maintenance_work_mem=1GB';
  const client = new pg.Client({ connectionString: databaseUrl, options });
  await client.connect();
  const startMs = await readStart(client);
  const stepMs = Math.floor(YEAR_MS / (rows + 1));
  await client.query(`
    create function pg_temp.growth_at(n bigint) returns timestamptz language sql immutable
      return to_timestamp((${startMs} + n * ${stepMs}) / 1000.0);
    create function pg_temp.growth_id(kind text, n bigint) returns uuid language sql immutable
      return ('0' || to_hex(${startMs} + n * ${stepMs}) || '7000'
        || to_hex((-9223372036854775808)::bigint + array_position(array['${KINDS.join("','")}'], kind)::bigint * 281474976710656 + n))::uuid;
    create function pg_temp.growth_owner(n bigint) returns uuid language sql immutable
      return case when n % 2 = 0 then '${ownerId}'::uuid else pg_temp.growth_id('user', n) end;
    create function pg_temp.growth_within(n bigint) returns bigint language sql immutable
      return case when n % 2 = 0 then 2 when n % 5 < 2 and n < ${rows / 2} then 4 else n end;`);
  const sql = async (text: string, values: readonly unknown[] = []) =>
    (await client.query(text, values as unknown[])).rows as Record<string, unknown>[];
  const idOf = (kind: string, n: number) => {
    const place = (0x8000 + KINDS.indexOf(kind) + 1).toString(16);
    const [time, number] = [(startMs + n * stepMs).toString(16).padStart(12, '0'), n.toString(16).padStart(12, '0')];
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-${place}-${number}`;
  };
  const filling = withRows({ ...needs, each: '', idOf, sql }, rows);
  return { filling, close: () => client.end() };
}

/** The same with other rows: ids and times of the rows stay what they are. */
export function withRows(filling: Filling, rows: number): Filling {
  return { ...filling, rows, each: `generate_series(1, ${rows}) n` };
}

/** When the year of the rows begins. It stays what it was at the first fill of this database. */
async function readStart(client: pg.Client): Promise<number> {
  await client.query('create table if not exists public.filled (name text primary key, start_ms bigint)');
  await client.query(`insert into public.filled values ('start', $1) on conflict do nothing`, [Date.now() - YEAR_MS]);
  const { rows } = await client.query(`select start_ms from public.filled where name = 'start'`);
  return Number(rows[0].start_ms);
}

/**
 * For values that are sealed for their row, each by itself. `insert` is SQL over the numbers of rows, `$1::bigint[]`,
 * their ids of that kind, `$2::uuid[]`, and what `seal` answers, `$3::bytea[]` and so on.
 */
export async function fillSealed(
  { sql, rows, idOf }: Pick<Filling, 'sql' | 'rows' | 'idOf'>,
  kind: string,
  seal: (id: string, n: number) => readonly Buffer[],
  insert: string,
): Promise<void> {
  for (let from = 1; from <= rows; from += SEALED_AT_ONCE) {
    const to = Math.min(rows, from + SEALED_AT_ONCE - 1);
    const numbers = Array.from({ length: to - from + 1 }, (_, at) => from + at);
    const ids = numbers.map((n) => idOf(kind, n));
    const sealed = numbers.map((n) => seal(idOf(kind, n), n));
    const columns = (sealed[0] ?? []).map((_, column) => sealed.map((values) => values[column]));
    await sql(insert, [numbers, ids, ...columns]);
  }
}
