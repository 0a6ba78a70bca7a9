import { Type, type Static } from 'typebox';
import { PageQuery } from '#kernel/page.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';

/** Once at `runAtUtc`, or by `ruleName`: `hourly`, `daily`, `weekly`, `monthly`, or a five-field cron expression. */
export const NewSchedule = Type.Object(
  {
    runAtUtc: Type.Optional(Nullable(Instant)),
    ruleName: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 100 }))),
    /** IANA name, or `recipient` for that of the person it is addressed to. Default: UTC. */
    timeZone: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 64 }))),
  },
  { title: 'NewNotificationSchedule' },
);
export type NewSchedule = Static<typeof NewSchedule>;

export const Schedule = Type.Object(
  {
    id: Id,
    notificationId: Id,
    ruleName: Nullable(Type.String()),
    timeZone: Type.String(),
    nextRunAtUtc: Nullable(Instant),
    lastRunAtUtc: Nullable(Instant),
    runCount: Type.Integer(),
    status: OneOf('active', 'done', 'cancelled'),
    createdAt: Instant,
  },
  { title: 'NotificationSchedule' },
);
export type Schedule = Static<typeof Schedule>;

export const ScheduleQuery = Type.Object({
  ...PageQuery.properties,
  status: Type.Optional(OneOf('active', 'done', 'cancelled')),
});
export type ScheduleQuery = Static<typeof ScheduleQuery>;
