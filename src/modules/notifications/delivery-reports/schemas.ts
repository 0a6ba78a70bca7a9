import { Type, type Static } from 'typebox';
import { PageQuery } from '#kernel/page.ts';
import { defineError } from '#kernel/problem.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';

const Channel = OneOf('email', 'sms', 'push', 'slack', 'teams', 'telegram', 'webhook');

/** An address to which nothing is sent any more. Which one it is, nobody can read from here; the message shows it masked. */
export const Suppression = Type.Object(
  {
    id: Id,
    channel: Channel,
    /** What the provider said. */
    reason: Type.String(),
    provider: Type.String(),
    /** The message that found out. */
    notificationId: Nullable(Id),
    createdAt: Instant,
  },
  { title: 'Suppression' },
);
export type Suppression = Static<typeof Suppression>;

export const SuppressionQuery = Type.Object({ ...PageQuery.properties, channel: Type.Optional(Channel) });
export type SuppressionQuery = Static<typeof SuppressionQuery>;

export const statusErrors = {
  suppressionNotFound: defineError('notifications.suppression_not_found', 404, 'No such suppression'),
  providerNotFound: defineError('notifications.provider_not_found', 404, 'No provider of this name reports here'),
  reportUnsigned: defineError('notifications.report_unsigned', 400, 'The report is not signed by the provider'),
  reportMalformed: defineError('notifications.report_malformed', 400, 'The report cannot be read'),
  reportEarly: defineError('notifications.report_early', 503, 'The message is still being sent'),
};
