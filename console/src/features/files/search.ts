import { redirect } from '@tanstack/react-router';
import { toCursor, toText } from '#app/app/search.ts';

/** What people call a type, and how the server is asked for it. */
export const kinds = {
  image: 'image/*',
  video: 'video/*',
  audio: 'audio/*',
  pdf: 'application/pdf',
  text: 'text/*',
  archive: 'application/zip',
} as const;
export type Kind = keyof typeof kinds;

export const states = ['available', 'pending', 'infected', 'failed', 'missing'] as const;
export const tabs = ['facts', 'versions', 'links', 'access', 'accesses'] as const;
export type Tab = (typeof tabs)[number];

/** What the address says beside the folder. Left out: all files of the folder, the first page, no drawer. */
export interface FilesSearch {
  readonly text?: string | undefined;
  readonly kind?: Kind | undefined;
  readonly tag?: string | undefined;
  readonly state?: (typeof states)[number] | undefined;
  /** `none`: only files in no folder. */
  readonly in?: 'none' | undefined;
  /** For those who see the files of everybody. Left out: the files of the person. */
  readonly owner?: 'all' | undefined;
  readonly cursor?: string | undefined;
  /** The id of a file, `new-folder`, or `folder`: the open one. */
  readonly open?: string | undefined;
  readonly tab?: Tab | undefined;
}

export function toFilesSearch(found: Readonly<Record<string, unknown>>): FilesSearch {
  const kind = (Object.keys(kinds) as Kind[]).find((one) => one === found['kind']);
  const state = states.find((one) => one === found['state']);
  const tab = tabs.find((one) => one === found['tab']);
  return {
    ...toText(found, 'text', 'tag', 'open'),
    ...toCursor(found),
    ...(kind && { kind }),
    ...(state && { state }),
    ...(tab && { tab }),
    ...(found['in'] === 'none' && { in: 'none' }),
    ...(found['owner'] === 'all' && { owner: 'all' }),
  };
}

export function isFiltered({ text, kind, tag, state, in: place, owner }: FilesSearch): boolean {
  return [text, kind, tag, state, place, owner].some((one) => one !== undefined);
}

/** In lists a folder is a row as a file is; it opens as a place. */
export const FOLDER_ROW = 'folder.';

/** @throws the redirect to the folder whose row was opened */
export function enterFolder({ search: { open } }: { readonly search: FilesSearch }): void {
  if (open?.startsWith(FOLDER_ROW))
    throw redirect({
      to: '/files/folders/$folderId',
      params: { folderId: open.slice(FOLDER_ROW.length) },
      search: {},
      replace: true,
    });
}
