import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { sql } from 'kysely';
import type { Db } from '#platform/database/port.ts';
import type { PersonKeys } from '#platform/keys/port.ts';
import type { ObjectStorage, Stored } from '#platform/storage/port.ts';
import { createChainCheck, ERASED_ACTION, type Break, type Position, type Waypoint } from '#verifier/chain.ts';
import { toVerifierKey } from '#verifier/note.ts';
import { toPosition, type Manifest } from '#verifier/archive.ts';
import { FORMAT } from '#verifier/verify.ts';
import { archivingPeopleOf, readManifestNotes, toArchivedLine, toSealedRows } from './manifests.ts';
import type { AuditTables } from '../chain/queries.ts';
import { listErased, openRows, readSealed, type SealedRow } from '../chain/chained-rows.ts';
import { list } from '../chain/signing-keys.ts';

const BATCH = 500;
const MAX_BYTES = 100_000_000_000; // ten million entries are about fifteen of a hundred; decides on the size of parts

export interface ArchiveObjectNeeds {
  readonly db: Db<AuditTables>;
  readonly people: PersonKeys;
  readonly storage: ObjectStorage;
}

/** A range of the trail: what comes before it, and the heads that it must have. */
export interface ArchiveRange {
  readonly start: Position;
  readonly to: number;
  readonly waypoints: readonly Waypoint[];
  /** People whose erasure is recorded in archives. */
  readonly erased: readonly string[];
}

/** What lies there now, verified on its way. */
export interface Written extends Stored {
  readonly firstBreak: Break | null;
  readonly end: Position;
  readonly firstChecksum: string;
  readonly until: string;
  readonly erased: readonly string[];
}

/** Writes ranges into object storage, as exports whose payloads are sealed, and reads them back. */
export function createArchiveObjects({ db, people, storage }: ArchiveObjectNeeds) {
  /** Writes the range, and reads it back: what cannot be read as it was written is thrown. */
  async function write(
    objectKey: string,
    { start, to, waypoints, erased: before }: ArchiveRange,
    signal: AbortSignal,
  ): Promise<Written> {
    const check = createChainCheck({ start, waypoints, erased: [...before, ...(await listErased(db.read))] });
    const [erased, told] = [new Set<string>(), { firstChecksum: '', until: '' }];

    async function* content(): AsyncGenerator<Buffer> {
      yield toBytes(await preamble(start, to));
      for (let last = start.sequence; last < to;) {
        signal.throwIfAborted();
        const rows = await readSealed(db.read, last, to, BATCH);
        const sealing = await people.opener(archivingPeopleOf(rows.flatMap(({ entry }) => entry ?? [])));
        check.push(openRows(rows, sealing));
        if (rows.length === 0 || check.breaks() > 0) break; // told as a break; nothing of it is kept
        yield toBytes(rows.map((row) => toArchivedLine(row, sealing)));
        learn(rows, erased, told);
        last = rows.at(-1)?.sequence ?? to;
      }
      yield toBytes([{ kind: 'end', entries: to - start.sequence }]);
    }

    const stored = await storage.put(objectKey, Readable.from(content()), { maxBytes: MAX_BYTES });
    const back = await measure(objectKey);
    if (back?.sha256 !== stored.sha256 || back.sizeBytes !== stored.sizeBytes)
      throw new Error(`object storage does not give ${objectKey} back as it was written`);
    check.learnErased(await listErased(db.read));
    const [firstBreak = null] = check.finish(to);
    return { ...stored, ...told, firstBreak, end: check.position(), erased: [...erased] };
  }

  /** What an outsider needs to verify the object on its own. */
  async function preamble({ sequence, checksum, frontier }: Position, to: number): Promise<object[]> {
    const keys = (await list(db.read)).toReversed();
    const { rows: checkpoints } = await sql<{ note: string }>`select note from audit.checkpoint
      where size > ${sequence} and size <= ${to} order by size`.execute(db.read);
    const { rows: restorations } = await sql<{ note: string }>`select note from audit.restoration`.execute(db.read);
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
    return [
      {
        kind: 'header',
        format: FORMAT,
        origin: keys.at(-1)?.name ?? '',
        from: sequence + 1,
        to,
        previousChecksum: hex(checksum),
        frontier: frontier.nodes.map(hex),
        payloads: 'sealed',
      },
      ...keys.flatMap((key) => [
        { kind: 'key', key: toVerifierKey(key) },
        ...(key.handover === null ? [] : [{ kind: 'handover', note: key.handover }]),
      ]),
      ...(await readManifestNotes(db.read)).map((note) => ({ kind: 'archive', note })),
      ...restorations.map(({ note }) => ({ kind: 'restoration', note })),
      ...checkpoints.map(({ note }) => ({ kind: 'checkpoint', note })),
    ];
  }

  /** Null when it is not there. */
  async function measure(objectKey: string): Promise<Stored | null> {
    const found = await storage.get(objectKey);
    if (!found) return null;
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for await (const chunk of found.content as AsyncIterable<Buffer>) {
      hash.update(chunk);
      sizeBytes += chunk.length;
    }
    return { sizeBytes, sha256: hash.digest('hex') };
  }

  /** The first thing that is not as the manifest says: bytes first, for what they say is worth nothing otherwise. */
  async function verify(
    manifest: Manifest,
    { start, erased }: Pick<ArchiveRange, 'start' | 'erased'>,
  ): Promise<Break | null> {
    const measured = await measure(manifest.objectKey);
    if (!measured) return { sequence: manifest.from, kind: 'gap' };
    if (measured.sha256 !== manifest.sha256) return { sequence: manifest.from, kind: 'entryChanged' };
    const waypoint = { size: manifest.to, root: Buffer.from(manifest.root, 'base64') };
    const check = createChainCheck({
      start,
      waypoints: [waypoint],
      erased: [...erased, ...(await listErased(db.read))],
    });
    for await (const rows of readRows(manifest.objectKey)) {
      check.push(openRows(rows, await people.opener(archivingPeopleOf(rows.flatMap(({ entry }) => entry ?? [])))));
    }
    check.learnErased(await listErased(db.read));
    const [firstBreak = null] = check.finish(manifest.to);
    const isEnd = Buffer.compare(check.position().checksum, toPosition(manifest).checksum) === 0;
    return firstBreak ?? (isEnd ? null : { sequence: manifest.to, kind: 'checkpointMismatch' });
  }

  async function* readRows(objectKey: string): AsyncGenerator<SealedRow[]> {
    const found = await storage.get(objectKey);
    if (!found) return;
    let lines: string[] = [];
    for await (const line of createInterface({ input: found.content, crlfDelay: Infinity })) {
      if (line.startsWith('{"kind":"entry"')) lines.push(line);
      if (lines.length < BATCH) continue;
      yield await toSealedRows(lines, people);
      lines = [];
    }
    if (lines.length > 0) yield await toSealedRows(lines, people);
  }

  return { write, verify, readRows };
}

export type ArchiveObjects = ReturnType<typeof createArchiveObjects>;

function learn(rows: readonly SealedRow[], erased: Set<string>, told: { firstChecksum: string; until: string }): void {
  for (const { checksum, entry } of rows) {
    if (told.firstChecksum === '') told.firstChecksum = checksum.toString('hex');
    told.until = entry?.timestampUtc ?? told.until;
    if (entry?.action === ERASED_ACTION) erased.add(entry.resourceId);
  }
}

function toBytes(lines: readonly object[]): Buffer {
  return Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
