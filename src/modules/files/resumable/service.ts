import { timingSafeEqual } from 'node:crypto';
import { system, type Actor } from '#kernel/access.ts';
import { httpErrors, type ArrivingBytes } from '#platform/http/port.ts';
import { fileErrors, filePermissions } from '../contract.ts';
import type { FilesNeeds } from '../needs.ts';
import type { Places } from '../places/service.ts';
import type { Rights } from '../rights/service.ts';
import type { Uploads } from '../uploads/service.ts';
import type { Validation } from '../validation/verdict.ts';
import { createAppending } from './append.ts';
import { createUploadBounds } from './bounds.ts';
import { createCompletion } from './completion.ts';
import { createCreation, hashOf, type Created } from './create.ts';
import { checksumOf, numberOf, type UploadHeaders } from './headers.ts';
import * as queries from './queries.ts';
import type { UploadRow } from './queries.ts';
import { createWatch } from './watch.ts';

const BATCH = 100;
const { write } = filePermissions;

export interface ResumableNeeds extends FilesNeeds {
  readonly validation: Validation;
  readonly rights: Pick<Rights, 'permissionsNow' | 'authorNow'>;
  readonly inBounds: Uploads['inBounds'];
  readonly places: Places;
}

/** How a request names an upload. */
export interface UploadAddress {
  readonly id: string;
  readonly token: string | undefined;
}

