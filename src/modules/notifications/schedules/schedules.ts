import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { mapPage } from '#kernel/page.ts';
import { isTimeZone } from '#kernel/time/zone.ts';
import { defineQueue } from '#kernel/work.ts';
import type { Branding } from '#platform/branding/port.ts';
import type { Db } from '#platform/database/port.ts';
import type { WorkResult, Work } from '#platform/work/port.ts';
import { notificationErrors } from '../contract.ts';
import { findRecipient } from '../recipients/queries.ts';
import { lockMessage, lockMessageById, requireWaiting, updateMessage, type AccessListCondition } from '../queries.ts';
import type {
  NotificationsTables,
  NotificationsUnit,
  NotificationsReader,
  StoredMessage,
  StoredSchedule,
} from '../tables.ts';
import * as queries from './queries.ts';
import { nextRun, toCronRule } from './rule.ts';
import { release, releaseCopy, type ReleaseNeeds } from './release.ts';
import type { NewSchedule, Schedule, MessageSchedulePreview, ScheduleQuery } from './schemas.ts';

export const scheduleQueue = defineQueue('notifications.schedule');
const OF_RECIPIENT = 'recipient';
const PREVIEWED = 5;

export interface SchedulingNeeds extends ReleaseNeeds {
  readonly db: Db<NotificationsTables>;
  readonly isAllowed: AccessListCondition;
  readonly branding: Branding;
}

/** Schedules of messages. Each planned instant is a work item: it survives restarts, and runs once. */
export function createScheduling({ db, sealing, isAllowed, branding, now }: SchedulingNeeds) {
  /**
   * Schedules a message once or repeatedly; its former schedule ends. The first run sends the message itself if it has
   * not been sent; every other run sends a copy with a new id.
   * @throws `notifications.not_found`, `already_sent` (without a rule), `ended`, `schedule_in_past`,
   * `schedule_invalid`, `time_zone_invalid`
   */
  function plan(actor: Actor, notificationId: string, input: NewSchedule): Promise<Schedule> {
    return db.write(actor, async (unit) => {
      const message = await lockMessage(unit.tx, actor, notificationId, 'write', isAllowed);
      if (!message) throw notificationErrors.notFound({ id: notificationId });
      const timing = await toTiming(unit.tx, message, input);
      const isUnsent = message.status === 'pending' || message.status === 'scheduled';
      const isEnded = message.status === 'archived' || message.status === 'cancelled';
      if (timing.rule === null || isEnded) requireWaiting(message);
      await queries.endSchedulesOf(unit.tx, notificationId);
      const authors = { createdBy: actor.id, messageCreatedBy: message.createdBy };
      const row = await queries.insertSchedule(unit.tx, { id: newId(), notificationId, ...authors, ...timing });
      if (isUnsent)
        await updateMessage(unit.tx, notificationId, {
          status: 'scheduled',
          scheduleId: row.id,
          scheduledAt: timing.nextRunAt,
          statusReason: null,
          digestId: null,
          heldUntil: null,
          generation: message.generation + 1,
        });
      enqueueRun(unit, row.id, timing.nextRunAt);
      return toSchedule({ ...message, ...row });
    });
  }

  /**
   * When a schedule that is not stored would run, for a recipient whose zone is not known yet.
   * @throws `notifications.schedule_in_past`, `schedule_invalid`, `time_zone_invalid`
   */
  async function preview(input: NewSchedule): Promise<MessageSchedulePreview> {
    const { rule, timeZone, nextRunAt } = await toTiming(db.read, { userId: null }, input);
    const clock = timeZone === OF_RECIPIENT ? branding.timeZone : timeZone;
    const items = [nextRunAt];
    for (let at: Date | null = new Date(nextRunAt); rule !== null && items.length < PREVIEWED;) {
      at = nextRun(rule, clock, at);
      if (at === null) break;
      items.push(at.toISOString());
    }
    return { items };
  }

  async function toTiming(
    reader: NotificationsReader,
    message: Pick<StoredMessage, 'userId'>,
    { runAtUtc = null, ruleName = null, timeZone }: NewSchedule,
  ) {
    const zone = timeZone ?? 'UTC';
    if (zone !== OF_RECIPIENT && !isTimeZone(zone)) throw notificationErrors.timeZoneInvalid();
    const from = now();
    if (runAtUtc !== null && Date.parse(runAtUtc) <= from.getTime()) throw notificationErrors.scheduleInPast();
    if (runAtUtc === null && ruleName === null) throw notificationErrors.scheduleInvalid();
    const clock = await timeZoneOf(reader, zone, message);
    const rule = ruleName === null ? null : toCronRule(ruleName, runAtUtc === null ? from : new Date(runAtUtc), clock);
    if (ruleName !== null && rule === null) throw notificationErrors.scheduleInvalid();
    const first = runAtUtc === null && rule !== null ? nextRun(rule, clock, from) : new Date(runAtUtc ?? from);
    if (first === null) throw notificationErrors.scheduleInvalid();
    return { rule, ruleName, timeZone: zone, nextRunAt: first.toISOString() };
  }

  async function list(actor: Actor, query: ScheduleQuery) {
    return mapPage(await queries.listSchedules(db.read, actor, query), toSchedule);
  }

  function toSchedule(row: queries.ListedSchedule): Schedule {
    const { id, notificationId, template, ruleName, timeZone, runCount, status, createdAt } = row;
    return {
      id,
      notificationId,
      template,
      subject: sealing.openSubject({ ...row, id: notificationId }),
      ruleName,
      timeZone,
      nextRunAtUtc: row.nextRunAt,
      lastRunAtUtc: row.lastRunAt,
      runCount,
      status,
      createdAt,
    };
  }

  /** A message that has not been sent is cancelled with its schedule. @throws `notifications.schedule_not_found` */
  function cancel(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async (unit) => {
      const row = await queries.lockVisibleSchedule(unit.tx, actor, id);
      if (!row) throw notificationErrors.scheduleNotFound({ id });
      if (row.status !== 'active') return;
      await queries.updateSchedule(unit.tx, id, { status: 'cancelled', nextRunAt: null });
      const message = await lockMessageById(unit.tx, row.notificationId);
      if (message && isFirstRun(row, message))
        await updateMessage(unit.tx, message.id, {
          status: 'cancelled',
          statusReason: 'scheduleCancelled',
          heldUntil: null,
        });
      if (row.createdBy === actor.id) return;
      const { notificationId, ruleName, nextRunAt } = row;
      unit.audit({
        action: 'notifications.schedule_cancelled',
        resourceType: 'notificationSchedule',
        resourceId: id,
        payload: { notificationId, ruleName, nextRunAt },
      });
    });
  }

  /** Runs one planned instant exactly once. Runs that were missed count as one run. */
  async function run({ ref }: Work): Promise<WorkResult<NotificationsTables>> {
    const { scheduleId, runAt } = fromRef(ref);
    return {
      write: async (unit) => {
        const schedule = await queries.lockSchedule(unit.tx, scheduleId);
        if (!schedule || schedule.status !== 'active' || schedule.nextRunAt !== runAt) return; // changed meanwhile
        const message = await lockMessageById(unit.tx, schedule.notificationId);
        if (!message) return;
        const isEnded = message.status === 'archived' || message.status === 'cancelled';
        if (!isEnded) await sendRun(unit, schedule, message);
        const nextRunAt = isEnded ? null : await nextOf(unit.tx, schedule, message);
        await queries.updateSchedule(unit.tx, scheduleId, {
          nextRunAt,
          status: nextRunAt === null ? 'done' : 'active',
          ...(!isEnded && { lastRunAt: runAt, runCount: schedule.runCount + 1 }),
        });
        if (nextRunAt !== null) enqueueRun(unit, scheduleId, nextRunAt);
      },
    };
  }

  async function sendRun(unit: NotificationsUnit, schedule: StoredSchedule, message: StoredMessage): Promise<void> {
    if (isFirstRun(schedule, message)) await release(unit, message, { sealing, now });
    else await releaseCopy(unit, message, schedule.nextRunAt, { sealing, now });
  }

  async function nextOf(
    reader: NotificationsReader,
    { rule, timeZone, nextRunAt }: StoredSchedule,
    message: StoredMessage,
  ) {
    if (rule === null || nextRunAt === null) return null;
    const clock = await timeZoneOf(reader, timeZone, message);
    const from = new Date(Math.max(Date.parse(nextRunAt), now().getTime()));
    return nextRun(rule, clock, from)?.toISOString() ?? null;
  }

  /** The time zone of a rule. The recipient's is looked up at each run, because it can change. */
  async function timeZoneOf(
    reader: NotificationsReader,
    timeZone: string,
    { userId }: Pick<StoredMessage, 'userId'>,
  ): Promise<string> {
    if (timeZone !== OF_RECIPIENT) return timeZone;
    return (userId === null ? undefined : await findRecipient(reader, userId))?.timeZone ?? branding.timeZone;
  }

  return { plan, preview, list, cancel, run };
}

