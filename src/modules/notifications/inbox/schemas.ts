import { Type, type Static } from 'typebox';
import { Id, Instant, Nullable } from '#kernel/schema.ts';

/** A message in a person's own inbox. */
export const InboxItem = Type.Object(
  {
    id: Id,
    category: Type.String({ examples: ['reminders'] }),
    subject: Type.String({ examples: ['یادآوری: خرید نان'] }),
    text: Type.String({ examples: ['زمان انجام این کار رسیده است: خرید نان'] }),
    createdAt: Instant,
    readAt: Type.With(Nullable(Instant), { description: 'Null while it is unread', examples: [null] }),
  },
  { title: 'InboxItem' },
);
export type InboxItem = Static<typeof InboxItem>;

export const UnreadCount = Type.Object(
  {
    unreadCount: Type.Integer({ description: 'Counted up to 10,000', examples: [3] }),
    unreadCountCapped: Type.Optional(
      Type.Boolean({ description: 'True if there are more than 10,000', examples: [false] }),
    ),
  },
  { title: 'UnreadCount' },
);
export type UnreadCount = Static<typeof UnreadCount>;
