import { sql, type Kysely } from 'kysely';
import type { AuditBreak } from '../contract.ts';
import type { AuditTables } from '../tables.ts';

const MAX_ROWS = 100; // of each kind

/**
 * Rows that the chain does not link: seals and subtrees after the head, and chained entries that wait to be chained
 * again. With `isWhole`, which reads all entries, also entries that are neither chained nor waiting. Such an entry has no
 * sequence: its break has `afterHead`, and the id of the entry.
 */
export async function findUnlinkedRows(
  db: Kysely<AuditTables>,
  { isWhole, afterHead }: { isWhole: boolean; afterHead: number },
): Promise<AuditBreak[]> {
  // In one statement, and so in one snapshot: a batch changes head, seals and waiting entries together.
  const { rows } = await sql<AuditBreak>`
    (select s.sequence, 'linkBroken' as kind from audit.seal s where s.sequence > (select size from audit.head)
     order by s.sequence limit ${MAX_ROWS})
    union all
    (select s.sequence, 'reordered' from audit.unsealed u join audit.seal s on s.entry_id = u.entry_id limit ${MAX_ROWS})
    union all
    (select ((t.index + 1) * 2 ^ t.level)::bigint, 'checkpointMismatch' from audit.tree t
     where (t.index + 1) * 2 ^ t.level > (select size from audit.head) limit ${MAX_ROWS})`.execute(db);
  return isWhole ? [...rows, ...(await findUnchainedEntries(db, afterHead))] : rows;
}

async function findUnchainedEntries(db: Kysely<AuditTables>, afterHead: number): Promise<AuditBreak[]> {
  const { rows } = await sql<{ entryId: string }>`
    select e.id as entry_id from audit.entry e
    where not exists (select 1 from audit.seal s where s.entry_id = e.id)
      and not exists (select 1 from audit.unsealed u where u.entry_id = e.id)
    order by e.id limit ${MAX_ROWS}`.execute(db);
  return rows.map(({ entryId }) => ({ sequence: afterHead, kind: 'linkBroken', entryId }));
}
