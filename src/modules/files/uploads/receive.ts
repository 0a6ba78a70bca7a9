import { randomUUID } from 'node:crypto';
import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { Form, FormPart } from '#platform/http/port.ts';
import { storageErrors, type StoredObject } from '#platform/storage/port.ts';
import { Problem } from '#kernel/problem.ts';
import { fileErrors, filePermissions, type StoredFile, type UploadFields } from '../contract.ts';
import { stagingKey } from '../content/keys.ts';
import { removeLater } from '../content/removal.ts';
import { toStorageFault } from '../content/storage-faults.ts';
import { roomOf } from '../content/usage.ts';
import type { FilesNeeds } from '../needs.ts';
import type { Places } from '../places/service.ts';
import { whileAllowed, type Rights } from '../rights/service.ts';
import type { Validation } from '../validation/verdict.ts';
import { countFile } from './accept.ts';
import { addField } from './fields.ts';
import { beat, deleteDeadIntents, deleteIntent, insertIntent, markReceived } from './queries.ts';
import type { UploadAttempt, UploadIntent } from './queries.ts';
import { tap } from './tap.ts';

const BEAT_MS = 20_000;
/** After some beats that did not come: the process is gone. */
const DEAD_SECONDS = 300;
const FORM_OVERHEAD_BYTES = 256 * 1024;

export interface ReceivingNeeds extends Pick<FilesNeeds, 'db' | 'storage' | 'config'> {
  readonly validation: Validation;
  readonly places: Places;
  readonly rights: Pick<Rights, 'renew'>;
}

type FilePart = Extract<FormPart, { kind: 'file' }>;
type FormField = Extract<FormPart, { kind: 'field' }>;

export interface Taken extends StoredObject {
  readonly intent: UploadIntent;
  readonly contentType: string;
}

/** What the bytes of a form become. */
export interface Destination<R> {
  readonly ownerId: string;
  /** While fields may follow that set another limit, `isComplete` is false. */
  maxBytes(isComplete: boolean): number;
  /** The name by which the content is judged. @throws `files.invalid_name`, `files.validation_failed` */
  nameOf(sentName: string): string;
  /** When its first bytes are there. @throws `files.validation_failed` */
  judgeType?(contentType: string): void;
  /** @throws `files.validation_failed` */
  addField(field: FormField): void;
  /** Commits the row, before any byte is written. */
  begin(intent: UploadIntent): Promise<void>;
  /** Again and again while bytes arrive, and after the last: who sends, with the permissions of now. @throws when they may not */
  checkRights(): Promise<Actor>;
  /** All bytes are there. */
  accept(actor: Actor, taken: Taken): Promise<R>;
}

/**
 * Receives files in two phases. The row is committed before the first byte; the file counts and goes to the gate when all
 * bytes are stored. A process that dies in between leaves a row that `tidy` finds.
 */
