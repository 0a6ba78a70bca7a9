import { Type } from 'typebox';
import { Page, pageErrors } from '#kernel/page.ts';
import { Id, NoContent } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { notificationErrors, notificationPermissions } from '../contract.ts';
import type { Scheduling } from './schedules.ts';
import { NewSchedule, Schedule, MessageSchedulePreview, ScheduleQuery } from './schemas.ts';

const { schedules: access } = notificationPermissions;

export function scheduleRoutes(schedules: Scheduling): Routes {
  return async (http) => {
    http.post(
      '/notifications/:notificationId/schedule',
      {
        config: {
          access,
          location: '/api/v1/notifications/schedules',
          errors: [
            notificationErrors.notFound,
            notificationErrors.alreadySent,
            notificationErrors.ended,
            notificationErrors.scheduleInPast,
            notificationErrors.scheduleInvalid,
            notificationErrors.timeZoneInvalid,
          ],
        },
        schema: {
          operationId: 'scheduleNotification',
          summary: 'Schedule a message',
          description: `Sends it once at \`runAtUtc\`, or repeatedly by \`ruleName\`. Replaces an earlier schedule
            of the message. Each run after the first sends a copy with its own id.`,
          params: Type.Object({ notificationId: Type.With(Id, { description: 'The message to schedule' }) }),
          body: NewSchedule,
          response: { 201: Schedule },
        },
      },
      async ({ actor, params, body }, reply) =>
        reply.code(201).send(await schedules.plan(actor, params.notificationId, body)),
    );

    http.post(
      '/notifications/schedules/preview',
      {
        config: {
          access,
          impersonation: 'allowed',
          errors: [
            notificationErrors.scheduleInPast,
            notificationErrors.scheduleInvalid,
            notificationErrors.timeZoneInvalid,
          ],
        },
        schema: {
          operationId: 'previewNotificationSchedule',
          summary: 'List the next instants of a schedule that is not stored',
          description: 'As `scheduleNotification` would run it. For `recipient` the zone of the installation counts.',
          body: NewSchedule,
          response: { 200: MessageSchedulePreview },
        },
      },
      ({ body }) => schedules.preview(body),
    );

    http.get(
      '/notifications/schedules',
      {
        config: { access, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listNotificationSchedules',
          summary: 'List schedules',
          description: 'Newest first.',
          querystring: ScheduleQuery,
          response: { 200: Page(Schedule) },
        },
      },
      ({ actor, query }) => schedules.list(actor, query),
    );

    http.delete(
      '/notifications/schedules/:scheduleId',
      {
        config: { access, errors: [notificationErrors.scheduleNotFound] },
        schema: {
          operationId: 'cancelNotificationSchedule',
          summary: 'Cancel a schedule',
          description: 'No further run takes place. Messages that it has created stay.',
          params: Type.Object({ scheduleId: Type.With(Id, { description: 'Id of the schedule' }) }),
          response: { 204: NoContent },
        },
      },
      async ({ actor, params }, reply) => reply.code(204).send(await schedules.cancel(actor, params.scheduleId)),
    );
  };
}
