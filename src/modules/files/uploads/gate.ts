import { system, type Actor } from '#kernel/access.ts';
import { Problem } from '#kernel/problem.ts';
import { defineQueue } from '#kernel/work.ts';
import type { Work, WorkResult } from '#platform/work/port.ts';
import { lockBlobs, mendShared, shareBlob, type Shared } from '../content/blobs.ts';
import { contentKey, stagingKey } from '../content/keys.ts';
import { createJoining, deletePartsOf } from '../content/parts.ts';
import { removeLater } from '../content/removal.ts';
import { countSendable, discharge, lockUsages } from '../content/usage.ts';
import {
  blobsOfContents,
  lockContent,
  lockOtherContents,
  replaceContent,
  type ContentRow,
} from '../content/versions.ts';
import { fileErrors, fileEvents, type ScanStatus } from '../contract.ts';
import { asFarAsRead, type Inspection } from '../inspection/inspect.ts';
import type { FilesNeeds, FilesUnit } from '../needs.ts';
import type { FilesTables } from '../tables.ts';
import type { Validation } from '../validation/verdict.ts';
import { quarantine } from './infected.ts';
import { endItem, enterGate, isKnown, leaveGate, lockAtGate, reenterGate } from './queries.ts';
import type { ArrivedFile, UploadAttempt, GateFile } from './queries.ts';

/** One item for each file whose bytes are whole: while its row says `isAtGate`, there is one. */
export const gateQueue = defineQueue('files.gate');
/** Between two questions to a scanner that is away. */
const OUTAGE_MS = { min: 10_000, max: 300_000 };

type Verdict = { readonly kind: 'release'; readonly scanStatus: ScanStatus } | Refusal;
type Refusal =
  | { readonly kind: 'infected'; readonly signature: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'wait' };

export interface GateNeeds extends Pick<
  FilesNeeds,
  'db' | 'storage' | 'scan' | 'notifications' | 'accessLists' | 'config' | 'now'
> {
  readonly inspection: Inspection;
  readonly validation: Pick<Validation, 'judgeRename'>;
}

export function sendToGate(
  { enqueue }: FilesUnit,
  { id, contentId, versionOf }: { readonly id: string; readonly contentId: string; readonly versionOf: string | null },
  dueAt?: string,
) {
  // With a key, its result is committed alone: it locks the file of a new content, and several blobs.
  const key = versionOf === null ? {} : { key: `${gateQueue.name} ${id}` };
  enqueue(gateQueue, { ref: `${id} ${contentId}`, ...key, ...(dueAt !== undefined && { dueAt }) });
}

/**
 * The one way from staging to `available`, for files of every origin. It reads the bytes that are stored, so that what is
 * judged is what is served. The released object is written first, then the state is committed, then staging is deleted:
 * after a crash at any point the item is handled again.
 */
