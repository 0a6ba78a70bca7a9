import { Type, type Static } from 'typebox';
import { Id, Instant, Nullable } from '#kernel/schema.ts';
import { Way } from '../schemas.ts';

const LINK_ID = '019ab0f0-4c00-7d31-a1f4-3b7c52d08e97';

/** One time that somebody asked for the bytes of a file. */
export const FileAccess = Type.Object(
  {
    id: Id,
    userId: Nullable(Type.With(Id, { description: 'Null for people who were not signed in' })),
    linkId: Nullable(Id),
    way: Way,
    isAllowed: Type.Boolean(),
    reason: Nullable(Type.With(Type.String(), { description: 'The code of the refusal' })),
    ip: Nullable(Type.String()),
    userAgent: Nullable(Type.String()),
    createdAt: Instant,
  },
  {
    title: 'FileAccess',
    examples: [
      {
        id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e98',
        userId: null,
        linkId: LINK_ID,
        way: 'link',
        isAllowed: true,
        reason: null,
        ip: '192.0.2.1',
        userAgent: 'Mozilla/5.0',
        createdAt: '2026-11-23T08:00:00.000Z',
      },
    ],
  },
);
export type FileAccess = Static<typeof FileAccess>;

/** One time that somebody has sent a file to a folder by a link, or has tried to. */
export const FolderAccess = Type.Object(
  {
    ...FileAccess.properties,
    fileId: Nullable(Type.With(Id, { description: 'The file that was sent; null for a refusal' })),
  },
  {
    title: 'FolderAccess',
    examples: [
      {
        id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e98',
        fileId: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96',
        userId: null,
        linkId: LINK_ID,
        way: 'upload',
        isAllowed: true,
        reason: null,
        ip: '192.0.2.1',
        userAgent: 'Mozilla/5.0',
        createdAt: '2026-11-23T08:00:00.000Z',
      },
    ],
  },
);
export type FolderAccess = Static<typeof FolderAccess>;
