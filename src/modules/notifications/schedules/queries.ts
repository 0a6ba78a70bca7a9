import { sql } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import { newestFirst, pageQuery } from '#platform/database/port.ts';
import { notificationPermissions } from '../contract.ts';
import type { NotificationsReader, ScheduleRow, StoredSchedule, NotificationsWriter } from '../tables.ts';
import type { ScheduleQuery } from './schemas.ts';

/** You see the schedules that you made, and those of messages that you made; with `manage_all`, all. */
function visibleTo(db: NotificationsReader, actor: Actor) {
  const rows = db.selectFrom('notifications.schedule');
  if (actor.permissions.has(notificationPermissions.manageAll.code)) return rows;
  const own = db.selectFrom('notifications.message').select('id').where('createdBy', '=', actor.id);
  return rows.where((eb) => eb.or([eb('createdBy', '=', actor.id), eb('notificationId', 'in', own)]));
}

/** One page, newest first. */
export function listSchedules(db: NotificationsReader, actor: Actor, query: ScheduleQuery) {
  const rows = visibleTo(db, actor).selectAll();
  return pageQuery(db, query.status ? rows.where('status', '=', query.status) : rows, query, newestFirst());
}

export function lockVisibleSchedule(
  tx: NotificationsWriter,
  actor: Actor,
  id: string,
): Promise<StoredSchedule | undefined> {
  return visibleTo(tx, actor).selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
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
