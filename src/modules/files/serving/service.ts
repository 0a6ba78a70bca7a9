import type { Readable } from 'node:stream';
import { system, type Actor } from '#kernel/access.ts';
import type { PageQuery } from '#kernel/page.ts';
import { Problem } from '#kernel/problem.ts';
import type { ServedBytes } from '#platform/http/port.ts';
import { contentKey } from '../content/keys.ts';
import { findBlobOf, readBlob } from '../content/objects.ts';
import { toStorageFault } from '../content/storage-faults.ts';
import { fileErrors, filePermissions } from '../contract.ts';
import type { FilesNeeds } from '../needs.ts';
import { exportAccesses, hasAccesses, listAccesses, recordAccess, recordAccessOfMinute } from './accesses.ts';
import { toDisposition } from './disposition.ts';
import { findServed, markMissing, type ServedFile } from './queries.ts';

/** A redirected download begins at once; the address is good for no more. */
const REDIRECT_SECONDS = 60;
/** Types that a browser shows without running anything. SVG is not among them. */
const INLINE =
  /^(?:image\/(?:jpeg|png|gif|webp|avif|bmp)|audio\/[\w.+-]+|video\/[\w.+-]+|application\/pdf|text\/plain)$/;

export type ServingMode = 'attachment' | 'inline';

/** What is served of a file: its bytes, or the address where the storage serves them. */
export type Served = { readonly bytes: ServedBytes } | { readonly url: string };

/** Null: all bytes. */
export type ServedPart = { readonly start: number; readonly end: number } | null;

export interface BytesAdmission {
  readonly isRedirected: boolean;
  /** Called when the bytes are there, before the first of them leaves; throws to refuse them. */
  admit(part: ServedPart): Promise<void> | undefined;
  /** Called before an answer without bytes. */
  decline(): Promise<void> | undefined;
  /** Called when the file or the storage does not give the bytes, before that is thrown. */
  refuse(refusal: Problem): Promise<void>;
}

/** Serves the bytes of available files. */
export function createServing(needs: Pick<FilesNeeds, 'db' | 'storage' | 'keys'>) {
  const { db, storage } = needs;

  /**
   * @throws `files.not_found`, also for a file that the person may not read; `files.pending`, `files.unavailable`,
   * `files.malicious_content`
   */
  async function serve(actor: Actor, id: string, mode: ServingMode, isRedirected: boolean): Promise<Served> {
    const file = await findServed(db.read, actor, id);
    if (!file) throw fileErrors.notFound({ id });
    const way = mode === 'inline' ? 'stream' : 'download';
    const isOwner = file.ownerId === actor.id;
    const record = (refusal: string | null, write = recordAccess) =>
      db.write(actor, ({ tx }) => write(tx, actor, { fileId: id, linkId: null, way, refusal }));
    return serveFile(file, mode, {
      isRedirected,
      admit: (part) => {
        if (part === null) return record(null);
        if (isOwner) return part.start === 0 ? record(null) : undefined;
        return record(null, recordAccessOfMinute);
      },
      decline: () => (isOwner ? undefined : record(null, recordAccessOfMinute)),
      refuse: ({ code }) => record(code, recordAccessOfMinute),
    });
  }

  /** Of a purged file, for those who see all files. @throws `files.not_found` */
  async function accesses(actor: Actor, id: string, query: PageQuery) {
    const seesAll = actor.permissions.has(filePermissions.manageAll.code);
    const isKnown = (await findServed(db.read, actor, id)) ?? (seesAll && (await hasAccesses(db.read, id)));
    if (!isKnown) throw fileErrors.notFound({ id });
    return listAccesses(db.read, id, query);
  }

  /** For a file that the caller may read. @throws as `serve`, and what `admit` throws */
  async function serveFile(file: ServedFile, mode: ServingMode, admission: BytesAdmission): Promise<Served> {
    return orRefuse(admission, () => serveAvailable(file, mode, admission));
  }

  async function serveAvailable(file: ServedFile, mode: ServingMode, admission: BytesAdmission): Promise<Served> {
    const { id, storageStatus, blobId, fileName, sizeBytes, sha256, isEncrypted } = file;
    if (storageStatus === 'pending') throw fileErrors.pending({ id, retryAfterSeconds: 1 });
    if (storageStatus === 'infected') throw fileErrors.maliciousContent({ id });
    if (storageStatus !== 'available' || blobId === null || sizeBytes === null) throw fileErrors.unavailable({ id });
    const { contentType, isInline } = shownAs(file.contentType, mode);
    const disposition = toDisposition(isInline ? 'inline' : 'attachment', fileName);
    if (admission.isRedirected && !isEncrypted) {
      const url = await presign(blobId, { contentType, contentDisposition: disposition });
      if (url !== null) {
        await admission.admit(null);
        return { url };
      }
    }
    return {
      bytes: {
        sizeBytes,
        etag: `"${sha256}"`,
        modifiedAt: new Date(file.createdAt),
        contentType,
        disposition,
        open: (part) => open(id, part, admission),
        decline: async () => admission.decline(),
      },
    };
  }

  /** What the storage does not have or cannot give counts for nobody. */
  async function open(id: string, part: ServedPart, admission: BytesAdmission): Promise<Readable> {
    const content = await orRefuse(admission, () => read(id, part));
    try {
      await admission.admit(part);
      return content;
    } catch (error) {
      content.destroy();
      throw error;
    }
  }

  async function read(id: string, part: ServedPart): Promise<Readable> {
    let lastId: string | null = null;
    for (;;) {
      const blob = await findBlobOf(db.read, id);
      if (!blob) throw fileErrors.unavailable();
      if (blob.id === lastId) break; // otherwise the object was rewritten meanwhile
      const content = await fromStorage(() => readBlob(needs, blob, part));
      if (content) return content;
      lastId = blob.id;
    }
    const blobId = lastId;
    await db.write(system('files'), ({ tx }) => markMissing(tx, blobId));
    throw fileErrors.unavailable();
  }

  function presign(blobId: string, answer: { readonly contentType: string; readonly contentDisposition: string }) {
    return fromStorage(() => storage.presignGet(contentKey(blobId), { ...answer, expiresInSeconds: REDIRECT_SECONDS }));
  }

  const exportFor = (userId: string) => exportAccesses(db.read, userId);

  return { serve, serveFile, accesses, exportFor };
}

export type Serving = ReturnType<typeof createServing>;

async function orRefuse<R>({ refuse }: BytesAdmission, call: () => Promise<R>): Promise<R> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Problem) await refuse(error);
    throw error;
  }
}

function shownAs(contentType: string, mode: ServingMode): { contentType: string; isInline: boolean } {
  return {
    contentType: contentType === 'text/plain' ? 'text/plain; charset=utf-8' : contentType,
    isInline: mode === 'inline' && INLINE.test(contentType),
  };
}

/** @throws `files.storage_unavailable` */
async function fromStorage<R>(call: () => Promise<R>): Promise<R> {
  try {
    return await call();
  } catch (error) {
    throw toStorageFault(error);
  }
}
