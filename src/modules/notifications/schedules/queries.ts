import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import { idsOf, newestFirst, pageOfWays, type Way } from '#platform/database/port.ts';
import { notificationPermissions } from '../contract.ts';
import type { NotificationsReader, ScheduleRow, StoredSchedule, NotificationsWriter } from '../tables.ts';
import type { ScheduleQuery } from './schemas.ts';

/** You see the schedules that you made, and those of messages that you made; with `manage_all`, all. */
function waysTo(actor: Actor, condition: RawBuilder<SqlBool>): Way[] {
  if (actor.permissions.has(notificationPermissions.manageAll.code))
    return [sql`notifications.schedule s where ${condition}`];
  return [
    sql`notifications.schedule s where s.created_by = ${actor.id} and ${condition}`,
    sql`notifications.message m join notifications.schedule s on s.notification_id = m.id
        where m.created_by = ${actor.id} and ${condition}`,
  ];
}

const schedules = (db: NotificationsReader) => db.selectFrom('notifications.schedule as s').selectAll('s');

/** One page, newest first. */
export function listSchedules(db: NotificationsReader, actor: Actor, query: ScheduleQuery) {
  const condition = query.status ? sql<SqlBool>`s.status = ${query.status}` : sql<SqlBool>`true`;
  return pageOfWays(db, schedules(db), { ways: waysTo(actor, condition) }, query, newestFirst('s.id'));
}

export function lockVisibleSchedule(
  tx: NotificationsWriter,
  actor: Actor,
  id: string,
): Promise<StoredSchedule | undefined> {
  const ways = waysTo(actor, sql<SqlBool>`s.id = ${id}::uuid`);
  return schedules(tx)
    .where(sql<boolean>`s.id in ${idsOf(ways, 's')}`)
    .forUpdate()
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
