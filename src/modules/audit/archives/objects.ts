import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { sql } from 'kysely';
import type { StoredObject } from '#platform/storage/port.ts';
import { toPosition, type Manifest } from '#verifier/archive.ts';
import { createChainCheck, ERASED_ACTION, type Break, type ExpectedRoot, type Position } from '#verifier/chain.ts';
import { readLines } from '#verifier/export-lines.ts';
import { toVerifierKey } from '#verifier/note.ts';
import { FORMAT } from '#verifier/verify.ts';
import { createExplanation, readChainedRows, toChainRows, type ChainedRow } from '../chain/chained-rows.ts';
import { listSigningKeys } from '../chain/signing-keys.ts';
import type { AuditNeeds } from '../needs.ts';
import { archivingPeopleOf, toArchivedLine, toChainedRows } from './lines.ts';
import { readManifestNotes } from './manifests.ts';

const BATCH = 500;
const MAX_BYTES = 100_000_000_000; // ten million entries are about 15 % of it; the upload's part size depends on it

/** A range of the trail: its start, and the tree heads that it must contain. */
export interface ArchiveRange {
  readonly start: Position;
  readonly to: number;
  readonly checkpoints: readonly ExpectedRoot[];
  /** People whose erasure is recorded in archives. */
  readonly erased: readonly string[];
}

/** The object that was written, and the result of verifying its rows meanwhile. */
export interface WrittenArchive extends StoredObject {
  readonly firstBreak: Break | null;
  readonly end: Position;
  readonly firstChecksum: string;
  readonly until: string;
  readonly erased: readonly string[];
}

/** Writes ranges to object storage, as exports with encrypted payloads, and reads them back. */
export function createArchiveObjects({ db, people, storage }: Pick<AuditNeeds, 'db' | 'people' | 'storage'>) {
  /** Writes the range and reads it back. @throws Error when the object differs from what was written. */
  async function write(
    objectKey: string,
    { start, to, checkpoints, erased: before }: ArchiveRange,
    signal: AbortSignal,
  ): Promise<WrittenArchive> {
    const check = createChainCheck({ start, checkpoints, areErasuresGiven: true });
    const explanation = createExplanation({ db: db.read, people }, before);
    const [erased, bounds] = [new Set<string>(), { firstChecksum: '', until: '' }];

    async function* content(): AsyncGenerator<Buffer> {
      yield toBytes(await preamble(start, to));
      for (let last = start.sequence; last < to;) {
        signal.throwIfAborted();
        const rows = await readChainedRows(db.read, last, to, BATCH);
        const sealing = await people.opener(archivingPeopleOf(rows.flatMap(({ entry }) => entry ?? [])));
        check.push(toChainRows(rows, sealing));
        await explanation.explain(check);
        if (rows.length === 0 || check.breaks() > 0) break; // reported as a break; the object is deleted
        yield toBytes(rows.map((row) => toArchivedLine(row, sealing)));
        collect(rows, erased, bounds);
        last = rows.at(-1)?.sequence ?? to;
      }
      yield toBytes([{ kind: 'end', entries: to - start.sequence }]);
    }

    const stored = await storage.put(objectKey, Readable.from(content()), { maxBytes: MAX_BYTES });
    const back = await measure(objectKey);
    if (back?.sha256 !== stored.sha256 || back.sizeBytes !== stored.sizeBytes)
      throw new Error(`object storage returns ${objectKey} with other content than was written`);
    await explanation.explainRest(check);
    const [firstBreak = null] = check.finish(to);
    return { ...stored, ...bounds, firstBreak, end: check.position(), erased: [...erased] };
  }

  /** Everything that is needed to verify the object without the database. */
  async function preamble({ sequence, checksum, frontier }: Position, to: number): Promise<object[]> {
    const keys = (await listSigningKeys(db.read)).toReversed();
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

  /** Null when there is no such object. */
  async function measure(objectKey: string): Promise<StoredObject | null> {
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

  /** The first difference from the manifest. The bytes are compared first: their content counts only if they match. */
  async function verify(
    manifest: Manifest,
    { start, erased }: Pick<ArchiveRange, 'start' | 'erased'>,
  ): Promise<Break | null> {
    const measured = await measure(manifest.objectKey);
    if (!measured) return { sequence: manifest.from, kind: 'gap' };
    if (measured.sha256 !== manifest.sha256) return { sequence: manifest.from, kind: 'entryChanged' };
    const checkpoint = { size: manifest.to, root: Buffer.from(manifest.root, 'base64') };
    const check = createChainCheck({ start, checkpoints: [checkpoint], areErasuresGiven: true });
    const explanation = createExplanation({ db: db.read, people }, erased);
    for await (const rows of readRows(manifest.objectKey)) {
      check.push(toChainRows(rows, await people.opener(archivingPeopleOf(rows.flatMap(({ entry }) => entry ?? [])))));
      await explanation.explain(check);
    }
    await explanation.explainRest(check);
    const [firstBreak = null] = check.finish(manifest.to);
    const isEnd = Buffer.compare(check.position().checksum, toPosition(manifest).checksum) === 0;
    return firstBreak ?? (isEnd ? null : { sequence: manifest.to, kind: 'checkpointMismatch' });
  }

  async function* readRows(objectKey: string): AsyncGenerator<ChainedRow[]> {
    const found = await storage.get(objectKey);
    if (!found) return;
    let lines: string[] = [];
    for await (const line of readLines(found.content)) {
      if (line.startsWith('{"kind":"entry"')) lines.push(line);
      if (lines.length < BATCH) continue;
      yield await toChainedRows(lines, people);
      lines = [];
    }
    if (lines.length > 0) yield await toChainedRows(lines, people);
  }

  return { write, verify, readRows };
}

export type ArchiveObjects = ReturnType<typeof createArchiveObjects>;

function collect(
  rows: readonly ChainedRow[],
  erased: Set<string>,
  bounds: { firstChecksum: string; until: string },
): void {
  for (const { checksum, entry } of rows) {
    if (bounds.firstChecksum === '') bounds.firstChecksum = checksum.toString('hex');
    bounds.until = entry?.timestampUtc ?? bounds.until;
    if (entry?.action === ERASED_ACTION) erased.add(entry.resourceId);
  }
}

function toBytes(lines: readonly object[]): Buffer {
  return Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
