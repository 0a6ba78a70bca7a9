import { Type, type Static } from 'typebox';
import { Id, Instant, Nullable } from '#kernel/schema.ts';

/** A message in a person's own inbox. */
export const InboxItem = Type.Object(
  {
    id: Id,
    category: Type.String(),
    subject: Type.String(),
    text: Type.String(),
    createdAt: Instant,
    readAt: Nullable(Instant),
  },
  { title: 'InboxItem' },
);
export type InboxItem = Static<typeof InboxItem>;

export const UnreadCount = Type.Object({ unreadCount: Type.Integer() }, { title: 'UnreadCount' });
export type UnreadCount = Static<typeof UnreadCount>;
