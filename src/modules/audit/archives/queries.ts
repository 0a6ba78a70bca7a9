import { sql, type Kysely, type Transaction } from 'kysely';
import type { NamedAnchor } from '#platform/anchor/port.ts';
import type { AuditArchive } from '../contract.ts';
import type { AuditTables } from '../tables.ts';

const MAX_ENTRIES = 10_000_000; // of one archive
const DROP_BATCH = 1000; // a transaction of a few dozen milliseconds, so that others wait only for a short time

type Archiving = Omit<AuditTables['audit.archiving'], 'requestedBy'>;

/** What was requested, and how far it is. `manifest` is null until the range is signed for. */
export interface ArchivingRow extends Archiving {
  readonly manifest: string | null;
}

/** Null while another range is being archived. */
export async function insertArchiving(
  tx: Transaction<AuditTables>,
  { id, requestedBy, before, from, to }: { id: string; requestedBy: string; before: string; from: number; to: number },
): Promise<ArchivingRow | null> {
  const { rows } = await sql<Archiving>`
    insert into audit.archiving (id, requested_by, before, first_sequence, last_sequence, status)
    values (${id}::uuid, ${requestedBy}, ${before}, ${from}, ${to}, 'writing')
    on conflict ((true)) where status in ('writing', 'dropping') do nothing
    returning id, status, problem, before, first_sequence, last_sequence, created_at, finished_at`.execute(tx);
  return rows[0] ? { ...rows[0], manifest: null } : null;
}

/** The largest checkpoint that every anchor has and that covers only entries from before; null when there is none. */
export async function findRangeEnd(
  db: Kysely<AuditTables>,
  { from, before, anchors }: { from: number; before: string; anchors: readonly NamedAnchor[] },
): Promise<number | null> {
  const { rows } = await sql<{ size: number | null }>`
    select max(c.size) as size from audit.checkpoint c
    where c.size >= ${from} and c.size < ${from + MAX_ENTRIES} and c.size < coalesce(
        (select min(s.sequence) from audit.seal s join audit.entry e on e.id = s.entry_id
         where s.sequence >= ${from} and e.timestamp_utc >= ${before}),
        (select size + 1 from audit.head))
      and c.size <= all (select coalesce(max(a.size), 0) from unnest(${anchors.map(({ name }) => name)}::text[]) n (name)
        left join audit.anchored a on a.name = n.name group by n.name)`.execute(db);
  return rows[0]?.size ?? null;
}

/** One by its id, or all when that is null; newest first. */
export async function readArchivings(db: Kysely<AuditTables>, id: string | null): Promise<ArchivingRow[]> {
  const { rows } = await sql<ArchivingRow>`
    select w.id, w.status, w.problem, w.before, w.first_sequence, w.last_sequence, w.created_at, w.finished_at, a.manifest
    from audit.archiving w left join audit.archive a
      on a.first_sequence = w.first_sequence and a.last_sequence = w.last_sequence and w.status in ('dropping', 'archived')
    where ${id}::text is null or w.id::text = ${id} order by w.id desc`.execute(db);
  return rows;
}

/** False when the status is another meanwhile. */
export async function moveArchiving(
  tx: Transaction<AuditTables>,
  id: string,
  { from, to, problem = null }: { from: Status; to: Status; problem?: string | null },
): Promise<boolean> {
  const isEnd = to === 'archived' || to === 'failed';
  const { numAffectedRows } = await sql`
    update audit.archiving set status = ${to}, problem = coalesce(${problem}, problem),
      finished_at = case when ${isEnd} then now() else finished_at end
    where id = ${id}::uuid and status = ${from}`.execute(tx);
  return numAffectedRows === 1n;
}

type Status = AuditArchive['status'];

export async function listCheckpointNotes(db: Kysely<AuditTables>, after: number, upTo: number): Promise<string[]> {
  const { rows } = await sql<{ note: string }>`select note from audit.checkpoint
    where size > ${after} and size <= ${upTo} order by size`.execute(db);
  return rows.map(({ note }) => note);
}

/**
 * Deletes the oldest rows that are left of the range; returns how many. Triggers refuse a row without a manifest. Does not
 * lock the rows first, which needs the right to update them; deleting them twice changes nothing.
 */
export async function dropOldest(
  tx: Transaction<AuditTables>,
  { firstSequence, lastSequence }: Pick<ArchivingRow, 'firstSequence' | 'lastSequence'>,
): Promise<number> {
  const { rows } = await sql<{ sequence: number; entryId: string }>`
    select sequence, entry_id from audit.seal where sequence between ${firstSequence} and ${lastSequence}
    order by sequence limit ${DROP_BATCH}`.execute(tx);
  const entryIds = rows.map(({ entryId }) => entryId);
  await sql`delete from audit.payload where entry_id = any (${entryIds}::uuid[])`.execute(tx);
  await sql`delete from audit.entry where id = any (${entryIds}::uuid[])`.execute(tx);
  await sql`delete from audit.seal where sequence = any (${rows.map(({ sequence }) => sequence)}::bigint[])`.execute(
    tx,
  );
  return rows.length;
}
