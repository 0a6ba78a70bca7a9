import { sql, type Kysely } from 'kysely';
import type { AuditTables } from '../chain/queries.ts';
import type { AuditBreak } from '../contract.ts';

const MOST = 100;

/**
 * What stands beside the chain: seals and subtrees behind the head, and entries that wait to be chained a second time;
 * where `isWhole`, which reads all entries, also those that nobody has chained and nobody will. These have no place: they
 * are filed at `behind`, by their id.
 */
export async function findStrays(
  db: Kysely<AuditTables>,
  { isWhole, behind }: { isWhole: boolean; behind: number },
): Promise<AuditBreak[]> {
  // Each in one statement, and so of one moment: a batch moves head, seals and what waits together.
  const { rows } = await sql<AuditBreak>`
    (select s.sequence, 'linkBroken' as kind from audit.seal s where s.sequence > (select size from audit.head)
     order by s.sequence limit ${MOST})
    union all
    (select s.sequence, 'reordered' from audit.unsealed u join audit.seal s on s.entry_id = u.entry_id limit ${MOST})
    union all
    (select ((t.index + 1) * 2 ^ t.level)::bigint, 'checkpointMismatch' from audit.tree t
     where (t.index + 1) * 2 ^ t.level > (select size from audit.head) limit ${MOST})`.execute(db);
  return isWhole ? [...rows, ...(await findUnchained(db, behind))] : rows;
}

async function findUnchained(db: Kysely<AuditTables>, behind: number): Promise<AuditBreak[]> {
  const { rows } = await sql<{ entryId: string }>`
    select e.id as entry_id from audit.entry e
    where not exists (select 1 from audit.seal s where s.entry_id = e.id)
      and not exists (select 1 from audit.unsealed u where u.entry_id = e.id)
    order by e.id limit ${MOST}`.execute(db);
  return rows.map(({ entryId }) => ({ sequence: behind, kind: 'linkBroken', entryId }));
}
