import { Type, type Static } from 'typebox';
import { PageQuery } from '#kernel/page.ts';
import { Id, Nullable } from '#kernel/schema.ts';

const FolderName = Type.String({ minLength: 1, maxLength: 255, examples: ['پاییز'] });

const FOLDER_ID = '019ab0f0-4c00-7d31-a1f4-3b7c52d08e22';

const ParentId = Nullable(Type.With(Id, { description: 'The folder in which it lies; null: at the top' }));

export const NewFolder = Type.Object(
  { name: FolderName, parentId: Type.Optional(ParentId) },
  { title: 'NewFolder', examples: [{ name: 'پاییز', parentId: null }] },
);
export type NewFolder = Static<typeof NewFolder>;

export const FolderChange = Type.Object(
  { name: Type.Optional(FolderName), parentId: Type.Optional(ParentId) },
  {
    title: 'FolderChange',
    description: 'Fields that are left out stay as they are.',
    minProperties: 1,
    examples: [{ name: 'پاییز' }],
  },
);
export type FolderChange = Static<typeof FolderChange>;

export const FolderQuery = Type.Object({
  ...PageQuery.properties,
  parentId: Type.Optional(Type.With(Id, { description: 'The folder whose folders are listed; default: the top.' })),
  ownerId: Type.Optional(
    Type.With(Id, {
      description: 'Whose folders; default: yours. Those of others are listed with `files.manage_all`.',
    }),
  ),
  isDeleted: Type.Optional(Type.Boolean({ description: 'Those in the trash, wherever they were.' })),
});
export type FolderQuery = Static<typeof FolderQuery>;

/** The body may be left out. */
export const FolderRestoration = Type.Unsafe<{ readonly name?: string } | null>({
  ...Type.Object(
    { name: Type.Optional(Type.With(FolderName, { description: 'A new name, where the old one is taken' })) },
    { title: 'FolderRestoration', examples: [{ name: 'پاییز' }] },
  ),
  type: ['object', 'null'],
});
export type FolderRestoration = Static<typeof FolderRestoration>;

export const FolderOperation = Type.Object(
  { operationId: Type.With(Id, { description: 'As `deletionId` of all folders that it has taken' }) },
  { title: 'FolderOperation', examples: [{ operationId: FOLDER_ID }] },
);
export type FolderOperation = Static<typeof FolderOperation>;