/** Uploads by several requests, by tus 1.0: begun, continued, asked for, ended. */
export function createResumable(needs: ResumableNeeds) {
  const { db, validation, inBounds, rights, now } = needs;
  const watch = createWatch(needs);
  const completion = createCompletion(needs);
  const appending = createAppending({ ...needs, completion, watch, bounds: createUploadBounds(needs) });
  const creation = createCreation({ ...needs, completion });

  /** With bytes (creation-with-upload), they are added at once; if that fails, nothing is left but a file that is whole. */
  async function create(actor: Actor, headers: UploadHeaders, body: ArrivingBytes): Promise<Created> {
    const checksum = checksumOf(headers);
    const created = await creation.create(actor, headers);
    const { id, fileId } = created.upload;
    if (!body.isThere || fileId !== null) return created;
    let isTold = false;
    try {
      const addition = { offset: 0, length: null, checksum, body };
      const upload = await inBounds(actor.id, () => appending.append(actor, id, addition, () => mayWrite(actor)));
      isTold = body.fault() === null;
      return { ...created, upload };
    } finally {
      // No client knows its address. If this fails, it expires.
      if (!isTold) await db.write(actor, ({ tx }) => queries.deleteUnfinished(tx, id)).catch(() => {});
    }
  }

  /** @throws `http.unsupported_media_type` without a body of the right type, and what `append` throws */
  async function append(
    actor: Actor,
    address: UploadAddress,
    headers: UploadHeaders,
    body: ArrivingBytes,
  ): Promise<UploadRow> {
    if (!body.isThere) throw httpErrors.unsupportedMediaType();
    const offset = numberOf(headers, 'upload-offset');
    if (offset === null) throw fileErrors.uploadInvalid({ header: 'upload-offset' });
    const addition = { offset, length: numberOf(headers, 'upload-length'), checksum: checksumOf(headers), body };
    const { upload, owner } = await find(actor, address);
    return inBounds(owner.id, () => appending.append(owner, upload.id, addition, () => mayWrite(owner)));
  }

  /** Before a client resumes. Ends a request that still adds bytes. @throws `files.upload_not_found`, `files.upload_expired` */
  async function read(actor: Actor, address: UploadAddress): Promise<UploadRow> {
    const { upload, owner } = await find(actor, address);
    if (upload.writer === null) return upload;
    await watch.relieve(owner, upload.id);
    return (await find(actor, address)).upload;
  }

  /** Ends an upload, with its bytes. A file that it has become stays. @throws `files.upload_not_found` */
  async function terminate(actor: Actor, address: UploadAddress): Promise<void> {
    const { upload, owner } = await findAny(actor, address);
    if (upload.fileId !== null) throw fileErrors.uploadConflict({ reason: 'complete' });
    await db.write(owner, async ({ tx }) => {
      const current = await queries.lockUpload(tx, upload.id);
      if (current && current.fileId !== null) throw fileErrors.uploadConflict({ reason: 'complete' });
      await queries.deleteUnfinished(tx, upload.id);
    });
  }

  /** Before the rest of a request is judged. @throws `http.not_signed_in`, `http.forbidden` without the token of an upload */
  function admit(actor: Actor, { token }: UploadAddress): void {
    if (token !== undefined) return;
    if (actor.type === 'anonymous') throw httpErrors.notSignedIn();
    if (!actor.permissions.has(write.code)) throw httpErrors.forbidden({ permission: write.code });
  }

  /** One that takes bytes here. @throws `files.upload_not_found`, `files.upload_expired` */
  async function find(actor: Actor, address: UploadAddress): Promise<{ upload: UploadRow; owner: Actor }> {
    const found = await findAny(actor, address);
    if (found.upload.kind === 'presigned') throw fileErrors.uploadNotFound({ id: address.id });
    return found;
  }

  /** @throws `files.upload_not_found`, `files.upload_expired` */
  async function findAny(actor: Actor, { id, token }: UploadAddress): Promise<{ upload: UploadRow; owner: Actor }> {
    const upload = await queries.findUpload(db.read, id);
    const owner = upload && (await ownerOf(actor, upload, token));
    if (!upload || !owner) throw fileErrors.uploadNotFound({ id });
    if (upload.fileId === null && Date.parse(upload.expiresAt) <= now().getTime()) throw fileErrors.uploadExpired();
    return { upload, owner };
  }

  /**
   * The owner by their own access token, or by the token of the upload; null for others. With that token, everything about
   * the author comes from the upload: who sends it may be signed in as somebody else.
   */
  async function ownerOf(actor: Actor, upload: UploadRow, token: string | undefined): Promise<Actor | null> {
    const { ownerId: id, sessionId, apiKeyId, tokenHash } = upload;
    // Who acts on behalf of the owner needs the token: an upload that was theirs before is none of the support.
    const isOwner = actor.id === id && actor.impersonatorId === undefined;
    if (isOwner && actor.permissions.has(write.code)) return actor;
    if (token === undefined || !timingSafeEqual(hashOf(token), tokenHash)) return null;
    const type = apiKeyId === null ? 'user' : 'apiKey';
    const author = await rights.authorNow({ id, sessionId, apiKeyId });
    if (!author?.permissions.has(write.code)) return null;
    const { origin, claim } = actor;
    return { ...author, type, id, sessionId, apiKeyId, permissions: new Set([write.code]), origin, claim };
  }

  /** Whether the session or API key of an owner lives, and they have the right. Never stale. */
  async function mayWrite(owner: Actor): Promise<boolean> {
    return (await rights.permissionsNow(owner)).has(write.code);
  }

  /** Removes what has expired. */
  async function tidy(signal: AbortSignal): Promise<void> {
    const before = now().toISOString();
    const deletions = [
      () => db.write(system('files'), ({ tx }) => queries.deleteExpired(tx, before, BATCH)),
      () => db.write(system('files'), ({ tx }) => queries.deleteEnded(tx, BATCH)),
    ];
    for (const deleteSome of deletions)
      for (let count = BATCH; count === BATCH && !signal.aborted;) count = await deleteSome();
  }

  return {
    maxBytes: validation.largest,
    admit,
    begin: creation.begin,
    create,
    append,
    read,
    terminate,
    tidy,
    exportFor: (userId: string) => queries.exportUploads(db.read, userId),
  };
}

export type Resumable = ReturnType<typeof createResumable>;
