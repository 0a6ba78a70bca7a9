import { sql, type Kysely } from 'kysely';
import type { BreakKind } from '#verifier/chain.ts';
import type { AuditBreak } from '../contract.ts';
import type { AuditTables } from '../tables.ts';

const MAX_ROWS = 100; // of each kind

export interface UnlinkedOptions {
  /** Also reads all entries and payloads. */
  readonly isWhole: boolean;
  /** The sequence of breaks without a place in the chain. */
  readonly afterHead: number;
}

/**
 * Rows that the chain does not link: seals and subtrees after the head or before the beginning, chained entries that wait
 * to be chained again, and waiting rows without an entry. With `isWhole` also entries that are neither chained nor waiting,
 * entries that are chained twice, and payloads without an entry. Such an entry has no sequence: its break has `afterHead`,
 * and the id of the entry.
 *
 * No statement here relies on a constraint: a superuser can drop it.
 */
export async function findUnlinkedRows(db: Kysely<AuditTables>, options: UnlinkedOptions): Promise<AuditBreak[]> {
  const [placed, lost] = [await findPlaced(db), await findWaitingWithoutEntry(db)];
  const { isWhole, afterHead } = options;
  const unplaced = [...lost, ...(isWhole ? await findUnchained(db) : [])];
  const twice = isWhole ? await findChainedTwice(db) : [];
  return [
    ...placed,
    ...twice,
    ...unplaced.map(({ entryId, kind }) => ({ sequence: afterHead, kind, ...(entryId !== null && { entryId }) })),
  ];
}

async function findPlaced(db: Kysely<AuditTables>): Promise<AuditBreak[]> {
  // In one statement, and so in one snapshot: a batch changes head, seals and waiting entries together. Sequences are
  // bounded before they leave the database, since JavaScript rounds larger ones.
  const { rows } = await sql<AuditBreak>`
    with head as (select max(size) as size from audit.head)
    select least(greatest(coalesce(place, 0), ${Number.MIN_SAFE_INTEGER}), ${Number.MAX_SAFE_INTEGER})::bigint as sequence, kind
    from (
      (select s.sequence::numeric, 'linkBroken' as kind from audit.seal s
       where s.sequence > (select size from head) or s.sequence < 1 order by s.sequence limit ${MAX_ROWS})
      union all
      (select null, 'linkBroken' from audit.seal s where s.sequence is null limit 1)
      union all
      (select s.sequence, 'reordered' from audit.unsealed u join audit.seal s on s.entry_id = u.entry_id limit ${MAX_ROWS})
      union all
      (select p.place, 'checkpointMismatch' from audit.tree t, lateral (select case when t.level between 0 and 62
         then (t.index::numeric + 1) * power(2::numeric, t.level::numeric) else t.index end as place) p
       where p.place > (select size from head) or t.level < 8 or t.level % 8 <> 0 or t.level > 48 or t.index < 0
         or t.level is null or t.index is null limit ${MAX_ROWS})
    ) found (place, kind)`.execute(db);
  return rows;
}

interface UnplacedEntry {
  /** Null where the row names none. */
  readonly entryId: string | null;
  readonly kind: BreakKind;
}

/** The entry was deleted before it was chained. */
async function findWaitingWithoutEntry(db: Kysely<AuditTables>): Promise<UnplacedEntry[]> {
  const { rows } = await sql<UnplacedEntry>`
    select u.entry_id, 'gap' as kind from audit.unsealed u
    where not exists (select 1 from audit.entry e where e.id = u.entry_id)
    limit ${MAX_ROWS}`.execute(db);
  return rows;
}

async function findUnchained(db: Kysely<AuditTables>): Promise<UnplacedEntry[]> {
  const { rows } = await sql<UnplacedEntry>`
    (select e.id as entry_id, 'linkBroken' as kind from audit.entry e
     where not exists (select 1 from audit.seal s where s.entry_id = e.id)
       and not exists (select 1 from audit.unsealed u where u.entry_id = e.id)
     order by e.id limit ${MAX_ROWS})
    union all
    (select p.entry_id, 'linkBroken' from audit.payload p
     where not exists (select 1 from audit.entry e where e.id = p.entry_id)
     order by p.entry_id limit ${MAX_ROWS})`.execute(db);
  return rows;
}

/** The second place of an entry; an unchanged entry is valid at both. */
async function findChainedTwice(db: Kysely<AuditTables>): Promise<AuditBreak[]> {
  const { rows } = await sql<AuditBreak>`
    select max(s.sequence) as sequence, 'reordered' as kind from audit.seal s
    where s.sequence between 1 and (select max(size) from audit.head)
    group by s.entry_id having count(*) > 1 limit ${MAX_ROWS}`.execute(db);
  return rows;
}
