import { sql, type Kysely } from 'kysely';
import type { BreakKind } from '#verifier/chain.ts';
import type { AuditBreak } from '../contract.ts';
import type { AuditTables } from '../tables.ts';
import { isIn, partsOf, type IdPart } from './id-parts.ts';
import { findMisplaced } from './misplaced-rows.ts';

const MAX_ROWS = 100; // of each kind

export interface UnlinkedOptions {
  /** Also reads all entries and payloads. */
  readonly isWhole: boolean;
  /** The sequence of breaks without a place in the chain. */
  readonly afterHead: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Rows that the chain does not link: seals and subtrees after the head or before the beginning, chained entries that wait
 * to be chained again, and waiting rows without an entry. With `isWhole` also entries that are neither chained nor waiting,
 * entries that are chained twice, and payloads without an entry. Such an entry has no sequence: its break has `afterHead`,
 * and the id of the entry.
 *
 * No statement here relies on a constraint: a superuser can drop it. What grows is read in parts, each by a statement, and
 * so in a snapshot, of its own.
 */
export async function findUnlinkedRows(
  db: Kysely<AuditTables>,
  { isWhole, afterHead, signal }: UnlinkedOptions,
): Promise<AuditBreak[]> {
  const find = async (table: 'entry' | 'payload' | 'seal' | 'unsealed', search: Search) => {
    const found: UnlinkedRow[] = [];
    for await (const part of partsOf(db, table)) {
      signal?.throwIfAborted();
      found.push(...(await search(db, part)));
      if (found.length >= MAX_ROWS) break;
    }
    return found.slice(0, MAX_ROWS);
  };
  const rows = [
    ...(await find('unsealed', findWaitingAgain)),
    ...(isWhole ? await find('seal', findChainedTwice) : []),
    ...(await find('unsealed', findWaitingWithoutEntry)),
    ...(isWhole ? [...(await find('entry', findUnchained)), ...(await find('payload', findWithoutEntry))] : []),
    ...(await findNameless(db, isWhole)),
  ];
  return [
    ...(await findMisplaced(db, MAX_ROWS)),
    ...rows.map(({ sequence, entryId, kind }) =>
      sequence === null ? { sequence: afterHead, kind, ...(entryId !== null && { entryId }) } : { sequence, kind },
    ),
  ];
}

type Search = (db: Kysely<AuditTables>, part: IdPart) => Promise<UnlinkedRow[]>;

interface UnlinkedRow {
  /** Null for an entry that has no place in the chain. */
  readonly sequence: number | null;
  /** Null where the row names none. */
  readonly entryId: string | null;
  readonly kind: BreakKind;
}

/** In one statement: a batch changes seals and waiting entries together. */
async function findWaitingAgain(db: Kysely<AuditTables>, part: IdPart): Promise<UnlinkedRow[]> {
  const { rows } = await sql<UnlinkedRow>`
    select s.sequence, null as entry_id, 'reordered' as kind
    from audit.unsealed u join audit.seal s on s.entry_id = u.entry_id
    where ${isIn(part, 'u.entry_id')} and ${isIn(part, 's.entry_id')} limit ${MAX_ROWS}`.execute(db);
  return rows;
}

/** The entry was deleted before it was chained. */
async function findWaitingWithoutEntry(db: Kysely<AuditTables>, part: IdPart): Promise<UnlinkedRow[]> {
  const { rows } = await sql<UnlinkedRow>`
    select null as sequence, u.entry_id, 'gap' as kind from audit.unsealed u
    where ${isIn(part, 'u.entry_id')}
      and not exists (select 1 from audit.entry e where e.id = u.entry_id and ${isIn(part, 'e.id')})
    limit ${MAX_ROWS}`.execute(db);
  return rows;
}

async function findUnchained(db: Kysely<AuditTables>, part: IdPart): Promise<UnlinkedRow[]> {
  const { rows } = await sql<UnlinkedRow>`
    select null as sequence, e.id as entry_id, 'linkBroken' as kind from audit.entry e
    where ${isIn(part, 'e.id')}
      and not exists (select 1 from audit.seal s where s.entry_id = e.id and ${isIn(part, 's.entry_id')})
      and not exists (select 1 from audit.unsealed u where u.entry_id = e.id and ${isIn(part, 'u.entry_id')})
    order by e.id limit ${MAX_ROWS}`.execute(db);
  return rows;
}

async function findWithoutEntry(db: Kysely<AuditTables>, part: IdPart): Promise<UnlinkedRow[]> {
  const { rows } = await sql<UnlinkedRow>`
    select null as sequence, p.entry_id, 'linkBroken' as kind from audit.payload p
    where ${isIn(part, 'p.entry_id')}
      and not exists (select 1 from audit.entry e where e.id = p.entry_id and ${isIn(part, 'e.id')})
    order by p.entry_id limit ${MAX_ROWS}`.execute(db);
  return rows;
}

/**
 * The second place of an entry; an unchanged entry is valid at both. Places outside of the chain do not count, but are no
 * condition of the rows: the planner would take the index of sequences.
 */
async function findChainedTwice(db: Kysely<AuditTables>, part: IdPart): Promise<UnlinkedRow[]> {
  const isPlace = sql`s.sequence between 1 and (select max(size) from audit.head)`;
  const { rows } = await sql<UnlinkedRow>`
    select max(s.sequence) filter (where ${isPlace}) as sequence, null as entry_id, 'reordered' as kind from audit.seal s
    where ${isIn(part, 's.entry_id')}
    group by s.entry_id having count(*) filter (where ${isPlace}) > 1 limit ${MAX_ROWS}`.execute(db);
  return rows;
}

/** Rows without an id are in no part. A seal without one is a gap of the chain. */
async function findNameless(db: Kysely<AuditTables>, isWhole: boolean): Promise<UnlinkedRow[]> {
  const { rows } = await sql<UnlinkedRow>`
    (select null::bigint as sequence, u.entry_id, 'gap' as kind from audit.unsealed u where u.entry_id is null limit 1)
    union all
    (select null, e.id, 'linkBroken' from audit.entry e where ${isWhole} and e.id is null limit 1)
    union all
    (select null, p.entry_id, 'linkBroken' from audit.payload p where ${isWhole} and p.entry_id is null limit 1)`.execute(
    db,
  );
  return rows;
}
