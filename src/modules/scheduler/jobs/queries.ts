import { sql, type Insertable, type RawBuilder, type SqlBool, type Updateable } from 'kysely';
import {
  containing,
  findFew,
  isExactly,
  newestFirst,
  pageOfWays,
  pageQuery,
  type Filter,
} from '#platform/database/port.ts';
import type { ScheduledJob } from '../contract.ts';
import { JOB_COLUMNS, JOB_RESOURCE, seesAll, type JobLists, type JobViewer } from '../queries.ts';
import type { JobQuery } from './schemas.ts';
import type { SchedulerReader, SchedulerTables, SchedulerWriter } from '../tables.ts';

/** One page of the jobs that the viewer may see, newest first. */
export function listJobs(db: SchedulerReader, viewer: JobViewer, query: JobQuery, lists: JobLists) {
  if (seesAll(viewer)) return listAll(db, query);
  const filters = toFilters(query);
  const own = { from: sql`scheduler.job j`, where: sql<SqlBool>`j.owner_id = ${viewer.id}::uuid` };
  const shared = lists.listed(viewer, JOB_RESOURCE, 'read').map((listed) => {
    return { from: sql`${listed} listed`, where: sql<SqlBool>`true`, id: 'listed.resource_id' };
  });
  const ways = {
    table: 'scheduler.job j',
    ways: [own, ...shared],
    filters: filters.map(({ condition }) => condition),
  };
  return pageOfWays(db, db.selectFrom('scheduler.job as j').select(JOB_COLUMNS), ways, query, newestFirst('j.id'));
}

/** Types and the rare states have indexes in the order of the list; one of them is read. */
function listAll(db: SchedulerReader, query: JobQuery) {
  const { status, type, ...others } = query;
  const all = db.selectFrom('scheduler.job as j').select(JOB_COLUMNS);
  // Duties are few, and have an index of their own.
  const rows = query.declared === true ? all.where(sql<SqlBool>`is_declared`) : all;
  if (type) {
    const ofType = rows.where(isExactly('type', type));
    const more = toFilters({ ...others, ...(status && { status }) });
    return pageQuery(db, ofType, query, { ...newestFirst(), bound: 'type desc' }, more);
  }
  if (!status || status === 'active') return pageQuery(db, rows, query, newestFirst(), toFilters(query));
  return pageQuery(db, rows.where(isInState(status)), query, newestFirst(), toFilters(others));
}

/** So many jobs are read at once where an index finds no more of a type or with a tag. */
const FEW_JOBS = 10_000;

/** As a literal, so that the planner knows which partial index has the rows. */
function isInState(status: ScheduledJob['status']) {
  return sql<SqlBool>`status = ${sql.lit(status)}`;
}

function toFilters({ status, type, tag, declared, search }: Partial<JobQuery>): Filter[] {
  const filters = [
    status ? { condition: isInState(status) } : null,
    type
      ? {
          condition: sql<SqlBool>`type = ${type}`,
          index: { table: 'scheduler.job', condition: isExactly('type', type) },
        }
      : null,
    declared === undefined ? null : { condition: declared ? sql<SqlBool>`is_declared` : sql<SqlBool>`not is_declared` },
    tag
      ? {
          condition: sql<SqlBool>`${tag} = any (tags)`,
          index: { table: 'scheduler.job', condition: sql<SqlBool>`tags @> array[${tag}]` },
        }
      : null,
    search ? containing({ table: 'scheduler.job', alias: 'j' }, search) : null,
  ];
  return filters.filter((filter) => filter !== null);
}

export function insertJob(
  tx: SchedulerWriter,
  row: Insertable<SchedulerTables['scheduler.job']>,
): Promise<ScheduledJob> {
  return tx.insertInto('scheduler.job').values(row).returning(JOB_COLUMNS).executeTakeFirstOrThrow();
}

/** Counts the change in `version`. */
export function updateJob(
  tx: SchedulerWriter,
  id: string,
  change: Updateable<SchedulerTables['scheduler.job']>,
): Promise<ScheduledJob> {
  return tx
    .updateTable('scheduler.job')
    .set({ ...change, updatedAt: sql<string>`now()`, version: sql<number>`version + 1` })
    .where('id', '=', id)
    .returning(JOB_COLUMNS)
    .executeTakeFirstOrThrow();
}

/** Whether another job has the name, as names are compared. */
export async function isNameTaken(tx: SchedulerWriter, name: string, exceptId: string): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtext('scheduler.name ' || platform.canonical_name(${name})))`.execute(tx);
  const { rows } = await sql`
    select from scheduler.job where platform.canonical_name(name) = platform.canonical_name(${name}) and id <> ${exceptId}::uuid`.execute(
    tx,
  );
  return rows.length > 0;
}

/** Ids of the jobs in a state, of a type or with a tag, in the order in which they are locked. */
export async function listJobIds(
  db: SchedulerReader,
  viewer: JobViewer,
  { status, ...which }: Pick<JobQuery, 'type' | 'tag'> & Pick<ScheduledJob, 'status'>,
  lists: JobLists,
  limit: number,
): Promise<string[]> {
  const asked = toFilters(which);
  // The planner expects hits of a rare tag among the next jobs of their owner, and reads all of them.
  const few = await findFew(db, asked, FEW_JOBS);
  const conditions = asked.map(({ condition }) => condition);
  if (few) conditions.push(sql<SqlBool>`j.id = any(${few}::uuid[])`);
  const page = sql`and j.${isInState(status)} and ${sql.join(conditions, sql` and `)} order by j.id limit ${limit}`;
  if (seesAll(viewer)) return idsFrom(db, [sql`(select j.id from scheduler.job j where true ${page})`], limit);
  const shared = lists
    .listed(viewer, JOB_RESOURCE, 'manage')
    .map(
      (listed) =>
        sql`(select j.id from ${listed} listed join scheduler.job j on j.id = listed.resource_id where true ${page})`,
    );
  return idsFrom(
    db,
    [sql`(select j.id from scheduler.job j where j.owner_id = ${viewer.id}::uuid ${page})`, ...shared],
    limit,
  );
}

/** Each way by its own index: one condition with `or` would read all rows. */
async function idsFrom(db: SchedulerReader, ways: readonly RawBuilder<unknown>[], limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from (${sql.join(ways, sql` union `)}) every order by id limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/** Ids of the jobs on which a user has a right, ascending; null: of those that they own. Administrators: all. */
export async function listAllowedIds(
  db: SchedulerReader,
  viewer: JobViewer,
  right: 'read' | 'write' | 'delete' | 'manage' | null,
  { after, limit }: { readonly after: string | null; readonly limit: number },
  lists: JobLists,
): Promise<string[]> {
  const isBehind = after === null ? sql`true` : sql`j.id > ${after}::uuid`;
  const page = sql`order by j.id limit ${limit}`;
  const own = seesAll(viewer) ? sql`true` : sql`j.owner_id = ${viewer.id}::uuid`;
  const ways = [sql`(select j.id from scheduler.job j where ${own} and ${isBehind} ${page})`];
  if (right !== null && !seesAll(viewer)) {
    const isAllowed = right === 'read' ? sql`true` : lists.allows(viewer, JOB_RESOURCE, 'j.id', right);
    for (const listed of lists.listed(viewer, JOB_RESOURCE, 'read'))
      ways.push(sql`(select j.id from ${listed} listed join scheduler.job j on j.id = listed.resource_id
        where ${isBehind} and ${isAllowed} ${page})`);
  }
  return idsFrom(db, ways, limit);
}
