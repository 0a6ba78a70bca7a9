import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { system, type Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { defineQueue } from '#kernel/work.ts';
import type { Unit } from '#platform/database/port.ts';
import type { WorkResult, Work } from '#platform/work/port.ts';
import { parseManifest, toManifestText, toPosition, type Manifest } from '#verifier/archive.ts';
import { START, type Break, type Position } from '#verifier/chain.ts';
import { openCheckpoint, signNote } from '#verifier/note.ts';
import { rootOf } from '#verifier/tree.ts';
import { createReportTrouble } from '../chain/report-trouble.ts';
import { listTrustedKeys, type AuditSigningKeys } from '../chain/signing-keys.ts';
import { auditErrors, auditEvents, type ArchiveVerdict, type AuditArchive, type NewArchive } from '../contract.ts';
import type { AuditNeeds } from '../needs.ts';
import type { AuditTables } from '../tables.ts';
import { readArchivedRange } from './manifests.ts';
import type { ArchiveObjects, WrittenArchive } from './objects.ts';
import {
  dropOldest,
  findRangeEnd,
  insertArchiving,
  listCheckpointNotes,
  moveArchiving,
  readArchivings,
  type ArchivingRow,
} from './queries.ts';

/** One item for each range that is to be archived. */
export const archiveQueue = defineQueue('audit.archive');
const FOLDER = 'audit/archives';
const MANIFEST_BYTES = 100_000_000;

export interface ArchivesNeeds extends Pick<AuditNeeds, 'db' | 'keys' | 'storage' | 'anchors'> {
  readonly signingKeys: AuditSigningKeys;
  readonly objects: ArchiveObjects;
}

/**
 * Moves old ranges to object storage: writes and reads back the object, signs its manifest, then drops the rows. Each
 * step commits before the next one begins and can be repeated, so another worker can go on where one has stopped.
 */
export function createArchives({ db, keys, signingKeys, storage, objects, anchors }: ArchivesNeeds) {
  const trouble = createReportTrouble({ db, keys });

  /** @throws `audit.nothing_to_archive`, `audit.archive_running` */
  async function begin(actor: Actor, { before }: NewArchive): Promise<AuditArchive> {
    const { start } = await readArchivedRange(db.read, await listTrustedKeys(db.read, keys));
    const from = start.sequence + 1;
    const to = await findRangeEnd(db.read, { from, before, anchors });
    if (to === null) throw auditErrors.nothingToArchive({ before });
    return db.write(actor, async ({ tx, enqueue, audit }) => {
      const id = newId();
      const row = await insertArchiving(tx, { id, requestedBy: actor.id, before, from, to });
      if (!row) throw auditErrors.archiveRunning();
      enqueue(archiveQueue, { ref: id, lane: 'low' });
      audit({
        action: 'audit.archive_requested',
        resourceType: 'auditArchive',
        resourceId: id,
        payload: { before, from, to },
      });
      return toArchive(row);
    });
  }

  /** @throws `audit.archive_not_found` */
  async function get(id: string): Promise<AuditArchive> {
    const row = await find(id);
    if (!row) throw auditErrors.archiveNotFound({ id });
    return toArchive(row);
  }

  /** Newest first. */
  async function list() {
    return { items: (await readArchivings(db.read, null)).map(toArchive) };
  }

  async function find(id: string): Promise<ArchivingRow | undefined> {
    return (await readArchivings(db.read, id))[0];
  }

  /** One attempt: goes on from the step that the attempt before has reached. */
  async function work({ ref: id }: Pick<Work, 'ref'>, signal: AbortSignal): Promise<WorkResult<AuditTables>> {
    const row = await find(id);
    if (row?.status === 'writing') {
      const firstBreak = await writeAndSign(row, signal);
      if (firstBreak) return { write: (unit) => fail(unit, id, `${firstBreak.kind} at ${firstBreak.sequence}`) };
    }
    const current = await find(id);
    if (current?.status !== 'dropping') return { write: async () => {} };
    await putManifest(current);
    while ((await dropSome(current)) > 0) signal.throwIfAborted();
    return {
      async write({ tx }) {
        await moveArchiving(tx, id, { from: 'dropping', to: 'archived' });
      },
    };
  }

  /**
   * All attempts are used. A range that is signed for is finished all the same. Any other is marked as failed before its
   * objects are deleted, so that no attempt that still runs can sign for one of them.
   */
  async function giveUp(item: Pick<Work, 'ref'>, signal: AbortSignal): Promise<WorkResult<AuditTables>> {
    await db.write(system('audit'), (unit) => fail(unit, item.ref, 'every attempt at writing it failed'));
    const row = await find(item.ref);
    if (row?.status !== 'failed') return work(item, signal);
    await removeObjects(toOwnPrefix(row), null);
    return { write: async () => {} };
  }

  async function fail({ tx, audit }: Unit<AuditTables>, id: string, problem: string): Promise<void> {
    if (!(await moveArchiving(tx, id, { from: 'writing', to: 'failed', problem }))) return;
    audit({
      action: 'audit.archive_failed',
      resourceType: 'auditArchive',
      resourceId: id,
      outcome: 'failure',
      payload: { problem },
    });
  }

  /** Step one: writes the object, under a key that no other attempt uses. A broken chain is not archived. */
  async function writeAndSign(row: ArchivingRow, signal: AbortSignal): Promise<Break | null> {
    const trusted = await listTrustedKeys(db.read, keys);
    const { start, erased } = await readArchivedRange(db.read, trusted);
    const { firstSequence, lastSequence: to } = row;
    if (start.sequence + 1 !== firstSequence) return { sequence: firstSequence, kind: 'checkpointMismatch' };
    const notes = await listCheckpointNotes(db.read, start.sequence, to);
    const checkpoints = notes.flatMap((note) => openCheckpoint(note, trusted) ?? []);
    if (!checkpoints.some(({ size }) => size === to)) return { sequence: to, kind: 'checkpointMismatch' };
    const objectKey = `${toOwnPrefix(row)}${randomBytes(6).toString('hex')}.ndjson`;
    const written = await objects.write(objectKey, { start, to, checkpoints, erased }, signal);
    if (!written.firstBreak && (await sign(row, { start, written, objectKey })))
      await removeObjects(toPrefix(row), objectKey);
    else await storage.delete(objectKey);
    return written.firstBreak;
  }

  /** Step two: from now on the range counts as archived. False when another attempt has signed meanwhile. */
  function sign(
    { id, firstSequence: from, lastSequence: to }: ArchivingRow,
    { start, written, objectKey }: { start: Position; written: WrittenArchive; objectKey: string },
  ): Promise<boolean> {
    return db.write(system('audit'), async ({ tx, audit }) => {
      if (!(await moveArchiving(tx, id, { from: 'writing', to: 'dropping' }))) return false;
      const signer = await signingKeys.newest(tx);
      const { end, erased, firstChecksum, until, sizeBytes, sha256 } = written;
      const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
      const manifest: Manifest = {
        origin: signer.name,
        from,
        to,
        previousChecksum: hex(start.checksum),
        firstChecksum,
        checksum: hex(end.checksum),
        root: rootOf(end.frontier.nodes).toString('base64'),
        frontier: end.frontier.nodes.map(hex),
        until,
        erased,
        objectKey,
        sizeBytes,
        sha256,
      };
      await sql`insert into audit.archive (first_sequence, last_sequence, manifest)
        values (${from}, ${to}, ${signNote(toManifestText(manifest), [signer])})`.execute(tx);
      audit({
        action: 'audit.archived',
        resourceType: 'auditArchive',
        resourceId: id,
        payload: { from, to, objectKey, sizeBytes, sha256 },
      });
      return true;
    });
  }

  /** Step three: writes the manifest beside its object. Every attempt writes the same bytes. */
  async function putManifest({ manifest }: ArchivingRow): Promise<void> {
    const { objectKey = '' } = (manifest === null ? null : parseManifest(manifest)) ?? {};
    if (manifest === null || objectKey === '') throw new Error('the manifest of the range to be dropped is missing');
    await storage.put(`${objectKey}.manifest`, Readable.from([Buffer.from(manifest)]), { maxBytes: MANIFEST_BYTES });
  }

  /** Step four, batch by batch. */
  function dropSome(row: ArchivingRow): Promise<number> {
    return db.write(system('audit'), ({ tx }) => dropOldest(tx, row));
  }

  /** Deletes objects of attempts that died. */
  async function removeObjects(prefix: string, kept: string | null): Promise<void> {
    const { objects: found } = await storage.list(prefix);
    for (const { key } of found) if (key !== kept) await storage.delete(key);
  }

  async function* verify(): AsyncGenerator<ArchiveVerdict> {
    const { manifests, brokenAt } = await readArchivedRange(db.read, await listTrustedKeys(db.read, keys));
    const erased = manifests.flatMap((manifest) => manifest.erased);
    let start = START;
    for (const manifest of manifests) {
      const { objectKey, from, to } = manifest;
      yield { objectKey, from, to, firstBreak: await objects.verify(manifest, { start, erased }) };
      start = toPosition(manifest);
    }
    if (brokenAt === null) return;
    const firstBreak = { sequence: brokenAt, kind: 'checkpointMismatch' as const };
    yield { objectKey: '', from: brokenAt, to: brokenAt, firstBreak };
  }

  /** The recurring check. Publishes each break every time, since no row can be marked for it. */
  function watch(signal: AbortSignal): Promise<WorkResult<AuditTables>> {
    return trouble.watched('audit.watch_archives', signal, async () => {
      const broken: { origin: string; sequence: number; kind: string }[] = [];
      const origin = (await listTrustedKeys(db.read, keys))[0]?.name ?? '';
      for await (const { firstBreak } of verify()) {
        signal.throwIfAborted();
        if (firstBreak) broken.push({ origin, ...firstBreak });
      }
      await db.write(system('audit'), async ({ publish }) =>
        broken.forEach((each) => publish(auditEvents.integrityBroken, each)),
      );
      return null;
    });
  }

  return { begin, get, list, work, giveUp, verify, watch };
}

export type Archives = ReturnType<typeof createArchives>;

/** Of all objects that were ever written for the range. */
function toPrefix({ firstSequence, lastSequence }: ArchivingRow): string {
  return `${FOLDER}/${firstSequence}-${lastSequence}-`;
}

/** Only of objects that this request wrote: another request may have begun with the same range. */
function toOwnPrefix(row: ArchivingRow): string {
  return `${toPrefix(row)}${row.id}-`;
}

function toArchive({ firstSequence, lastSequence, manifest, ...row }: ArchivingRow): AuditArchive {
  const {
    objectKey = null,
    sizeBytes = null,
    sha256 = null,
  } = (manifest === null ? null : parseManifest(manifest)) ?? {};
  const { id, status, problem, before, createdAt, finishedAt } = row;
  const range = { fromSequence: firstSequence, toSequence: lastSequence };
  return { id, status, problem, before, ...range, objectKey, sizeBytes, sha256, manifest, createdAt, finishedAt };
}
