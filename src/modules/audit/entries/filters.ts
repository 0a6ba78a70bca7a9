import { sql, type Kysely, type RawBuilder } from 'kysely';
import { smallestIdAt } from '#kernel/id.ts';
import { COUNT_LIMIT } from '#kernel/page.ts';
import { countRows } from '#platform/database/port.ts';
import type { AuditFilter } from '../schemas.ts';
import type { AuditTables } from '../tables.ts';

const WINDOW = COUNT_LIMIT;
const MAX_ACTIONS = 200; // all modules together have fewer
const LAST_CHARACTER = '\u{10ffff}'; // in the order of bytes, the prefix with it is after all texts that begin with the prefix
const CLOCKS_MS = 3_600_000; // a process takes the id from its own clock, the database the instant from its

/** Entries under the alias `e`. */
export type FoundEntries = ReturnType<typeof entriesOf>;

/** The entries that match, or the newest of them. */
export interface EntryWindow {
  readonly rows: FoundEntries;
  /** The same entries, to be counted. */
  readonly all: FoundEntries;
  /** The last entry that was looked at, if older ones may match too. */
  readonly end: { readonly id: string } | null;
}

export interface WindowOptions {
  readonly after: string | null;
  /** How many of the newest entries are read, at most. */
  readonly limit: number;
}

/**
 * The entries that match the filters, and are older than `after`. One filter is served by an index in the order of the
 * list. Of several, the rarest is: of its entries the newest 10,001 are compared with the others. The bounds of time are
 * compared so too, since only those of the ids, which are wider, are served by an index.
 */
export async function openWindow(
  db: Kysely<AuditTables>,
  query: AuditFilter,
  { after, limit }: WindowOptions,
): Promise<EntryWindow> {
  const bounds = boundsOf(query, after);
  const [first, ...more] = await toFilters(db, query, bounds);
  const instants = instantsOf(query);
  const entries = entriesOf(db).where(bounds);
  if (more.length === 0 && instants.length === 0) {
    if (!first) return { rows: entries, all: entries, end: null };
    const newest = first.newest(limit);
    const rows = entries.where(newest);
    return { rows, all: newest === first.test ? rows : entries.where(first.test), end: null };
  }
  const filters = first ? [first, ...more] : [EVERY];
  // The only one need not be counted: whether it has more than the window is asked next.
  const [only = EVERY] = filters;
  const { rarest, count } =
    filters.length === 1 ? { rarest: only, count: WINDOW } : await findRarest(db, entries, filters);
  const found = entries.where(rarest.newest(WINDOW)).orderBy('e.id', 'desc');
  const last = found
    .clearSelect()
    .select('e.id')
    .offset(WINDOW - 1)
    .limit(1);
  const end = count === WINDOW ? ((await last.executeTakeFirst()) ?? null) : null;
  // Bounded by the last entry: those that are written meanwhile must not push others out. The limit, which they do not
  // reach, makes the planner read these first.
  const down = end === null ? entries : entries.where('e.id', '>=', end.id);
  const newest = down
    .where(rarest.newest(2 * WINDOW))
    .orderBy('e.id', 'desc')
    .limit(2 * WINDOW);
  const others = filters.filter((each) => each !== rarest).map(({ test }) => test);
  const rows = [...others, ...instants].reduce<FoundEntries>(
    (few, test) => few.where(test),
    db.selectFrom(newest.as('e')).selectAll('e'),
  );
  return { rows, all: rows, end };
}

/** A filter, as conditions on `e`. */
interface EntryFilter {
  readonly test: RawBuilder<boolean>;
  /** Ranges of an index that it reads: of filters with as many entries, the one with fewer is read. */
  readonly width: number;
  /** Finds the newest by an index; others that match may be missing. */
  newest(limit: number): RawBuilder<boolean>;
}

/** Where only the time bounds the list. */
const EVERY: EntryFilter = { test: sql`true`, width: 1, newest: () => sql`true` };

async function toFilters(
  db: Kysely<AuditTables>,
  query: AuditFilter,
  bounds: RawBuilder<boolean>,
): Promise<EntryFilter[]> {
  const { resourceId, actorId, impersonatorId, action, resourceType, outcome, isTampered } = query;
  return [
    ...(resourceId ? [byIndex(sql`e.resource_id = ${resourceId}`)] : []),
    ...(actorId ? [byIndex(sql`e.actor_id = ${actorId}`)] : []),
    ...(impersonatorId ? [byIndex(sql`e.impersonator_id = ${impersonatorId.toLowerCase()}`)] : []),
    ...(action ? [byActions(await listActions(db, action), action, bounds)] : []),
    ...(resourceType ? [byIndex(sql`e.resource_type = ${resourceType}`)] : []),
    ...(outcome ? [byIndex(sql`e.outcome = ${outcome}`)] : []),
    ...(isTampered === undefined ? [] : [byIndex(isTampered ? IS_TAMPERED : IS_INTACT)]),
  ];
}

