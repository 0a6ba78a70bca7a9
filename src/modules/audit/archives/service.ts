import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { system, type Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { defineQueue } from '#kernel/work.ts';
import type { NamedAnchor } from '#platform/anchor/port.ts';
import type { Db, Unit } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { ObjectStorage } from '#platform/storage/port.ts';
import type { Settlement, Work } from '#platform/work/port.ts';
import { parseManifest, toManifestText, toPosition, type Manifest } from '#verifier/archive.ts';
import { START, type Break, type Position } from '#verifier/chain.ts';
import { openCheckpoint, signNote } from '#verifier/note.ts';
import { rootOf } from '#verifier/tree.ts';
import type { ArchiveObjects, Written } from './objects.ts';
import { readArchived } from './manifests.ts';
import type { AuditTables } from '../chain/queries.ts';
import { auditErrors, type ArchiveVerdict, type AuditArchive, type NewArchive } from '../contract.ts';
import { listTrusted, type Signing } from '../chain/signing-keys.ts';

/** One item for each range that is to be archived. */
export const archiveQueue = defineQueue('audit.archive');
const FOLDER = 'audit/archives';
const DROPPED_AT_ONCE = 1000; // a transaction of a few dozen milliseconds, so that nobody waits long
const MAX_ENTRIES = 10_000_000; // of one archive
const MANIFEST_BYTES = 100_000_000;

export interface ArchivesNeeds {
  readonly db: Db<AuditTables>;
  readonly keys: Keys;
  readonly signing: Signing;
  readonly storage: ObjectStorage;
  readonly objects: ArchiveObjects;
  readonly anchors: readonly NamedAnchor[];
}

interface Row {
  readonly id: string;
  readonly status: AuditArchive['status'];
  readonly problem: string | null;
  readonly before: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly manifest: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

/**
 * Old ranges go to object storage: written and read back, then signed for, then dropped. Each step commits before the
 * next begins and can be done again, so that whoever takes over goes on where the one before ended.
 */
export function createArchives({ db, keys, signing, storage, objects, anchors }: ArchivesNeeds) {
  /** @throws `audit.nothing_to_archive`, `audit.archive_running` */
  async function begin(actor: Actor, { before }: NewArchive): Promise<AuditArchive> {
    const { start } = await readArchived(db.read, await listTrusted(db.read, keys));
    const from = start.sequence + 1;
    const to = await findEnd(from, before);
    if (to === null) throw auditErrors.nothingToArchive({ before });
    return db.write(actor, async ({ tx, enqueue, audit }) => {
      const id = newId();
      const { rows } = await sql<Omit<Row, 'manifest'>>`
        insert into audit.archiving (id, requested_by, before, first_sequence, last_sequence, status)
        values (${id}::uuid, ${actor.id}, ${before}, ${from}, ${to}, 'writing')
        on conflict ((true)) where status in ('writing', 'dropping') do nothing
        returning id, status, problem, before, first_sequence, last_sequence, created_at, finished_at`.execute(tx);
      const [row] = rows;
      if (!row) throw auditErrors.archiveRunning();
      enqueue(archiveQueue, { ref: id, lane: 'low' });
      audit({
        action: 'audit.archive_requested',
        resourceType: 'auditArchive',
        resourceId: id,
        payload: { before, from, to },
      });
      return toArchive({ ...row, manifest: null });
    });
  }

  /** The largest checkpoint with nothing younger before it that every anchor has. Null when there is none. */
  async function findEnd(from: number, before: string): Promise<number | null> {
    const { rows } = await sql<{ size: number | null }>`
      select max(c.size) as size from audit.checkpoint c
      where c.size >= ${from} and c.size < ${from + MAX_ENTRIES} and c.size < coalesce(
          (select min(s.sequence) from audit.seal s join audit.entry e on e.id = s.entry_id
           where s.sequence >= ${from} and e.timestamp_utc >= ${before}),
          (select size + 1 from audit.head))
        and c.size <= all (select coalesce(max(a.size), 0) from unnest(${anchors.map(({ name }) => name)}::text[]) n (name)
          left join audit.anchored a on a.name = n.name group by n.name)`.execute(db.read);
    return rows[0]?.size ?? null;
  }

  /** @throws `audit.archive_not_found` */
  async function get(id: string): Promise<AuditArchive> {
    const row = await find(id);
    if (!row) throw auditErrors.archiveNotFound({ id });
    return toArchive(row);
  }

  /** Newest first. */
  async function listAll() {
    return { items: (await read(null)).map(toArchive) };
  }

  async function find(id: string): Promise<Row | undefined> {
    return (await read(id))[0];
  }

  async function read(id: string | null): Promise<Row[]> {
    const { rows } = await sql<Row>`
      select w.id, w.status, w.problem, w.before, w.first_sequence, w.last_sequence, w.created_at, w.finished_at, a.manifest
      from audit.archiving w left join audit.archive a
        on a.first_sequence = w.first_sequence and a.last_sequence = w.last_sequence and w.status in ('dropping', 'archived')
      where ${id}::text is null or w.id::text = ${id} order by w.id desc`.execute(db.read);
    return rows;
  }

  /** One attempt, from wherever the one before has come to. */
  async function work({ ref: id }: Pick<Work, 'ref'>, signal: AbortSignal): Promise<Settlement<AuditTables>> {
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
        await sql`update audit.archiving set status = 'archived', finished_at = now() where id = ${id}::uuid`.execute(
          tx,
        );
      },
    };
  }

  /**
   * All attempts are used. What is signed for is gone through with; what is not is failed first, so that none of the
   * attempts signs any more for what is then deleted.
   */
  async function giveUp(item: Pick<Work, 'ref'>, signal: AbortSignal): Promise<Settlement<AuditTables>> {
    await db.write(system('audit'), (unit) => fail(unit, item.ref, 'every attempt at writing it failed'));
    const row = await find(item.ref);
    if (row?.status !== 'failed') return work(item, signal);
    await removeObjects(toOwnPrefix(row), null);
    return { write: async () => {} };
  }

  async function fail({ tx, audit }: Unit<AuditTables>, id: string, problem: string): Promise<void> {
    const { numAffectedRows } = await sql`
      update audit.archiving set status = 'failed', problem = ${problem}, finished_at = now()
      where id = ${id}::uuid and status = 'writing'`.execute(tx);
    if (numAffectedRows !== 1n) return;
    const payload = { problem };
    audit({
      action: 'audit.archive_failed',
      resourceType: 'auditArchive',
      resourceId: id,
      outcome: 'failure',
      payload,
    });
  }

  /** Step one: the object, under a key that no other attempt uses. A chain that does not hold is not archived. */
  async function writeAndSign(row: Row, signal: AbortSignal): Promise<Break | null> {
    const trusted = await listTrusted(db.read, keys);
    const { start, erased } = await readArchived(db.read, trusted);
    const { firstSequence, lastSequence: to } = row;
    if (start.sequence + 1 !== firstSequence) return { sequence: firstSequence, kind: 'checkpointMismatch' };
    const { rows } = await sql<{ note: string }>`select note from audit.checkpoint
      where size > ${start.sequence} and size <= ${to}`.execute(db.read);
    const waypoints = rows.flatMap(({ note }) => openCheckpoint(note, trusted) ?? []);
    if (!waypoints.some(({ size }) => size === to)) return { sequence: to, kind: 'checkpointMismatch' };
    const objectKey = `${toOwnPrefix(row)}${randomBytes(6).toString('hex')}.ndjson`;
    const written = await objects.write(objectKey, { start, to, waypoints, erased }, signal);
    if (!written.firstBreak && (await sign(row, { start, written, objectKey })))
      await removeObjects(toPrefix(row), objectKey);
    else await storage.delete(objectKey);
    return written.firstBreak;
  }

  /** Step two: from here on the range counts as archived. False when another attempt has signed meanwhile. */
  function sign(row: Row, { start, written, objectKey }: { start: Position; written: Written; objectKey: string }) {
    const { id, firstSequence: from, lastSequence: to } = row;
    return db.write(system('audit'), async ({ tx, audit }) => {
      const { numAffectedRows } = await sql`
        update audit.archiving set status = 'dropping' where id = ${id}::uuid and status = 'writing'`.execute(tx);
      if (numAffectedRows !== 1n) return false;
      const by = await signing.signer(tx);
      const { end, erased, firstChecksum, until, sizeBytes, sha256 } = written;
      const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
      const manifest: Manifest = {
        origin: by.name,
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
        values (${from}, ${to}, ${signNote(toManifestText(manifest), [by])})`.execute(tx);
      audit({
        action: 'audit.archived',
        resourceType: 'auditArchive',
        resourceId: id,
        payload: { from, to, objectKey, sizeBytes, sha256 },
      });
      return true;
    });
  }

  /** Step three: the manifest beside its object. The same bytes each time. */
  async function putManifest({ manifest }: Row): Promise<void> {
    const { objectKey = '' } = (manifest === null ? null : parseManifest(manifest)) ?? {};
    if (manifest === null || objectKey === '') throw new Error('the manifest of what is to be dropped is gone');
    await storage.put(`${objectKey}.manifest`, Readable.from([Buffer.from(manifest)]), { maxBytes: MANIFEST_BYTES });
  }

  /** Step four: the oldest that are left. The triggers let go of nothing that no manifest covers. */
  function dropSome({ firstSequence, lastSequence }: Row): Promise<number> {
    return db.write(system('audit'), async ({ tx }) => {
      const { rows } = await sql<{ sequence: number; entryId: string }>`
        select sequence, entry_id from audit.seal where sequence between ${firstSequence} and ${lastSequence}
        order by sequence limit ${DROPPED_AT_ONCE} for update`.execute(tx);
      const entryIds = rows.map(({ entryId }) => entryId);
      await sql`delete from audit.payload where entry_id = any (${entryIds}::uuid[])`.execute(tx);
      await sql`delete from audit.entry where id = any (${entryIds}::uuid[])`.execute(tx);
      await sql`delete from audit.seal where sequence = any (${rows.map(({ sequence }) => sequence)}::bigint[])`.execute(
        tx,
      );
      return rows.length;
    });
  }

  /** What attempts have left that died. */
  async function removeObjects(prefix: string, kept: string | null): Promise<void> {
    const { objects: found } = await storage.list(prefix);
    for (const { key } of found) if (key !== kept) await storage.delete(key);
  }

  async function* verify(): AsyncGenerator<ArchiveVerdict> {
    const { manifests, brokenAt } = await readArchived(db.read, await listTrusted(db.read, keys));
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

  return { begin, get, list: listAll, work, giveUp, verify };
}

/** Of all that was ever written for the range. */
function toPrefix({ firstSequence, lastSequence }: Row): string {
  return `${FOLDER}/${firstSequence}-${lastSequence}-`;
}

/** Of what this archiving wrote: another may have begun over the same range. */
function toOwnPrefix(row: Row): string {
  return `${toPrefix(row)}${row.id}-`;
}

function toArchive({ firstSequence, lastSequence, manifest, ...row }: Row): AuditArchive {
  const {
    objectKey = null,
    sizeBytes = null,
    sha256 = null,
  } = (manifest === null ? null : parseManifest(manifest)) ?? {};
  const { id, status, problem, before, createdAt, finishedAt } = row;
  const range = { fromSequence: firstSequence, toSequence: lastSequence };
  return { id, status, problem, before, ...range, objectKey, sizeBytes, sha256, manifest, createdAt, finishedAt };
}
