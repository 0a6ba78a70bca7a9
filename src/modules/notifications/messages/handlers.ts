import { Type } from 'typebox';
import { OneOf } from '#kernel/schema.ts';
import { withTables } from '#platform/database/port.ts';
import { defineHandler, PermanentFailure, type JobHandler } from '#platform/jobs/port.ts';
import type { Channels } from '../channels/port.ts';
import { NewNotification, notificationPermissions } from '../contract.ts';
import type { NotificationsTables } from '../tables.ts';
import type { MessageRequests } from './messages.ts';

const { properties } = Type.Omit(NewNotification, ['scheduledAtUtc']); // the job itself has a schedule
/** Addresses can be secrets, and contents are sealed everywhere else. */
const sealed = { writeOnly: true } as const;
const JobMessage = Type.Object({
  ...properties,
  recipient: Type.With(properties.recipient, sealed),
  subject: Type.Optional(Type.With(properties.subject, sealed)),
  body: Type.Optional(Type.With(properties.body, sealed)),
  variables: Type.Optional(Type.With(properties.variables, sealed)),
});

/** What jobs of the scheduler can do with messages. */
export function messageHandlers(requests: MessageRequests, channels: Channels): JobHandler[] {
  return [
    defineHandler({
      type: 'notifications.send',
      description: 'Sends a message, as the owner of the job',
      payload: JobMessage,
      permission: notificationPermissions.write,
      async run({ payload, actor }) {
        await requests.check(payload);
        return {
          write: async (unit) => void (await requests.add(withTables<NotificationsTables>(unit), actor.id, payload)),
        };
      },
    }),
    defineHandler({
      type: 'notifications.dispatch_probe',
      description: 'Sends a test message past the queue, and fails when no provider takes it',
      payload: Type.Object({
        channel: OneOf('email', 'sms', 'push', 'slack', 'teams', 'telegram', 'webhook'),
        recipient: Type.String({ minLength: 1, maxLength: 4096, ...sealed }),
      }),
      permission: notificationPermissions.write,
      policy: { maxRetryAttempts: 0 },
      async run({ payload: { channel, recipient }, executionId, signal, log }) {
        const reason = channels.enabled.includes(channel)
          ? channels.refuses(channel, recipient)
          : 'the channel is not enabled';
        if (reason !== null) throw new PermanentFailure(reason);
        const [subject, text] = [
          'Bonyan: test message',
          'This message shows that messages of this channel are delivered.',
        ];
        const message = { id: executionId, channel, recipient, subject, text, html: null, headers: {}, data: {} };
        const sent = await channels.send(message, signal);
        if (sent.outcome !== 'sent') throw new Error(`${sent.provider}: ${sent.error}`);
        log(`${sent.provider} has taken the message`);
      },
    }),
  ];
}