/** Schedules a new message for one instant, as part of the unit that stores it. */
export async function scheduleOnce(
  unit: NotificationsUnit,
  { id: notificationId, createdBy }: Pick<StoredMessage, 'id' | 'createdBy'>,
  { id, at }: { readonly id: string; readonly at: string },
): Promise<void> {
  const timing = { rule: null, ruleName: null, timeZone: 'UTC', nextRunAt: at };
  const authors = { createdBy, messageCreatedBy: createdBy };
  await queries.insertSchedule(unit.tx, { id, notificationId, ...authors, ...timing });
  unit.enqueue(scheduleQueue, { ref: toRef(id, at), dueAt: at });
}

export type Scheduling = ReturnType<typeof createScheduling>;

/** Whether the message itself has not been sent and waits for this schedule. */
function isFirstRun({ id }: StoredSchedule, { status, scheduleId }: StoredMessage): boolean {
  return status === 'scheduled' && scheduleId === id;
}

function enqueueRun({ enqueue }: NotificationsUnit, scheduleId: string, runAt: string): void {
  enqueue(scheduleQueue, { ref: toRef(scheduleId, runAt), dueAt: runAt, lane: 'high' });
}

function toRef(scheduleId: string, runAt: string): string {
  return `${scheduleId} ${runAt}`;
}

function fromRef(ref: string) {
  const [scheduleId = '', runAt = ''] = ref.split(' ');
  return { scheduleId, runAt };
}
