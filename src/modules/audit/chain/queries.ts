import { sql, type Kysely, type Transaction } from 'kysely';
import type { ChainedFields } from '#verifier/entry.ts';
import type { AuditTables } from '../tables.ts';

/** Levels of the tree that are stored: subtrees of 256 leaves, of 256 of those, and so on. */
export const TILE_LEVELS = 8;

const OLDEST = 100; // ids are in the order of the clocks of the processes, which can differ a little

/** An entry as it is chained. Its instant has all digits, so that a change of any of them is found. */
export interface EntryFields extends Omit<ChainedFields, 'timestampUtc'> {
  readonly at: string;
  readonly payloadHash: Buffer;
}

/** For `entry` under the alias `e`. The instant has its era behind it; one that is infinite is a word. */
export const ENTRY_COLUMNS = sql`e.id,
  coalesce(to_char(e.timestamp_utc at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"BC'), e.timestamp_utc::text, '') as at,
  e.actor_type, e.actor_id, e.impersonator_id, e.subject_id, e.action, e.resource_type, e.resource_id, e.outcome, e.request_id, e.trace_id,
  e.payload_hash`;

/** In milliseconds where the other digits are zero, as units write them; without the era where that is ours. */
export function toTimestamp(at: string): string {
  if (at.endsWith('000ZAD')) return `${at.slice(0, -6)}Z`;
  return at.endsWith('ZAD') ? at.slice(0, -2) : at;
}

/**
 * Takes the oldest entries that wait to be chained, oldest first. `ageMs` is how long the oldest has waited. What waits
 * without its entry stays, for the report.
 *
 * Each entry is looked up by itself (`offset 0` keeps the planner from a join), and the waiting rows by an array: their
 * table is empty when its statistics are taken, and for a join with it the planner would read whole tables.
 */
export async function takeUnsealed(tx: Transaction<AuditTables>, limit: number) {
  const { rows } = await sql<EntryFields & { ageMs: number }>`
    with oldest as materialized (
      select w.entry_id from audit.unsealed w, lateral (select from audit.entry e where e.id = w.entry_id limit 1) e
      order by w.entry_id limit ${limit}
    ), taken as (
      delete from audit.unsealed u where u.entry_id = any (array(select entry_id from oldest)) returning u.entry_id, u.at
    )
    select ${ENTRY_COLUMNS}, (extract(epoch from clock_timestamp() - t.at) * 1000)::float8 as age_ms
    from (select entry_id, min(at) filter (where isfinite(at)) as at from taken group by entry_id) t,
      lateral (select * from audit.entry where id = t.entry_id offset 0) e
    order by e.id`.execute(tx);
  return { entries: rows, ageMs: Math.max(0, ...rows.map(({ ageMs }) => ageMs)) };
}

export interface SealRows {
  readonly first: number;
  readonly entryIds: readonly string[];
  /** One more than entries: the checksum of the predecessor comes first. */
  readonly checksums: readonly Buffer[];
  readonly tiles: readonly { readonly level: number; readonly index: number; readonly hash: Uint8Array }[];
}

export async function insertSeals(
  tx: Transaction<AuditTables>,
  { first, entryIds, checksums, tiles }: SealRows,
): Promise<void> {
  const bytes = Buffer.concat(checksums); // one value takes a third of the time that an array of them takes
  await sql`insert into audit.seal (sequence, entry_id, previous_checksum, checksum)
    select ${first}::bigint + s.ord - 1, s.id, substring(b.bytes from (32 * (s.ord - 1) + 1)::int for 32),
           substring(b.bytes from (32 * s.ord + 1)::int for 32)
    from unnest(${entryIds}::uuid[]) with ordinality s (id, ord), (select ${bytes}::bytea as bytes) b`.execute(tx);
  if (tiles.length > 0)
    await sql`insert into audit.tree (level, index, hash)
      select t.level, t.index, t.hash from unnest(${tiles.map(({ level }) => level)}::smallint[],
        ${tiles.map(({ index }) => index)}::bigint[], ${tiles.map(({ hash }) => Buffer.from(hash))}::bytea[]) t (level, index, hash)`.execute(
      tx,
    );
}

/**
 * How long the oldest entry has waited to be chained, in seconds; 0 when none waits. An infinite instant has no age. The
 * oldest are the first by id: a look at them costs the same beside any backlog.
 */
export async function unsealedAgeSeconds(db: Kysely<AuditTables>): Promise<number> {
  const { rows } = await sql<{ seconds: number }>`
    select coalesce(extract(epoch from clock_timestamp() - min(at)), 0)::float8 as seconds
    from (select at from audit.unsealed order by entry_id limit ${OLDEST}) u where isfinite(at)`.execute(db);
  return rows[0]?.seconds ?? 0;
}