export function createGate(needs: GateNeeds) {
  const { db, storage, scan, accessLists, config, inspection, now } = needs;
  const joining = createJoining(needs);

  async function pass({ ref, origin }: Work): Promise<WorkResult<FilesTables>> {
    const attempt = attemptOf(ref);
    const { contentId } = attempt;
    const enter = () => db.write(system('files', origin), ({ tx }) => enterGate(tx, attempt));
    const arrived = await enter();
    // Deleted, or released already; an attempt that died may have written its objects afterwards.
    if (!arrived) return { write: (unit) => leave(unit, attempt) };
    // Of two items for one file, the first may join the parts under the second.
    const sha256 = arrived.sha256 ?? (await joining.join(arrived, origin)) ?? (await enter())?.sha256 ?? null;
    if (sha256 === null)
      return { write: (unit) => ifWaiting(unit, arrived, () => fail(unit, arrived, 'content_lost')) };
    const file: GateFile = { ...arrived, sha256 };
    const verdict = await judge(file);
    if (verdict.kind === 'wait') return { write: (unit) => ifWaiting(unit, file, async () => wait(unit, file)) };
    if (verdict.kind === 'infected')
      return { write: (unit) => ifWaiting(unit, file, () => quarantine(needs, unit, file, verdict.signature)) };
    if (verdict.kind === 'refused')
      return { write: (unit) => ifWaiting(unit, file, () => fail(unit, file, verdict.reason)) };
    const isStored = await release(contentId, file);
    if (!isStored) return { write: (unit) => ifWaiting(unit, file, () => fail(unit, file, 'content_lost')) };
    const shared = await mendShared(needs, { ...file, id: contentId });
    return { write: (unit) => ifWaiting(unit, file, () => promote(unit, file, verdict.scanStatus, shared), true) };
  }

  async function judge(file: GateFile): Promise<Verdict> {
    // The scanner first: while it is away, the inspection would be repeated for nothing.
    const found = await scanStored(stagingKey(file.contentId));
    if (found === 'lost') return { kind: 'refused', reason: 'content_lost' };
    if (found === null && config.filesScannerDown === 'wait') return { kind: 'wait' };
    if (found?.verdict === 'infected') return { kind: 'infected', signature: found.signature };
    const inspected = await inspection.inspect(stagingKey(file.contentId), file);
    if (inspected.refusal !== null) return { kind: 'refused', reason: inspected.refusal };
    if (found === null) return { kind: 'release', scanStatus: 'unscanned' };
    const scanned = asFarAsRead(found, inspected);
    if (scanned.verdict === 'unscannable' && config.filesUnscannable === 'refuse')
      return { kind: 'refused', reason: `unscannable_${scanned.reason}` };
    return { kind: 'release', scanStatus: scanned.verdict };
  }

  /** A new item: waiting for the scanner uses no attempt. The pause grows with the time that the file has waited. */
  function wait(unit: FilesUnit, file: GateFile): void {
    const pauseMs = Math.min(Math.max(OUTAGE_MS.min, file.waitedMs), OUTAGE_MS.max) * (0.5 + Math.random() / 2);
    sendToGate(unit, file, new Date(now().getTime() + pauseMs).toISOString());
  }

  /** Null while the scanner cannot be used; `lost` when there is nothing to scan. @throws when the storage cannot be used */
  async function scanStored(key: string) {
    const stored = await storage.get(key);
    if (!stored) return 'lost';
    let storageFault: Error | null = null;
    stored.content.on('error', (error) => (storageFault = error));
    try {
      return await scan.scan(stored.content);
    } catch {
      if (storageFault) throw storageFault;
      return null;
    }
  }

  /** Writes the object that is served; false when the bytes are gone. A repetition writes the same bytes. */
  async function release(contentId: string, { sizeBytes }: GateFile): Promise<boolean> {
    if (!(await storage.copy(stagingKey(contentId), contentKey(contentId)))) return false;
    return (await storage.head(contentKey(contentId)))?.sizeBytes === sizeBytes;
  }

  async function promote(unit: FilesUnit, file: GateFile, scanStatus: ScanStatus, shared: Shared): Promise<void> {
    const { id, ownerId, contentId, versionOf } = file;
    const current = versionOf === null ? undefined : await lockContent(unit.tx, versionOf);
    if (current && !isOfType(current, file)) return fail(unit, file, 'type_mismatch');
    if (current) await lockOtherContents(unit.tx, current.id);
    // The blobs of versions that go are locked together with the new one, in one order.
    if (current) await lockBlobs(unit.tx, [...(await blobsOfContents(unit.tx, current.id)), ...idOf(shared)]);
    const blobId = await shareBlob(unit, { ...file, id: contentId }, shared);
    if (blobId === null) return sendToGate(unit, file); // another file with these bytes was released meanwhile
    await leaveGate(unit.tx, id, { storageStatus: 'available', scanStatus, blobId });
    unit.publish(fileEvents.available, { fileId: versionOf ?? id, ownerId });
    if (current) await replace(unit, current, id);
    await removeLater(unit, [stagingKey(contentId), ...(blobId === contentId ? [] : [contentKey(contentId)])]);
  }

  /** The new content is served from now on, and the one before is kept as a version. */
  async function replace(unit: FilesUnit, current: ContentRow, id: string): Promise<void> {
    const next = await lockContent(unit.tx, id, current.id);
    if (!next?.blobId) throw new Error(`the new content of the file ${current.id} has gone while it was released`);
    await replaceContent(unit, current, { ...next, blobId: next.blobId }, config.filesVersions);
    const payload = { sizeBytes: next.sizeBytes, sha256: next.sha256 };
    const { ownerId: subjectId } = current;
    unit.audit({ action: 'files.content_replaced', resourceType: 'file', resourceId: current.id, subjectId, payload });
  }

  /** The file may have got another name while its new content was judged by the old one. */
  function isOfType({ fileName }: ContentRow, file: GateFile): boolean {
    if (fileName === file.fileName) return true;
    try {
      needs.validation.judgeRename(fileName, file.contentType);
      return true;
    } catch (error) {
      if (error instanceof Problem) return false;
      throw error;
    }
  }

  /** A refusal is final, and its bytes go at once. */
  async function fail(unit: FilesUnit, file: ArrivedFile, reason: string): Promise<void> {
    await leaveGate(unit.tx, file.id, { storageStatus: 'failed', reason });
    await discharge(unit.tx, [file]);
    await countSendable(unit.tx, file);
    await deletePartsOf(unit.tx, file.id);
    await removeLater(unit, [stagingKey(file.contentId), contentKey(file.contentId)]);
  }

  /** After the last attempt: a fault, which an operator can try again. The bytes stay. */
  async function giveUp({ ref, origin }: Work): Promise<WorkResult<FilesTables>> {
    const attempt = attemptOf(ref);
    const file = await db.write(system('files', origin), ({ tx }) => enterGate(tx, attempt));
    return {
      write: async (unit) => {
        if (file && (await lockAtGate(unit.tx, file)))
          await leaveGate(unit.tx, file.id, { storageStatus: 'failed', reason: 'fault', isRetryable: true });
        else await leave(unit, attempt);
      },
    };
  }

  /** Sends a file, or its new content, that failed by a fault to the gate again. @throws `files.not_found` for any other */
  function retry(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async (unit) => {
      const file = await reenterGate(unit.tx, actor, id, accessLists);
      if (!file) throw fileErrors.notFound({ id });
      unit.audit({ action: 'files.retried', resourceType: 'file', resourceId: id, subjectId: file.ownerId });
      sendToGate(unit, file);
    });
  }

  /** A file that was deleted meanwhile stays deleted; if its content is gone, so are its objects. */
  async function ifWaiting(
    unit: FilesUnit,
    file: ArrivedFile,
    write: () => Promise<void>,
    isReleased = false,
  ): Promise<void> {
    // A file that is released counts as it did before.
    if (!isReleased || file.versionOf !== null) await lockUsages(unit.tx, [file.ownerId]);
    if (await lockAtGate(unit.tx, file)) return write();
    await leave(unit, file);
  }

  /** Nothing is to be done for the item. If the file was restored meanwhile, it relies on it, and gets a new one. */
  async function leave(unit: FilesUnit, { id, contentId }: UploadAttempt): Promise<void> {
    const waiting = await endItem(unit.tx, { id, contentId });
    if (waiting) sendToGate(unit, waiting);
    else if (!(await isKnown(unit.tx, contentId)))
      await removeLater(unit, [stagingKey(contentId), contentKey(contentId)]);
  }

  return { pass, giveUp, retry, scanStored };
}

export type Gate = ReturnType<typeof createGate>;

function attemptOf(ref: string): UploadAttempt {
  const [id = '', contentId = ''] = ref.split(' ');
  return { id, contentId };
}

function idOf(shared: Shared): string[] {
  return shared.blobId === null ? [] : [shared.blobId];
}
