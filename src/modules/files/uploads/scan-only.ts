import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import { Problem } from '#kernel/problem.ts';
import type { Form, FormPart } from '#platform/http/port.ts';
import { storageErrors } from '#platform/storage/port.ts';
import { stagingKey } from '../content/keys.ts';
import { removalQueue } from '../content/removal.ts';
import { toStorageFault } from '../content/storage-faults.ts';
import { fileErrors } from '../contract.ts';
import { asFarAsRead, type Inspection } from '../inspection/inspect.ts';
import type { FilesNeeds } from '../needs.ts';
import type { ScanResult } from './schemas.ts';
import type { Validation } from '../validation/verdict.ts';
import type { Gate } from './gate.ts';
import { tap } from './tap.ts';

type FilePart = Extract<FormPart, { kind: 'file' }>;

export interface ScanningNeeds extends Pick<FilesNeeds, 'db' | 'storage' | 'config'> {
  readonly gate: Pick<Gate, 'scanStored'>;
  readonly inspection: Inspection;
  readonly validation: Pick<Validation, 'judgeName' | 'judgeContent'>;
}

/** Scans a file without keeping it: it is judged as an upload of this name and type would be. */
export function createScanning({ db, storage, config, gate, inspection, validation }: ScanningNeeds) {
  /** @throws `files.validation_failed`, `files.too_large`, `files.scanner_unavailable`, `files.storage_unavailable` */
  async function scanOnly(actor: Actor, form: Form): Promise<ScanResult> {
    const key = stagingKey(randomUUID());
    let result: ScanResult | null = null;
    try {
      for await (const part of form.parts) {
        if (part.kind === 'field' || part.name !== 'file')
          throw fileErrors.validationFailed({ reason: 'unknown_field', field: part.name.slice(0, 100) });
        await promiseRemoval(actor, key);
        result = await scan(key, part);
      }
      if (!result) throw fileErrors.validationFailed({ reason: 'file_missing' });
      form.checkDigest(result);
      return result;
    } finally {
      await removeNow(actor, key).catch(() => {}); // else it goes in a day
    }
  }

  async function scan(key: string, { fileName, contentType: declared, content }: FilePart): Promise<ScanResult> {
    let contentType = '';
    let refusal: string | null = null;
    // All bytes are read nevertheless: the answer has their number and hash.
    const judged = tap(content, async (head) => {
      try {
        contentType = await validation.judgeContent(validation.judgeName(fileName), declared, head);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        const { reason } = error.details;
        refusal = typeof reason === 'string' ? reason : error.code;
      }
    });
    try {
      const { sizeBytes, sha256 } = await storage.put(key, judged, { maxBytes: config.filesMaxBytes });
      const nothing = { signature: null, reason: null, sizeBytes, sha256 };
      if (refusal !== null) return { ...nothing, verdict: 'refused', reason: refusal };
      const inspected = await inspection.inspect(key, { contentType, sizeBytes });
      if (inspected.refusal !== null) return { ...nothing, verdict: 'refused', reason: inspected.refusal };
      const scanned = await gate.scanStored(key);
      if (scanned === null) throw fileErrors.scannerUnavailable({ retryAfterSeconds: 10 });
      if (scanned === 'lost') throw new Error('the storage has lost the bytes that it had stored'); // it is away
      const found = asFarAsRead(scanned, inspected);
      const { verdict } = found;
      if (found.verdict === 'infected') return { ...nothing, verdict, signature: found.signature };
      return { ...nothing, verdict, reason: found.verdict === 'unscannable' ? found.reason : null };
    } catch (error) {
      if (error instanceof Problem && error.code === storageErrors.tooLarge.code)
        throw fileErrors.tooLarge({ maxBytes: config.filesMaxBytes });
      throw toStorageFault(error);
    }
  }

  /** Before the first byte: what a crash leaves goes in a day. */
  function promiseRemoval(actor: Actor, objectKey: string): Promise<void> {
    return db.write(actor, async ({ tx }) => {
      const dueAt = sql<string>`now() + interval '1 day'`;
      await tx.insertInto('files.removal').values({ objectKey, dueAt }).execute();
    });
  }

  function removeNow(actor: Actor, objectKey: string): Promise<void> {
    return db.write(actor, async ({ tx, enqueue }) => {
      const dueAt = sql<string>`now()`;
      await tx.updateTable('files.removal').set({ dueAt }).where('objectKey', '=', objectKey).execute();
      enqueue(removalQueue, { ref: objectKey, lane: 'low' });
    });
  }

  return { scanOnly };
}

export type Scanning = ReturnType<typeof createScanning>;
