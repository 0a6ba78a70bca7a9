import { sql, type SqlBool } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import { isExactly, newestFirst, pageOfWays, type Way } from '#platform/database/port.ts';
import { notificationPermissions } from '../contract.ts';
import type {
  NotificationsReader,
  ScheduleRow,
  StoredMessage,
  StoredSchedule,
  NotificationsWriter,
} from '../tables.ts';
import type { ScheduleQuery } from './schemas.ts';

const table = 'notifications.schedule s';

/** You see the schedules that you made, and those of messages that you made; with `manage_all`, all. */
function waysTo(actor: Actor): Way[] {
  const from = sql.raw(table);
  return [
    { from, bound: 's.created_by', where: isExactly('s.created_by', actor.id) },
    { from, bound: 's.message_created_by', where: isExactly('s.message_created_by', actor.id) },
  ];
}

const seesAll = ({ permissions }: Actor) => permissions.has(notificationPermissions.manageAll.code);
/** With what the message says. */
export type ListedSchedule = StoredSchedule & Pick<StoredMessage, 'category' | 'template' | 'contentSealed'>;

const schedules = (db: NotificationsReader) => db.selectFrom('notifications.schedule as s').selectAll('s');

/** One page, newest first. Of all schedules, those of a state have an index. */
export function listSchedules(db: NotificationsReader, actor: Actor, query: ScheduleQuery) {
  const filters = query.status ? [sql<SqlBool>`s.status = ${query.status}`] : [];
  const all = { from: sql.raw(table), where: filters[0] ?? sql<SqlBool>`true` };
  const ways = seesAll(actor) ? { table, ways: [all] } : { table, ways: waysTo(actor), filters };
  const rows = schedules(db)
    .innerJoin('notifications.message as m', 'm.id', 's.notificationId')
    .select(['m.category', 'm.template', 'm.contentSealed']);
  return pageOfWays(db, rows, ways, query, newestFirst('s.id'));
}

export function lockVisibleSchedule(
  tx: NotificationsWriter,
  actor: Actor,
  id: string,
): Promise<StoredSchedule | undefined> {
  const row = schedules(tx).where('s.id', '=', id).forUpdate();
  if (seesAll(actor)) return row.executeTakeFirst();
  return row
    .where((eb) => eb.or([eb('s.createdBy', '=', actor.id), eb('s.messageCreatedBy', '=', actor.id)]))
    .executeTakeFirst();
}

export function lockSchedule(tx: NotificationsWriter, id: string): Promise<StoredSchedule | undefined> {
  return tx.selectFrom('notifications.schedule').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export function insertSchedule(
  tx: NotificationsWriter,
  row: Omit<ScheduleRow, 'createdAt' | 'lastRunAt' | 'runCount' | 'status'>,
): Promise<StoredSchedule> {
  return tx
    .insertInto('notifications.schedule')
    .values({ ...row, lastRunAt: null, runCount: 0, status: 'active' })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function updateSchedule(
  tx: NotificationsWriter,
  id: string,
  change: Partial<Omit<ScheduleRow, 'id' | 'createdAt'>>,
): Promise<void> {
  await tx.updateTable('notifications.schedule').set(change).where('id', '=', id).execute();
}

/** A message has one active schedule at a time. */
export async function endSchedulesOf(tx: NotificationsWriter, notificationId: string): Promise<void> {
  await sql`
    update notifications.schedule set status = 'cancelled', next_run_at = null
    where notification_id = ${notificationId} and status = 'active'`.execute(tx);
}
