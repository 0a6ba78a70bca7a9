import { keepPreviousData, queryOptions, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { ApiError, take, type File as StoredFile, type Folder } from '#client';
import { given } from '#app/app/search.ts';
import { client } from '#app/server/client.ts';
import { toPlain } from '#app/text/typed.ts';
import { useTexts } from '#app/text/language.ts';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import { FOLDER_ROW, isFiltered, kinds, type FilesSearch } from './search.ts';

export type { Folder, StoredFile };

export const PATH = '/api/v1/files/search';
const FOLDERS = '/api/v1/files/folders';
const LISTS = ['files', 'list'] as const;
const POLL_MS = 2000; // while something on the page is uploaded, scanned or encrypted

export type Item =
  | { readonly is: 'folder'; readonly folder: Folder }
  | { readonly is: 'file'; readonly file: StoredFile };

/** Where the list is: the top, a folder, or the trash. */
export interface Place {
  readonly folderId: string | null;
  readonly isTrash: boolean;
}

export interface Asked extends Place {
  readonly search: FilesSearch;
  readonly pageSize: number;
  /** Only files of this person. */
  readonly ownerId: string | undefined;
}

export function idOf(item: Item): string {
  return item.is === 'file' ? item.file.id : `${FOLDER_ROW}${item.folder.id}`;
}

export function nameOf(item: Item): string {
  return item.is === 'file' ? item.file.fileName : item.folder.name;
}

/** The query of the list of files, for what the address says. */
export function toFileQuery({ folderId, isTrash, search, pageSize, ownerId }: Asked) {
  const { text, kind, tag, state, in: within } = search;
  return given({
    pageSize,
    ownerId,
    folderId: folderId ?? undefined,
    isInFolder: within === 'none' && folderId === null ? false : undefined,
    text: text === undefined ? undefined : toPlain(text),
    tag: tag === undefined ? undefined : toPlain(tag),
    contentType: kind && kinds[kind],
    storageStatus: isTrash ? ('deleted' as const) : state,
  });
}

export function filesQuery(asked: Asked) {
  return queryOptions({
    queryKey: [...LISTS, asked],
    queryFn: ({ signal }) => readPage(asked, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.items.some(isMoving) ? POLL_MS : false),
  });
}

/** Folders first, and after the last of them the files. A cursor says in which of both lists it is. */
async function readPage(asked: Asked, signal: AbortSignal) {
  const { folderId, isTrash, search, pageSize } = asked;
  const [, list = 'd', cursor] = /^([df])\.(.*)$/.exec(search.cursor ?? '') ?? [];
  const hasFolders = list === 'd' && !isFiltered(search);
  const place = given({ parentId: folderId ?? undefined, isDeleted: isTrash || undefined, cursor, pageSize });
  const folders = hasFolders
    ? await take(client.api.GET(FOLDERS, { params: { query: place }, signal }))
    : { items: [], totalCount: 0, nextCursor: null };
  const items = folders.items.map((folder): Item => ({ is: 'folder', folder }));
  if (folders.nextCursor !== null)
    return { items, totalCount: null, nextCursor: `d.${folders.nextCursor}`, totalCountCapped: false };

  const query = { ...toFileQuery(asked), ...(list === 'f' && cursor !== undefined && { cursor }) };
  const files = await take(client.api.GET(PATH, { params: { query }, signal }));
  const counts = [folders.totalCount, files.totalCount];
  return {
    items: [...items, ...files.items.map((file): Item => ({ is: 'file', file }))],
    totalCount: counts.includes(null) ? null : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0),
    totalCountCapped: files.totalCountCapped ?? false,
    nextCursor: files.nextCursor && `f.${files.nextCursor}`,
  };
}

export type FilePage = Awaited<ReturnType<typeof readPage>>;

/** Everything that the list has, from its first page on: read while the first items are being worked on. */
export async function* readAll({ search, ...asked }: Asked, signal: AbortSignal): AsyncGenerator<Item> {
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { items, nextCursor } = await readPage({ ...asked, pageSize: 100, search: { ...search, cursor } }, signal);
    yield* items;
    cursor = nextCursor;
  }
}

function isMoving(item: Item): boolean {
  return item.is === 'file' && (item.file.storageStatus === 'pending' || item.file.encryptionStage !== null);
}

