import { createHash, randomBytes } from 'node:crypto';
import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { createLinks } from '#kernel/links.ts';
import { lockUsage, requireRoomForFile, roomOf, unfinishedOf } from '../content/usage.ts';
import { fileErrors } from '../contract.ts';
import type { FilesNeeds, FilesUnit } from '../needs.ts';
import type { Places } from '../places/service.ts';
import { HEAD_BYTES, type Validation } from '../validation/verdict.ts';
import { LIFE_MS } from './append.ts';
import type { Completion } from './completion.ts';
import { concatOf, describe, lengthOf, metadataOf, UNFINISHED, type UploadHeaders } from './headers.ts';
import * as queries from './queries.ts';
import type { UploadRow } from './queries.ts';

/** Of a file whose client sends none. Without an extension, content of any type agrees with it. */
const NAMELESS = 'upload';
const TOKEN_BYTES = 32;
const RETRY_AFTER_SECONDS = 60;

export interface Created {
  readonly upload: UploadRow;
  /** In this answer alone. */
  readonly token: string;
}

type NewUpload = Parameters<typeof queries.insertUpload>[1];

export interface CreateNeeds extends Pick<FilesNeeds, 'db' | 'config' | 'now'> {
  readonly validation: Validation;
  readonly completion: Completion;
  readonly places: Places;
}

/** How an upload begins: all that can be judged without its bytes is judged here. */
export function createCreation({ db, config, validation, completion, places, now }: CreateNeeds) {
  const links = createLinks(config.publicUrl);

  /**
   * @throws `files.upload_invalid`, `files.validation_failed`, `files.invalid_name`, `files.type_mismatch`,
   * `files.too_large`, `files.quota_exceeded`, `files.too_many_files`, `files.too_many_uploads`, `files.too_many_tags`,
   * `files.folder_not_found`, `files.folder_deleted`, `files.too_many_folders`
   */
  async function create(actor: Actor, headers: UploadHeaders): Promise<Created> {
    const concat = concatOf(headers);
    const metadata = metadataOf(headers);
    const { fileName, declaredType, fields, tags } = describe(metadata);
    const { kind } = concat;
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const row = {
      id: newId(),
      ownerId: actor.id,
      sessionId: actor.sessionId,
      apiKeyId: actor.apiKeyId,
      tokenHash: hashOf(token),
      kind,
      fileName: kind === 'partial' ? null : validation.judgeName(fileName ?? NAMELESS),
      declaredType,
      description: fields.description ?? null,
      module: fields.module ?? null,
      folder: fields.folder ?? null,
      folderId: fields.folderId ?? null,
      tags,
      metadata,
      concat: kind === 'whole' ? null : kind,
      lengthBytes: null,
      expiresAt: new Date(now().getTime() + LIFE_MS).toISOString(),
    };
    if (row.fileName !== null) validation.judgeDeclared(row.fileName, declaredType);
    const ids = concat.kind === 'final' ? concat.ids : null;
    if (ids && (headers['upload-length'] ?? headers['upload-defer-length']) !== undefined)
      throw fileErrors.uploadInvalid({ header: 'upload-length' });
    const upload = ids
      ? await joinPartials(actor, row, ids)
      : await begin(actor, { ...row, lengthBytes: lengthOf(headers) });
    return { upload, token };
  }

  /** @throws as `create` */
  async function begin(actor: Actor, row: NewUpload & { readonly lengthBytes: number | null }): Promise<UploadRow> {
    const { lengthBytes, kind, module } = row;
    if (kind !== 'partial') validation.judgeSize(lengthBytes ?? 0, module);
    else if ((lengthBytes ?? 0) > validation.largest) throw fileErrors.tooLarge({ maxBytes: validation.largest });
    const contentType = await completion.judge(toJudged(row, Buffer.alloc(0)));
    return db.write(actor, async (unit) => {
      await lockUsage(unit.tx, actor.id); // one after the other, so that the bounds are exact
      const { count } = await unfinishedOf(unit.tx, actor.id);
      if (count >= UNFINISHED) throw fileErrors.tooManyUploads({ retryAfterSeconds: RETRY_AFTER_SECONDS });
      const { filesQuotaBytes: quotaBytes, filesMaxCount } = config;
      if (kind !== 'partial') await requireRoomForFile(unit.tx, actor.id, filesMaxCount);
      const room = await roomOf(unit.tx, actor.id, quotaBytes);
      if (room <= 0 || (lengthBytes ?? 0) > room) throw fileErrors.quotaExceeded({ quotaBytes });
      if (row.folderId) await places.requireLive(unit.tx, actor.id, row.folderId);
      const upload = await queries.insertUpload(unit.tx, row);
      if (lengthBytes !== 0 || kind !== 'whole') return upload;
      await completion.complete(unit, upload, contentType, 0);
      return { ...upload, fileId: upload.id };
    });
  }

  /** Uploads that are complete become one file. Each can be joined once. */
  async function joinPartials(actor: Actor, row: NewUpload, ids: readonly string[]): Promise<UploadRow> {
    const concat = `final;${ids.map((id) => links.path(`/api/v1/files/uploads/${id}`)).join(' ')}`;
    return db.write(actor, async (unit) => {
      await lockUsage(unit.tx, actor.id);
      const partials = await lockComplete(unit, actor.id, ids);
      const lengthBytes = partials.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
      validation.judgeSize(lengthBytes, row.module);
      const head = headOf(partials);
      const contentType = await completion.judge(toJudged(row, head));
      const whole = { ...row, concat, lengthBytes, receivedBytes: lengthBytes, head };
      const upload = await queries.insertUpload(unit.tx, whole);
      let position = 0;
      for (const { id, receivedBytes } of partials) {
        await queries.moveParts(unit.tx, id, upload.id, position);
        await queries.deleteUnfinished(unit.tx, id);
        position += receivedBytes;
      }
      await completion.complete(unit, upload, contentType, lengthBytes);
      return { ...upload, fileId: upload.id };
    });
  }

  /** In the order of `ids`. */
  async function lockComplete({ tx }: FilesUnit, ownerId: string, ids: readonly string[]) {
    const locked = new Map((await queries.lockPartials(tx, ownerId, ids)).map((row) => [row.id, row]));
    return ids.map((id) => {
      const partial = locked.get(id);
      const isComplete = partial?.receivedBytes === partial?.lengthBytes && !partial?.isWriting;
      const isLive = partial && Date.parse(partial.expiresAt) > now().getTime();
      if (!partial || !isLive) throw fileErrors.uploadNotFound({ id });
      if (!isComplete) throw fileErrors.uploadConflict({ reason: 'incomplete' });
      return partial;
    });
  }

  return { create, begin };
}

export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function toJudged({ fileName = null, declaredType }: NewUpload, head: Buffer) {
  return { fileName, declaredType: declaredType ?? '', head };
}

/** The first bytes of all together. */
function headOf(partials: readonly UploadRow[]): Buffer {
  let head = Buffer.alloc(0);
  for (const partial of partials) {
    head = Buffer.concat([head, partial.head]).subarray(0, HEAD_BYTES);
    if (partial.receivedBytes > partial.head.byteLength) break; // it has more bytes than its head tells
  }
  return head;
}
