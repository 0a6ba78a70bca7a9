import { createHash, randomUUID, type Hash } from 'node:crypto';
import type { Actor } from '#kernel/access.ts';
import { Problem } from '#kernel/problem.ts';
import type { ArrivingBytes } from '#platform/http/port.ts';
import { storageErrors } from '#platform/storage/port.ts';
import { partKey } from '../content/keys.ts';
import { removeLater } from '../content/removal.ts';
import { toStorageFault } from '../content/storage-faults.ts';
import { lockUsage } from '../content/usage.ts';
import { fileErrors } from '../contract.ts';
import type { FilesNeeds, FilesUnit } from '../needs.ts';
import { HEAD_BYTES } from '../validation/verdict.ts';
import type { UploadBounds } from './bounds.ts';
import type { Completion } from './completion.ts';
import type { Checksum } from './headers.ts';
import { inPieces } from './pieces.ts';
import * as queries from './queries.ts';
import type { UploadRow } from './queries.ts';
import type { Watch } from './watch.ts';

/** Bytes of one request that are kept, whatever follows. */
const PIECE_BYTES = 32 * 1024 * 1024;
/** Parts that an upload may have; one more for each MiB of its length. */
const SMALL_PARTS = 1000;
const MIB = 1024 * 1024;
/** An upload expires so long after bytes were added to it, */
export const LIFE_MS = 24 * 3_600_000;
/** and at the latest so long after its beginning. */
const MAX_LIFE_MS = 7 * LIFE_MS;

/** What one request adds. */
export interface Addition {
  readonly offset: number;
  /** `Upload-Length`, where it was deferred. */
  readonly length: number | null;
  readonly checksum: Checksum | null;
  readonly body: ArrivingBytes;
}

interface Part {
  readonly id: string;
  readonly position: number;
  readonly sizeBytes: number;
}

/** One request that adds bytes: where it is, and what it has not committed yet. */
interface Writing {
  readonly owner: Actor;
  readonly upload: UploadRow;
  readonly writer: string;
  readonly limit: number;
  received: number;
  head: Buffer;
  isJudged: boolean;
  /** With a checksum: nothing counts before that was compared. */
  readonly isAllOrNothing: boolean;
  pending: Part[];
}

export interface AppendNeeds extends Pick<FilesNeeds, 'db' | 'storage' | 'now'> {
  readonly bounds: UploadBounds;
  readonly watch: Watch;
  readonly completion: Completion;
}