export function fileQuery(fileId: string, queries: QueryClient) {
  return queryOptions({
    queryKey: ['files', 'one', fileId],
    queryFn: ({ signal }) => take(client.api.GET('/api/v1/files/{fileId}', { params: { path: { fileId } }, signal })),
    placeholderData: () =>
      queries
        .getQueriesData<FilePage>({ queryKey: LISTS })
        .flatMap(([, page]) => page?.items ?? [])
        .flatMap((item) => (item.is === 'file' ? [item.file] : []))
        .find(({ id }) => id === fileId),
    refetchInterval: ({ state }) => (state.data && isMoving({ is: 'file', file: state.data }) ? POLL_MS : false),
  });
}

export function folderQuery(folderId: string) {
  return queryOptions({
    queryKey: ['files', 'folder', folderId],
    queryFn: ({ signal }) => take(client.api.GET(`${FOLDERS}/{folderId}`, { params: { path: { folderId } }, signal })),
  });
}

/** The folder and those above it, from the top. */
export function pathQuery(folderId: string, queries: QueryClient) {
  return queryOptions({
    queryKey: ['files', 'path', folderId],
    async queryFn() {
      const path: Folder[] = [];
      for (let id: string | null = folderId; id !== null; id = path[0]?.parentId ?? null)
        path.unshift(await queries.fetchQuery(folderQuery(id)));
      return path;
    },
  });
}

/** The folders in a folder, or at the top, for a choice: the first hundred. */
export function subfoldersQuery(parentId: string | null) {
  const query = { pageSize: 100, ...(parentId !== null && { parentId }) };
  return queryOptions({
    queryKey: ['files', 'folders', parentId],
    queryFn: ({ signal }) => take(client.api.GET(FOLDERS, { params: { query }, signal })),
  });
}

export const usageQuery = queryOptions({
  queryKey: ['files', 'usage'],
  queryFn: ({ signal }) => take(client.api.GET('/api/v1/files/usage', { signal })),
});

interface Told {
  readonly done?: string;
  /** Shown as Undo for ten seconds. */
  readonly undo?: () => Promise<unknown>;
}

/** Does something on the server, renews what is shown of files, and tells the outcome. Resolves with whether it was done. */
export function useAct() {
  const queries = useQueryClient();
  const tell = useToast();
  const { undo: undoText, unreachable } = useTexts(common);
  return async function act(work: () => Promise<unknown>, { done, undo }: Told = {}): Promise<boolean> {
    try {
      await work();
    } catch (error) {
      tell(error instanceof ApiError ? (error.problem.errors?.[0]?.message ?? error.message) : unreachable);
      return false;
    }
    await queries.invalidateQueries({ queryKey: ['files'] });
    if (done !== undefined) tell(done, undo && { text: undoText, run: () => void act(undo) });
    return true;
  };
}

const byFile = (fileId: string) => ({ params: { path: { fileId } } });
const byFolder = (folderId: string) => ({ params: { path: { folderId } } });

/** One call each. @throws `ApiError` */
export const onServer = {
  remove: (item: Item) =>
    item.is === 'file'
      ? take(client.api.DELETE('/api/v1/files/{fileId}', byFile(item.file.id)))
      : take(client.api.DELETE(`${FOLDERS}/{folderId}`, byFolder(item.folder.id))),
  restore: (item: Item) =>
    item.is === 'file'
      ? take(client.api.POST('/api/v1/files/{fileId}/restore', byFile(item.file.id)))
      : take(client.api.POST(`${FOLDERS}/{folderId}/restore`, { ...byFolder(item.folder.id), body: null })),
  purge: (item: Item) =>
    item.is === 'file'
      ? take(client.api.DELETE('/api/v1/files/{fileId}/purge', byFile(item.file.id)))
      : take(client.api.DELETE(`${FOLDERS}/{folderId}/purge`, byFolder(item.folder.id))),
  move: (item: Item, folderId: string | null) =>
    item.is === 'file'
      ? take(client.api.PATCH('/api/v1/files/{fileId}/move', { ...byFile(item.file.id), body: { folderId } }))
      : take(client.api.PATCH(`${FOLDERS}/{folderId}`, { ...byFolder(item.folder.id), body: { parentId: folderId } })),
  tag: (fileId: string, tag: string) =>
    take(client.api.POST('/api/v1/files/{fileId}/tags', { ...byFile(fileId), body: { tag } })),
  untag: (fileId: string, tag: string) =>
    take(client.api.DELETE('/api/v1/files/{fileId}/tags/{tag}', { params: { path: { fileId, tag } } })),
};
