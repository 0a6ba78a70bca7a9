import { sql, type Kysely, type Transaction } from 'kysely';
import { GENESIS, HASH_BYTES } from '#verifier/entry.ts';
import { rootOf, type Frontier } from '#verifier/tree.ts';
import type { AuditTables } from '../tables.ts';

/** Where the chain ends. */
export interface Head {
  readonly size: number;
  readonly checksum: Buffer;
  readonly frontier: Frontier;
  readonly root: Buffer;
  /** Signed checkpoint of this size; null before there is a key to sign it. */
  readonly note: string | null;
  /** The row is missing, doubled or unreadable: the other fields are taken from the seals, and nothing is signed. */
  readonly isLost: boolean;
}

type HeadRow = AuditTables['audit.head'];

const FROZEN = '800ms'; // a holder that sends nothing for so long loses the transaction, and with it the lock
const HEAD_COLUMNS = sql`size, checksum, frontier, note`;

export async function readHead(db: Kysely<AuditTables>): Promise<Head> {
  const { rows } = await sql<HeadRow>`select ${HEAD_COLUMNS} from audit.head`.execute(db);
  return toHead(rows) ?? readLostHead(db);
}

/**
 * Locked until the unit ends; a process that is frozen loses the lock after 0.8 s. Null when another process holds the
 * lock and `waits` is false, or when the row is lost: `isHeadThere` distinguishes them.
 */
export async function lockHead(tx: Transaction<AuditTables>, { waits }: { waits: boolean }): Promise<Head | null> {
  // A plan from when nothing waited would read whole tables beside a backlog: it is made anew for each batch.
  await sql`select set_config('idle_in_transaction_session_timeout', ${FROZEN}, true),
    set_config('plan_cache_mode', 'force_custom_plan', true)`.execute(tx);
  const { rows } = await (
    waits
      ? sql<HeadRow>`select ${HEAD_COLUMNS} from audit.head for update`
      : sql<HeadRow>`select ${HEAD_COLUMNS} from audit.head for update skip locked`
  ).execute(tx);
  return toHead(rows);
}

export async function isHeadThere(db: Kysely<AuditTables>): Promise<boolean> {
  return !(await readHead(db)).isLost;
}

export async function moveHead(
  tx: Transaction<AuditTables>,
  { size, checksum, frontier, note }: Omit<Head, 'root' | 'isLost'>,
): Promise<void> {
  await sql`update audit.head set size = ${size}, checksum = ${checksum}, frontier = ${Buffer.concat(frontier.nodes)},
    note = ${note}`.execute(tx);
}

/** Null for anything else than one readable row. */
function toHead(rows: readonly HeadRow[]): Head | null {
  const [row] = rows;
  if (!row || rows.length > 1) return null;
  const { size, frontier, checksum } = row as { [Name in keyof HeadRow]: HeadRow[Name] | null }; // without its constraints
  if (!Number.isSafeInteger(size) || !frontier || frontier.length % HASH_BYTES !== 0 || !checksum) return null;
  const nodes = toNodes(frontier);
  return { ...row, frontier: { size: row.size, nodes }, root: rootOf(nodes), isLost: false };
}

/** Lets reports and exports work although the row is lost. */
async function readLostHead(db: Kysely<AuditTables>): Promise<Head> {
  const { rows } = await sql<Pick<HeadRow, 'size' | 'checksum'>>`
    select sequence as size, checksum from audit.seal where sequence between 1 and ${Number.MAX_SAFE_INTEGER}
    order by sequence desc limit 1`.execute(db);
  const { size, checksum } = rows[0] ?? { size: 0, checksum: GENESIS };
  return {
    size,
    checksum: checksum ?? GENESIS,
    frontier: { size, nodes: [] },
    root: rootOf([]),
    note: null,
    isLost: true,
  };
}

function toNodes(bytes: Buffer): Buffer[] {
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}
