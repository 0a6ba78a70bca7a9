import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { system, type Actor } from '#kernel/access.ts';
import type { PageQuery } from '#kernel/page.ts';
import { Problem } from '#kernel/problem.ts';
import type { ServedBytes } from '#platform/http/port.ts';
import { contentKey } from '../content/keys.ts';
import { markFound } from '../content/blobs.ts';
import { findBlobOf, readBlob, storedSize, type BlobOfFile } from '../content/objects.ts';
import { ADDRESS_SECONDS } from '../content/removal.ts';
import { toStorageFault } from '../content/storage-faults.ts';
import { fileErrors, filePermissions } from '../contract.ts';
import type { FilesNeeds } from '../needs.ts';
import { requireRight, seesAll } from '../queries.ts';
import { whileAllowed, type Rights } from '../rights/service.ts';
import type { AccessWay } from '../schemas.ts';
import { exportAccesses, hasAccesses, listAccesses, recordAccess, recordAccessOfMinute } from './accesses.ts';
import { toDisposition } from './disposition.ts';
import { findAnyServed, findServed, markMissing, type ServedFile } from './queries.ts';

/** Types that a browser shows without running anything. SVG is not among them. */
const INLINE =
  /^(?:image\/(?:jpeg|png|gif|webp|avif|bmp)|audio\/[\w.+-]+|video\/[\w.+-]+|application\/pdf|text\/plain)$/;

export type ServingMode = 'attachment' | 'inline';

/** What is served of a file: its bytes, or the address where the storage serves them. */
export type Served = { readonly bytes: ServedBytes } | { readonly url: string };

/** A file whose bytes may leave. */
export interface AvailableFile extends ServedFile {
  readonly blobId: string;
  readonly sizeBytes: number;
}

/** Null: all bytes. */
export type ServedPart = { readonly start: number; readonly end: number } | null;

export interface BytesAdmission {
  readonly isRedirected: boolean;
  /** Called when the bytes are there, before the first of them leaves; throws to refuse them. */
  admit(part: ServedPart): Promise<void> | undefined;
  /** Again and again while bytes leave. @throws when they may not any more */
  check(): Promise<unknown>;
  /** Called before an answer without bytes. */
  decline(): Promise<void> | undefined;
  /** Called when the file or the storage does not give the bytes, before that is thrown. */
  refuse(refusal: Problem): Promise<void>;
}

export interface ServingNeeds extends Pick<FilesNeeds, 'db' | 'storage' | 'keys' | 'accessLists'> {
  readonly rights: Pick<Rights, 'renew'>;
}

