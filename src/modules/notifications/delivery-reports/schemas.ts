import { Type, type Static } from 'typebox';
import { PageQuery } from '#kernel/page.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';

const SuppressibleChannel = OneOf('email', 'sms', 'push', 'slack', 'teams', 'telegram', 'webhook');

/** An address that nothing is sent to any more. It is stored as a hash; the message shows it masked. */
export const Suppression = Type.Object(
  {
    id: Id,
    channel: SuppressibleChannel,
    /** The provider's error. */
    reason: Type.String(),
    provider: Type.String(),
    /** The message whose delivery failed. */
    notificationId: Nullable(Id),
    createdAt: Instant,
  },
  { title: 'Suppression' },
);
export type Suppression = Static<typeof Suppression>;

export const SuppressionQuery = Type.Object({ ...PageQuery.properties, channel: Type.Optional(SuppressibleChannel) });
export type SuppressionQuery = Static<typeof SuppressionQuery>;