function byIndex(test: RawBuilder<boolean>): EntryFilter {
  return { test, width: 1, newest: () => test };
}

/**
 * The index has the entries of one action in the order of the list, not those of a prefix: the newest of each action are
 * read one by one. For a union of the actions the planner sorts all entries that match.
 */
function byActions(actions: readonly string[], prefix: string, bounds: RawBuilder<boolean>): EntryFilter {
  if (actions.length > MAX_ACTIONS) return byIndex(sql`starts_with(e.action, ${prefix})`); // the trail was tampered with
  if (actions.length === 1) return byIndex(sql`e.action = ${actions[0]}`);
  return {
    test: sql`e.action = any (${actions}::text[])`,
    width: actions.length,
    newest: (limit) => sql`e.id = any (array(
      select n.id from unnest(${actions}::text[]) a (action), lateral (
        select e.id from audit.entry e where e.action = a.action and ${bounds} order by e.id desc limit ${limit}) n))`,
  };
}

/** The findings are few. An array is looked up in the index; a join might read all entries. */
const TAMPERED = sql`(select k.entry_id from audit.finding f join audit.seal k on k.sequence = f.sequence
  where k.entry_id is not null
  union select f.entry_id from audit.finding f where f.entry_id is not null)`;
const IS_TAMPERED = sql<boolean>`e.id = any (array${TAMPERED})`;
const IS_INTACT = sql<boolean>`e.id not in ${TAMPERED}`;

/** The actions in the trail that begin with the text, by one step in the index for each; one more than `MAX_ACTIONS` at most. */
async function listActions(db: Kysely<AuditTables>, prefix: string): Promise<string[]> {
  const end = prefix + LAST_CHARACTER;
  const { rows } = await sql<{ action: string }>`
    with recursive found (action) as (
      (select action from audit.entry where action ~>=~ ${prefix} and action ~<~ ${end}
       order by action using ~<~ limit 1)
      union all
      select (select e.action from audit.entry e where e.action ~>~ found.action and e.action ~<~ ${end}
              order by e.action using ~<~ limit 1)
      from found where found.action is not null
    )
    select action from found where action is not null limit ${MAX_ACTIONS + 1}`.execute(db);
  return rows.map(({ action }) => action);
}

export function entriesOf(db: Kysely<AuditTables>) {
  return db.selectFrom('audit.entry as e').selectAll('e');
}

/** Older than `after`, and in the range of time as ids know it: they begin with the time, so that each index has it. */
function boundsOf({ from, to }: AuditFilter, after: string | null): RawBuilder<boolean> {
  const bounds = [
    sql<boolean>`true`,
    ...(after === null ? [] : [sql<boolean>`e.id < ${after}`]),
    ...(from ? [sql<boolean>`e.id >= ${smallestIdAt(Date.parse(from) - CLOCKS_MS)}`] : []),
    ...(to ? [sql<boolean>`e.id <= ${smallestIdAt(Date.parse(to) + CLOCKS_MS)}`] : []),
  ];
  return sql<boolean>`(${sql.join(bounds, sql` and `)})`;
}

/** The range of time as the database knows it. */
function instantsOf({ from, to }: AuditFilter): RawBuilder<boolean>[] {
  return [
    ...(from ? [sql<boolean>`e.timestamp_utc >= ${from}`] : []),
    ...(to ? [sql<boolean>`e.timestamp_utc < ${to}`] : []),
  ];
}

async function findRarest(db: Kysely<AuditTables>, entries: FoundEntries, filters: readonly EntryFilter[]) {
  const counted: { rarest: EntryFilter; count: number }[] = [];
  // One after the other: a request must not take a connection for each.
  for (const rarest of filters) counted.push({ rarest, count: await countRows(db, entries.where(rarest.test)) });
  const widthOf = ({ rarest }: { rarest: EntryFilter }) => rarest.width;
  const [least] = counted.toSorted((a, b) => a.count - b.count || widthOf(a) - widthOf(b));
  return least as NonNullable<typeof least>; // there are filters
}