/** Adds bytes to uploads: each piece is an object of its own, with a row that is there before it. */
export function createAppending({ db, storage, bounds, watch, completion, now }: AppendNeeds) {
  /**
   * What arrives before the client disconnects is kept, except with a checksum. Answers the upload afterwards.
   * @throws `files.upload_conflict`, `files.upload_invalid`, `files.checksum_mismatch`, and what a form upload throws
   */
  async function append(
    owner: Actor,
    id: string,
    addition: Addition,
    isAllowed: () => Promise<boolean>,
  ): Promise<UploadRow> {
    const { body } = addition;
    const writer = randomUUID();
    try {
      const { limit, ...upload } = await db.write(owner, (unit) => take(unit, id, writer, addition));
      if (upload.fileId !== null) await refuseMore(body);
      else
        await watch.watching({ id: writer, uploadId: id, owner, body, isAllowed }, () =>
          addAll(toWriting(owner, upload, writer, limit, addition), addition),
        );
    } finally {
      body.stop(null); // a refusal has not read it to its end
    }
    const fault = body.fault();
    if (fault instanceof Problem) throw fault; // else the client has disconnected, and gets no answer
    const upload = await queries.findUpload(db.read, id);
    if (!upload) throw fileErrors.uploadNotFound({ id });
    return upload;
  }

  /** Of an upload that is complete. */
  async function refuseMore(body: ArrivingBytes): Promise<void> {
    for await (const chunk of body.bytes)
      if (chunk.byteLength > 0) throw fileErrors.uploadInvalid({ header: 'content-length' });
  }

  /** Makes this request the only one that adds to the upload. */
  async function take({ tx, actor }: FilesUnit, id: string, writer: string, { offset, length, body }: Addition) {
    await lockUsage(tx, actor.id);
    const upload = await queries.lockUpload(tx, id);
    if (!upload) throw fileErrors.uploadNotFound({ id });
    if (upload.kind === 'final') throw fileErrors.uploadFinal();
    const { receivedBytes, isWriting } = upload;
    if (isWriting) throw fileErrors.uploadConflict({ reason: 'busy' });
    if (offset !== receivedBytes) throw fileErrors.uploadConflict({ reason: 'offset', offset: receivedBytes });
    if (length !== null && upload.lengthBytes !== null && length !== upload.lengthBytes)
      throw fileErrors.uploadInvalid({ header: 'upload-length' });
    const lengthBytes = upload.lengthBytes ?? length;
    if (lengthBytes !== null && lengthBytes < receivedBytes)
      throw fileErrors.uploadInvalid({ header: 'upload-length' });
    const limit = upload.lengthBytes ?? (await bounds.limitOf(tx, upload, length ?? receivedBytes));
    if (lengthBytes !== null && (body.sizeBytes ?? 0) > lengthBytes - receivedBytes)
      throw fileErrors.uploadInvalid({ header: 'content-length' });
    if (upload.fileId !== null) return { ...upload, limit };
    if (upload.partCount >= SMALL_PARTS + receivedBytes / MIB)
      throw fileErrors.uploadInvalid({ header: 'content-length', reason: 'too_many_parts' });
    await queries.deleteUnfinishedParts(tx, id);
    await queries.updateUpload(tx, id, { writer, lengthBytes, isAwaited: false });
    return { ...upload, lengthBytes, limit: lengthBytes ?? limit };
  }

  /** Of an upload that gets bytes now. @throws `files.upload_expired` */
  function expiryOf({ createdAt }: UploadRow): string {
    const endMs = Date.parse(createdAt) + MAX_LIFE_MS;
    if (now().getTime() >= endMs) throw fileErrors.uploadExpired();
    return new Date(Math.min(now().getTime() + LIFE_MS, endMs)).toISOString();
  }

  async function addAll(writing: Writing, { body, checksum }: Addition): Promise<void> {
    const hash = checksum && createHash(checksum.algorithm);
    const { isAllOrNothing } = writing;
    // The last piece ends with the body, so that one that is too long is noticed before the upload is complete.
    const nextBytes = () =>
      isAllOrNothing || writing.limit - writing.received <= PIECE_BYTES ? Number.MAX_SAFE_INTEGER : PIECE_BYTES;
    let isCommitted = false;
    try {
      for await (const piece of inPieces(body.bytes, nextBytes)) {
        await storePiece(writing, piece, hash);
        if (isAllOrNothing) continue;
        await commit(writing);
        isCommitted = true;
      }
      if (body.fault() !== null) return;
      body.checkDigest();
      if (checksum && !hash?.digest().equals(checksum.digest)) throw fileErrors.checksumMismatch();
      if (!isCommitted) await commit(writing); // also for an empty body: it may be the length that was missing
    } finally {
      await discard(writing);
    }
  }

  async function storePiece(writing: Writing, piece: AsyncIterable<Uint8Array>, hash: Hash | null): Promise<void> {
    const { owner, upload, received: position, limit } = writing;
    const id = randomUUID();
    writing.pending.push({ id, position, sizeBytes: 0 });
    const part = { id, uploadId: upload.id, position };
    if (!(await db.write(owner, ({ tx }) => queries.insertPart(tx, part, writing.writer)))) throw await lost(upload);
    try {
      const bytes = tapHead(writing, piece, hash);
      const maxBytes = Math.min(limit - position, writing.isAllOrNothing ? Infinity : PIECE_BYTES);
      const { sizeBytes } = await storage.put(partKey(id), bytes, { maxBytes });
      writing.pending[writing.pending.length - 1] = { id, position, sizeBytes };
      writing.received += sizeBytes;
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== storageErrors.tooLarge.code) throw toStorageFault(error);
      if (upload.lengthBytes !== null) throw fileErrors.uploadInvalid({ header: 'content-length' });
      throw bounds.beyond(upload, limit);
    }
  }

  /** Why this request does not write the upload any more. */
  async function lost({ id }: UploadRow) {
    const upload = await queries.findUpload(db.read, id);
    return upload ? fileErrors.uploadConflict({ reason: 'busy' }) : fileErrors.uploadNotFound({ id });
  }

  /** The same bytes. The first ones of a file are judged as soon as they are there, but never before their checksum. */
  async function* tapHead(writing: Writing, piece: AsyncIterable<Uint8Array>, hash: Hash | null) {
    for await (const chunk of piece) {
      hash?.update(chunk);
      if (writing.head.byteLength < HEAD_BYTES) {
        writing.head = Buffer.concat([writing.head, chunk.subarray(0, HEAD_BYTES - writing.head.byteLength)]);
        if (writing.head.byteLength === HEAD_BYTES && !writing.isAllOrNothing) await judge(writing);
      }
      yield chunk;
    }
  }

  /** A file that is refused needs no more bytes. */
  async function judge(writing: Writing): Promise<string> {
    const { owner, upload, writer, head } = writing;
    if (upload.kind !== 'whole') return '';
    writing.isJudged = true;
    try {
      return await completion.judge({ ...upload, head });
    } catch (error) {
      if (error instanceof Problem) await db.write(owner, ({ tx }) => queries.deleteUnfinished(tx, upload.id, writer));
      throw error;
    }
  }

  /** What was stored counts from now on; the last byte makes the upload a file. */
  async function commit(writing: Writing): Promise<void> {
    const { owner, upload, writer, received, head, pending } = writing;
    const isWhole = received === upload.lengthBytes && upload.kind === 'whole';
    const isHeadNew = head.byteLength === HEAD_BYTES && !writing.isJudged;
    const contentType = isWhole || isHeadNew ? await judge(writing) : '';
    await db.write(owner, async (unit) => {
      await lockUsage(unit.tx, upload.ownerId);
      const current = await queries.lockUpload(unit.tx, upload.id);
      if (!current) throw fileErrors.uploadNotFound({ id: upload.id }); // ended, expired, or erased with its owner
      if (current.writer !== writer) throw fileErrors.uploadConflict({ reason: 'busy' }); // this one counted as dead
      if (current.lengthBytes === null) await bounds.limitOf(unit.tx, current, received);
      for (const { id, sizeBytes } of pending)
        if (!(await queries.finishPart(unit.tx, id, sizeBytes))) throw new Error(`the part ${id} is gone`);
      const partCount = current.partCount + pending.length;
      await queries.updateUpload(unit.tx, upload.id, { receivedBytes: received, head, partCount, writer });
      if (received > current.receivedBytes) await renew(unit, current);
      if (isWhole && current.fileId === null) await completion.complete(unit, current, contentType, received);
    });
    writing.pending = [];
  }

  /** An upload without new bytes is not renewed: else one that is never completed keeps its room for ever. */
  async function renew({ tx }: FilesUnit, upload: UploadRow): Promise<void> {
    const expiresAt = expiryOf(upload);
    await queries.updateUpload(tx, upload.id, { expiresAt });
    if (upload.kind === 'partial') await queries.renewPartials(tx, upload.ownerId, expiresAt, MAX_LIFE_MS);
  }

  /** Pieces that were not committed; if this fails, the next request or the end of the upload does it. */
  async function discard({ owner, pending }: Writing): Promise<void> {
    if (pending.length === 0) return;
    const drop = db.write(owner, async (unit) => {
      const ids = pending.map(({ id }) => id);
      // After an answer of the database that was lost they may be committed.
      const kept = await queries.dropUnfinished(unit.tx, ids);
      // The rows of the others may have gone before their objects were there.
      await removeLater(unit, ids.filter((id) => !kept.has(id)).map(partKey));
    });
    await drop.catch(() => {});
  }

  return { append };
}

export type Appending = ReturnType<typeof createAppending>;

function toWriting(
  owner: Actor,
  upload: UploadRow,
  writer: string,
  limit: number,
  { checksum, body }: Addition,
): Writing {
  const { receivedBytes: received, head } = upload;
  return {
    owner,
    upload,
    writer,
    limit,
    received,
    head,
    isJudged: head.byteLength === HEAD_BYTES,
    isAllOrNothing: checksum !== null || body.hasDigest,
    pending: [],
  };
}