/** Serves the bytes of available files. */
export function createServing(needs: ServingNeeds) {
  const { db, storage, accessLists, rights } = needs;

  /**
   * @throws `files.not_found`, also for a file that the person may not read; `files.pending`, `files.unavailable`,
   * `files.malicious_content`
   */
  async function serve(actor: Actor, id: string, mode: ServingMode, isRedirected: boolean): Promise<Served> {
    const file = await findServed(db.read, actor, id, accessLists);
    if (!file) throw fileErrors.notFound({ id });
    const admission = admissionTo(file, actor, mode === 'inline' ? 'stream' : 'download');
    return serveFile(file, mode, { ...admission, isRedirected });
  }

  /** Something that is made of a file, such as a smaller picture. @throws as `serve`, and what `make` throws */
  async function make<R>(
    actor: Actor,
    id: string,
    from: (file: AvailableFile, admission: BytesAdmission) => Promise<R>,
  ): Promise<R> {
    const file = await findServed(db.read, actor, id, accessLists);
    if (!file) throw fileErrors.notFound({ id });
    const admission = admissionTo(file, actor, 'stream');
    return orRefuse(admission, async () => from(available(file), admission));
  }

  /** For a caller that has decided who may see it. @throws as `serve` */
  async function findAvailable(id: string): Promise<AvailableFile> {
    const file = await findAnyServed(db.read, id);
    if (!file) throw fileErrors.notFound({ id });
    return available(file);
  }

  /** All bytes of a file, as part of an answer with several. @throws as `serve` */
  async function openWhole(actor: Actor, id: string): Promise<{ file: AvailableFile; content: Readable }> {
    const served = await findServed(db.read, actor, id, accessLists);
    if (!served) throw fileErrors.notFound({ id });
    const admission = admissionTo(served, actor, 'download');
    const file = await orRefuse(admission, async () => available(served));
    return { file, content: await open(file.contentId, null, admission) };
  }

  /** Of a person who may read the file. */
  function admissionTo({ id, ownerId }: ServedFile, actor: Actor, way: AccessWay): BytesAdmission {
    const isOwner = ownerId === actor.id;
    const record = (refusal: string | null, write = recordAccess) =>
      db.write(actor, ({ tx }) => write(tx, actor, { fileId: id, linkId: null, way, refusal }));
    return {
      isRedirected: false,
      admit: (part) => {
        if (part === null) return record(null);
        if (isOwner) return part.start === 0 ? record(null) : undefined;
        return record(null, recordAccessOfMinute);
      },
      check: () => requireReader(actor, id, isOwner),
      decline: () => (isOwner ? undefined : record(null, recordAccessOfMinute)),
      refuse: ({ code }) => record(code, recordAccessOfMinute),
    };
  }

  /** @throws `http.not_signed_in`, `http.forbidden`, `files.not_found` */
  async function requireReader(actor: Actor, id: string, isOwner: boolean): Promise<void> {
    const viewer = await rights.renew(actor, filePermissions.read);
    if (!isOwner && !(await findServed(db.read, viewer, id, accessLists))) throw fileErrors.notFound({ id });
  }

  /** For the owner; of a purged file, for those who see all files. @throws `files.not_found`, `files.access_denied` */
  async function accesses(actor: Actor, id: string, query: PageQuery) {
    const file = await findServed(db.read, actor, id, accessLists);
    if (!file && !(seesAll(actor) && (await hasAccesses(db.read, id)))) throw fileErrors.notFound({ id });
    if (file) await requireRight(db.read, actor, file, 'own', accessLists);
    return listAccesses(db.read, id, query);
  }

  /** For a file that the caller may read. @throws as `serve`, and what `admit` throws */
  async function serveFile(file: ServedFile, mode: ServingMode, admission: BytesAdmission): Promise<Served> {
    return orRefuse(admission, () => serveAvailable(file, mode, admission));
  }

  async function serveAvailable(file: ServedFile, mode: ServingMode, admission: BytesAdmission): Promise<Served> {
    const { contentId, blobId, fileName, sizeBytes, sha256, isEncrypted } = available(file);
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
        modifiedAt: new Date(file.contentAt ?? file.createdAt),
        contentType,
        disposition,
        open: (part) => open(contentId, part, admission),
        decline: async () => admission.decline(),
      },
    };
  }

  /** What the storage does not have or cannot give counts for nobody. */
  async function open(contentId: string, part: ServedPart, admission: BytesAdmission): Promise<Readable> {
    const content = await orRefuse(admission, () => read(contentId, part));
    try {
      await admission.admit(part);
      void whileAllowed(
        () => admission.check(),
        (reason) => content.destroy(reason),
        () => finished(content),
      ).catch(() => {}); // who sends the bytes gets it
      return content;
    } catch (error) {
      content.destroy();
      throw error;
    }
  }

  async function read(contentId: string, part: ServedPart): Promise<Readable> {
    let last: BlobOfFile | null = null;
    for (;;) {
      const blob = await findBlobOf(db.read, contentId);
      if (!blob) throw fileErrors.unavailable();
      if (blob.id === last?.id) break; // otherwise the object was rewritten meanwhile
      const content = await readBlob(needs, blob, part);
      if (content) return content;
      last = blob;
    }
    await lose(last);
    throw fileErrors.unavailable();
  }

  /** An upload of the same bytes may have mended the object before its files were marked. */
  async function lose(blob: BlobOfFile): Promise<void> {
    await db.write(system('files'), ({ tx }) => markMissing(tx, blob.id));
    const entry = await storage.head(contentKey(blob.id));
    if (entry?.sizeBytes === storedSize(blob)) await db.write(system('files'), (unit) => markFound(unit, [blob.id]));
  }

  /** @throws `files.storage_unavailable` */
  async function presign(
    blobId: string,
    answer: { readonly contentType: string; readonly contentDisposition: string },
  ) {
    try {
      return await storage.presignGet(contentKey(blobId), { ...answer, expiresInSeconds: ADDRESS_SECONDS });
    } catch (error) {
      throw toStorageFault(error);
    }
  }

  const exportFor = (userId: string) => exportAccesses(db.read, userId);

  return {
    serve,
    serveFile,
    admissionTo,
    make,
    findAvailable,
    openWhole,
    read: ({ contentId }: AvailableFile) => read(contentId, null),
    accesses,
    exportFor,
  };
}

export type Serving = ReturnType<typeof createServing>;

/** @throws `files.pending`, `files.malicious_content`, `files.unavailable` */
export function available<F extends Pick<ServedFile, 'id' | 'storageStatus' | 'blobId' | 'sizeBytes'>>(
  file: F,
): F & Pick<AvailableFile, 'blobId' | 'sizeBytes'> {
  const { id, storageStatus, blobId, sizeBytes } = file;
  if (storageStatus === 'pending') throw fileErrors.pending({ id, retryAfterSeconds: 1 });
  if (storageStatus === 'infected') throw fileErrors.maliciousContent({ id });
  if (storageStatus !== 'available' || blobId === null || sizeBytes === null) throw fileErrors.unavailable({ id });
  return { ...file, blobId, sizeBytes };
}

/** A refusal is recorded before it is thrown. */
export async function orRefuse<R>({ refuse }: BytesAdmission, call: () => Promise<R>): Promise<R> {
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