export function createReceiving({ db, storage, config, validation, places, rights }: ReceivingNeeds) {
  function receive(actor: Actor, form: Form, bodyBytes: number | null): Promise<StoredFile> {
    const fields: UploadFields = {};
    return receiveAs(actor, form, bodyBytes, {
      ownerId: actor.id,
      maxBytes: (isComplete) =>
        fields.module === undefined && !isComplete ? validation.largest : validation.maxBytesOf(fields.module),
      nameOf: validation.judgeName,
      addField: (field) => addField(fields, field),
      begin: (intent) => db.write(actor, ({ tx }) => insertIntent(tx, intent)),
      checkRights: () => rights.renew(actor, filePermissions.write),
      accept: (sender, taken) => accept(sender, taken, fields),
    });
  }

  /**
   * Reads the form to its end. @throws `files.validation_failed`, `files.invalid_name`, `files.type_mismatch`,
   * `files.too_large`, `files.quota_exceeded`, `files.storage_unavailable`, `storage.full`, `http.digest_mismatch`,
   * `files.folder_not_found`, `files.folder_deleted`, `files.too_many_folders`, and what `checkRights` throws
   */
  async function receiveAs<R>(
    actor: Actor,
    form: Form,
    bodyBytes: number | null,
    destination: Destination<R>,
  ): Promise<R> {
    const { largest } = validation;
    if (bodyBytes !== null && bodyBytes > largest + FORM_OVERHEAD_BYTES)
      throw fileErrors.tooLarge({ maxBytes: largest });
    const intents: UploadIntent[] = []; // at most one
    try {
      const taken = await whileAllowed(destination.checkRights, form.stop, () =>
        takeAll(actor, form, destination, (intent) => intents.push(intent)),
      );
      if (!taken) throw fileErrors.validationFailed({ reason: 'file_missing' });
      form.checkDigest(taken);
      const maxBytes = destination.maxBytes(true);
      if (taken.sizeBytes > maxBytes) throw fileErrors.tooLarge({ maxBytes });
      return await destination.accept(await destination.checkRights(), taken);
    } catch (error) {
      for (const intent of intents) await abandon(actor, intent);
      throw error;
    }
  }

  /** Null: the form has no file. */
  async function takeAll<R>(
    actor: Actor,
    form: Form,
    destination: Destination<R>,
    onIntent: (intent: UploadIntent) => void,
  ): Promise<Taken | null> {
    let taken: Taken | null = null;
    for await (const part of form.parts)
      if (part.kind === 'file') taken = await take(actor, part, destination, onIntent);
      else destination.addField(part);
    return taken;
  }

  /** Stores the bytes of a file; calls `onIntent` when the row is there. */
  async function take<R>(
    actor: Actor,
    { name: field, fileName, contentType: declared, content }: FilePart,
    destination: Destination<R>,
    onIntent: (intent: UploadIntent) => void,
  ): Promise<Taken> {
    if (field !== 'file') throw fileErrors.validationFailed({ reason: 'unknown_field', field });
    const name = destination.nameOf(fileName);
    const { ownerId } = destination;
    let contentType = validation.judgeDeclared(name, declared);
    const room = await roomOf(db.read, ownerId, config.filesQuotaBytes);
    if (room <= 0) throw fileErrors.quotaExceeded({ quotaBytes: config.filesQuotaBytes });
    const maxBytes = destination.maxBytes(false);
    const intent = { id: newId(), ownerId, fileName: name, contentType, contentId: randomUUID() };
    await destination.begin(intent);
    onIntent(intent);
    const stop = keepAlive(actor, intent);
    const bytes = tap(content, async (head) => {
      contentType = await validation.judgeContent(name, declared, head);
      destination.judgeType?.(contentType);
    });
    try {
      const stored = await storage.put(stagingKey(intent.contentId), bytes, { maxBytes: Math.min(maxBytes, room) });
      return { ...stored, intent, contentType };
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== storageErrors.tooLarge.code) throw toStorageFault(error);
      throw room < maxBytes
        ? fileErrors.quotaExceeded({ quotaBytes: config.filesQuotaBytes })
        : fileErrors.tooLarge({ maxBytes });
    } finally {
      stop();
    }
  }

  /** The file is whole: it counts, and goes to the gate. */
  function accept(actor: Actor, { intent, contentType, sizeBytes, sha256 }: Taken, fields: UploadFields) {
    const { id, contentId } = intent;
    return db.write(actor, async (unit) => {
      const { folder, folderId: wantedId, ...rest } = fields;
      const folderId = (await places.locate(unit.tx, actor.id, { folder, folderId: wantedId })) ?? null;
      const file = await markReceived(unit.tx, intent, { ...rest, folderId, contentType, sizeBytes, sha256 });
      if (!file) throw fileErrors.unavailable({ id }); // erased with its owner, or given up as dead
      await countFile(unit, { ...file, contentId }, config);
      return file;
    });
  }

  /**
   * What is left of an upload that did not become a file goes. If this fails, `tidy` does it. After an answer of the
   * database that was lost it may have become one.
   */
  async function abandon(actor: Actor, intent: UploadIntent): Promise<void> {
    const drop = db.write(actor, async (unit) => {
      if (await deleteIntent(unit.tx, intent)) await removeLater(unit, [stagingKey(intent.contentId)]);
    });
    await drop.catch(() => {});
  }

  function keepAlive(actor: Actor, attempt: UploadAttempt): () => void {
    const timer = setInterval(() => {
      void db.write(actor, ({ tx }) => beat(tx, attempt)).catch(() => {}); // the next one may succeed
    }, BEAT_MS);
    return () => clearInterval(timer);
  }

  /** Removes what processes that died have left; answers how many. */
  async function tidy(actor: Actor, limit: number): Promise<number> {
    return db.write(actor, async (unit) => {
      const dead = await deleteDeadIntents(unit.tx, DEAD_SECONDS, limit);
      await removeLater(
        unit,
        dead.map(({ contentId }) => stagingKey(contentId)),
      );
      return dead.length;
    });
  }

  return { receive, receiveAs, keepAlive, abandon, tidy };
}

export type Receiving = ReturnType<typeof createReceiving>;

/**
 * For senders who do not own the file: that there is no room for it tells them neither the quota of the owner nor that it is
 * the quota.
 */
export function withoutRoom(error: unknown): unknown {
  const ofRoom = [fileErrors.tooLarge, fileErrors.quotaExceeded, fileErrors.tooManyFiles].map(({ code }) => code);
  return error instanceof Problem && ofRoom.includes(error.code) ? fileErrors.tooLarge() : error;
}
