import { Type, type Static } from 'typebox';
import { PageQuery } from '#kernel/page.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';

const SuppressibleChannel = OneOf('email', 'sms', 'push', 'slack', 'teams', 'telegram', 'webhook');

/** An address that nothing is sent to any more. It is stored as a hash; the message shows it masked. */
export const Suppression = Type.Object(
  {
    id: Id,
    channel: SuppressibleChannel,
    reason: Type.String({ description: 'What the provider said', examples: ['550 5.1.1 User unknown'] }),
    provider: Type.String({ examples: ['smtp'] }),
    notificationId: Type.With(Nullable(Id), { description: 'The message whose report suppressed the address' }),
    createdAt: Instant,
  },
  {
    title: 'Suppression',
    description: 'An address to which nothing is sent any more. It is not shown here; the message shows it masked.',
  },
);
export type Suppression = Static<typeof Suppression>;

export const SuppressionQuery = Type.Object({
  ...PageQuery.properties,
  channel: Type.Optional(Type.With(SuppressibleChannel, { description: 'Only addresses of this channel.' })),
});
export type SuppressionQuery = Static<typeof SuppressionQuery>;
