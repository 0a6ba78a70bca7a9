import { sql, type Kysely, type Transaction } from 'kysely';
import { GENESIS, HASH_BYTES, type ChainedFields } from '#verifier/entry.ts';
import { rootOf, type Frontier } from '#verifier/tree.ts';
import type { AuditEntry } from '../contract.ts';

/** The platform's tables (units write them) and this module's own. What is chained is read and written as text. */
export type AuditTables = {
  'audit.entry': Pick<
    AuditEntry,
    | 'id'
    | 'timestampUtc'
    | 'actorType'
    | 'actorId'
    | 'subjectId'
    | 'action'
    | 'resourceType'
    | 'resourceId'
    | 'outcome'
    | 'requestId'
    | 'traceId'
  > & { payloadHash: Buffer };
  'audit.payload': { entryId: string; salt: Buffer | null; sealed: Buffer; origin: Buffer | null };
  'audit.seal': { sequence: number; entryId: string; previousChecksum: Buffer; checksum: Buffer };
  'audit.finding': { sequence: number | null; kind: string; entryId: string | null };
};
type Reader = Kysely<AuditTables>;
type Writer = Transaction<AuditTables>;

/** Levels of the tree that are stored: subtrees of 256 leaves, of 256 of those, and so on. */
export const TILE_LEVELS = 8;

/** Where the chain ends. */
export interface Head {
  readonly size: number;
  readonly checksum: Buffer;
  readonly frontier: Frontier;
  readonly root: Buffer;
  /** Signed checkpoint of this size; null before there is a key to sign it. */
  readonly note: string | null;
  /** The row is gone: the rest is what the seals say, and nothing is signed. */
  readonly isLost: boolean;
}

interface HeadRow {
  readonly size: number;
  readonly checksum: Buffer;
  readonly frontier: Buffer;
  readonly note: string | null;
}

const FROZEN = '800ms'; // who does nothing for so long loses the transaction, and with it the head
const HEAD_COLUMNS = sql`size, checksum, frontier, note`;

export async function readHead(db: Reader): Promise<Head> {
  const { rows } = await sql<HeadRow>`select ${HEAD_COLUMNS} from audit.head`.execute(db);
  return rows[0] ? toHead(rows[0]) : readLostHead(db);
}

/**
 * Held until the unit ends, or has done nothing for so long that its process must be frozen. Null when another holds it
 * and nobody waits, or when the row is gone: `isHeadThere` tells which.
 */
export async function lockHead(tx: Writer, { waits }: { waits: boolean }): Promise<Head | null> {
  await sql`set local idle_in_transaction_session_timeout = ${sql.lit(FROZEN)}`.execute(tx);
  const { rows } = await (
    waits
      ? sql<HeadRow>`select ${HEAD_COLUMNS} from audit.head for update`
      : sql<HeadRow>`select ${HEAD_COLUMNS} from audit.head for update skip locked`
  ).execute(tx);
  return rows[0] ? toHead(rows[0]) : null;
}

export async function isHeadThere(tx: Reader): Promise<boolean> {
  const { rows } = await sql`select 1 from audit.head`.execute(tx);
  return rows.length > 0;
}

function toHead(row: HeadRow): Head {
  const nodes = toNodes(row.frontier);
  return { ...row, frontier: { size: row.size, nodes }, root: rootOf(nodes), isLost: false };
}

/** So that reports and exports can still be made of what is there. */
async function readLostHead(db: Reader): Promise<Head> {
  const { rows } = await sql<Pick<HeadRow, 'size' | 'checksum'>>`
    select sequence as size, checksum from audit.seal order by sequence desc limit 1`.execute(db);
  const { size, checksum } = rows[0] ?? { size: 0, checksum: GENESIS };
  return { size, checksum, frontier: { size, nodes: [] }, root: rootOf([]), note: null, isLost: true };
}

function toNodes(bytes: Buffer): Buffer[] {
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}

/** An entry as it is chained; its instant with all digits, so that none can be changed unseen. */
export interface EntryFields extends Omit<ChainedFields, 'timestampUtc'> {
  readonly at: string;
  readonly payloadHash: Buffer;
}

/** For `entry` under the alias `e`. */
export const ENTRY_COLUMNS = sql`e.id, to_char(e.timestamp_utc at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
  e.actor_type, e.actor_id, e.subject_id, e.action, e.resource_type, e.resource_id, e.outcome, e.request_id, e.trace_id,
  e.payload_hash`;

/** Milliseconds where the rest is zero, as units write them. */
export function toTimestamp(at: string): string {
  return at.endsWith('000Z') ? `${at.slice(0, -4)}Z` : at;
}

/** What waits to be chained, oldest first, and no longer waits. `ageMs` of the oldest among them. */
export async function takeUnsealed(tx: Writer, limit: number) {
  const { rows } = await sql<EntryFields & { ageMs: number }>`
    with taken as (
      delete from audit.unsealed u using (select entry_id from audit.unsealed order by entry_id limit ${limit}) o
      where u.entry_id = o.entry_id returning u.entry_id, u.at
    )
    select ${ENTRY_COLUMNS}, (extract(epoch from clock_timestamp() - t.at) * 1000)::float8 as age_ms
    from taken t join audit.entry e on e.id = t.entry_id order by e.id`.execute(tx);
  return { entries: rows, ageMs: Math.max(0, ...rows.map(({ ageMs }) => ageMs)) };
}

export interface SealRows {
  readonly first: number;
  readonly entryIds: readonly string[];
  /** One more than entries: that of the predecessor comes first. */
  readonly checksums: readonly Buffer[];
  readonly tiles: readonly { readonly level: number; readonly index: number; readonly hash: Uint8Array }[];
}

export async function insertSeals(tx: Writer, { first, entryIds, checksums, tiles }: SealRows): Promise<void> {
  const bytes = Buffer.concat(checksums); // one value instead of an array of them: a third of the time
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

export async function moveHead(
  tx: Writer,
  { size, checksum, frontier, note }: Omit<Head, 'root' | 'isLost'>,
): Promise<void> {
  await sql`update audit.head set size = ${size}, checksum = ${checksum}, frontier = ${Buffer.concat(frontier.nodes)},
    note = ${note}`.execute(tx);
}

/** Of the oldest entry that waits, in seconds; 0 when none does. */
export async function unsealedAgeSeconds(db: Reader): Promise<number> {
  const { rows } = await sql<{ seconds: number }>`
    select coalesce(extract(epoch from clock_timestamp() - min(at)), 0)::float8 as seconds from audit.unsealed`.execute(
    db,
  );
  return rows[0]?.seconds ?? 0;
}
