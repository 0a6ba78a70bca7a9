import { Type, type Static } from 'typebox';
import { PageQuery } from '#kernel/page.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';

/** Once at `runAtUtc`, or by `ruleName`: `hourly`, `daily`, `weekly`, `monthly`, or a five-field cron expression. */
export const NewSchedule = Type.Object(
  {
    runAtUtc: Type.Optional(Nullable(Instant)),
    ruleName: Type.Optional(
      Nullable(
        Type.String({
          minLength: 1,
          maxLength: 100,
          description: '`hourly`, `daily`, `weekly`, `monthly`, or a cron expression of five fields',
        }),
      ),
    ),
    timeZone: Type.Optional(
      Nullable(
        Type.String({
          minLength: 1,
          maxLength: 64,
          description: 'IANA name, or `recipient` for the zone of the recipient; UTC by default',
        }),
      ),
    ),
  },
  {
    title: 'NewNotificationSchedule',
    description: 'Once (`runAtUtc`), or repeated (`ruleName`).',
    examples: [{ ruleName: '0 9 * * 6', timeZone: 'Asia/Tehran' }],
  },
);
export type NewSchedule = Static<typeof NewSchedule>;

export const Schedule = Type.Object(
  {
    id: Id,
    notificationId: Id,
    template: Type.With(Nullable(Type.String()), {
      description: 'Name of the template of the message; null: written without one',
      examples: ['shop.order_sent'],
    }),
    subject: Type.String({
      description: 'Of the message; of one about security, the name of its template',
      examples: ['یادآوری: خرید نان'],
    }),
    ruleName: Nullable(Type.String({ examples: ['0 9 * * 6'] })),
    timeZone: Type.String({ examples: ['Asia/Tehran'] }),
    nextRunAtUtc: Nullable(Instant),
    lastRunAtUtc: Type.With(Nullable(Instant), { examples: [null] }),
    runCount: Type.Integer({ examples: [0] }),
    status: OneOf('active', 'done', 'cancelled'),
    createdAt: Instant,
  },
  { title: 'NotificationSchedule' },
);
export type Schedule = Static<typeof Schedule>;

/** Fewer where a rule has no more. */
export const MessageSchedulePreview = Type.Object(
  { items: Type.Array(Instant, { description: 'In UTC, the first one first; at most five' }) },
  { title: 'NotificationSchedulePreview' },
);
export type MessageSchedulePreview = Static<typeof MessageSchedulePreview>;

export const ScheduleQuery = Type.Object({
  ...PageQuery.properties,
  status: Type.Optional(
    Type.With(OneOf('active', 'done', 'cancelled'), { description: 'Only schedules in this state.' }),
  ),
});
export type ScheduleQuery = Static<typeof ScheduleQuery>;
