/**
 * Verifies an export of the audit trail (`bonyan audit export`) with nothing but Node: every checksum, link and
 * payload, the tree, the signatures of its checkpoints, and that it contains checkpoints from earlier. Nothing that the
 * file says about itself is believed.
 */
import { createHash } from 'node:crypto';
import { followManifests, openManifest, type Manifest } from './archive.ts';
import {
  createChainCheck,
  MAX_BREAKS,
  type Break,
  type BreakKind,
  type ChainRow,
  type ExpectedRoot,
  type Position,
} from './chain.ts';
import { ExportError, isExact, parseHeader, parseLine, sequenceOf, toRow } from './export-lines.ts';
import type { ExportLine, Header } from './export-lines.ts';
import { followHandovers, openRestorations } from './handover.ts';
import { findMissingKept, openCheckpoint, openNote, parseCheckpoint, parseVerifierKey, toVerifierKey } from './note.ts';
import { isAbandoned, isStated } from './restoration.ts';
import { rootOf } from './tree.ts';

export type { Break, BreakKind } from './chain.ts';
export { ExportError, FORMAT } from './export-lines.ts';

const WINDOW = 500; // lines within which a moved entry is recognised

export interface VerifyOptions {
  /** Verifier keys from another source; without any, the keys in the file are used. */
  readonly keys?: readonly string[];
  /** Signed checkpoints from earlier. */
  readonly checkpoints?: readonly string[];
  /** The signed manifest of an archive. */
  readonly manifest?: string;
}

export interface Verdict {
  /** Nothing is broken. Only with an empty `notCompared` is the file proved. */
  readonly isValid: boolean;
  /** What nothing was there to compare with, in words. */
  readonly notCompared: readonly string[];
  readonly origin: string;
  readonly from: number;
  readonly entriesChecked: number;
  readonly headSequence: number;
  readonly headChecksum: string;
  readonly root: string;
  readonly firstBreak: Break | null;
  readonly breaks: readonly Break[];
  /** Verifier keys that the signatures were checked with. */
  readonly keys: readonly string[];
  /** False when the keys come from the file itself: then its author could have invented them. */
  readonly areKeysGiven: boolean;
  /** How many checkpoints are of archived entries before the first one here: only the archives can be compared with them. */
  readonly checkpointsBefore: number;
  /** False for an archive: its payloads are encrypted, and compared with its manifest byte by byte. */
  readonly arePayloadsChecked: boolean;
}

/** What stands before the entries. */
interface Preamble {
  readonly header: Header;
  readonly keys: string[];
  readonly notes: Readonly<Record<'checkpoint' | 'handover' | 'restoration' | 'archive', string[]>>;
}

/** `lines` are those of the export, in their order; memory stays bounded. @throws {ExportError} */
export async function verifyExport(
  lines: AsyncIterable<string> | Iterable<string>,
  options: VerifyOptions = {},
): Promise<Verdict> {
  const bytes = createHash('sha256');
  let sizeBytes = 0;
  let preamble: Preamble | null = null;
  let check: ExportCheck | null = null;
  for await (const line of lines) {
    const whole = line.endsWith('\n') ? line : `${line}\n`;
    bytes.update(whole);
    sizeBytes += Buffer.byteLength(whole);
    const text = whole.replace(/\r?\n$/, '');
    if (text.trim() === '') continue;
    const parsed = parseLine(text);
    if (!preamble) preamble = toPreamble(parsed);
    else if (check || !collect(preamble, parsed)) (check ??= createExportCheck(preamble, options)).add(parsed, text);
  }
  if (!preamble) throw new ExportError('the file is empty');
  check ??= createExportCheck(preamble, options);
  return check.finish({ sha256: bytes.digest('hex'), sizeBytes });
}

type ExportCheck = ReturnType<typeof createExportCheck>;

/** Verifies what follows the preamble, with the keys that are given. */
function createExportCheck({ header, keys, notes }: Preamble, options: VerifyOptions) {
  const { keys: given = [], checkpoints: kept = [], manifest } = options;
  if (header.isArchive && manifest === undefined)
    throw new ExportError(
      'the file says that it is an archive: only its signed manifest proves that (--manifest FILE)',
    );
  if (!header.isArchive && manifest !== undefined)
    throw new ExportError('a manifest is given for a file that is no archive');
  const all = (given.length > 0 ? given : keys).map(parseVerifierKey);
  const own = all.filter(({ name }) => name === header.origin); // a key is of the log of its name
  const trust = followHandovers(notes.handover, own);
  const restorations = openRestorations(notes.restoration, trust);
  const range = manifest === undefined ? null : openManifest(manifest, trust.keys);
  const archived = followManifests(notes.archive, trust.keys);
  const { start } = archived;
  const found: Break[] = [];
  const heads = compareHeads();
  compareWithSigned();
  const check = createChainCheck({ start, checkpoints: heads.expected, erased: archived.erased });
  let window: ChainRow[] = [];
  let signedEnd = heads.signedSizes.has(header.to) ? header.to : null;
  let end: number | null = null;

  function breakAt(sequence: number, kind: BreakKind): void {
    if (found.length < MAX_BREAKS) found.push({ sequence, kind });
  }

  function mismatch(sequence: number): void {
    breakAt(sequence, 'checkpointMismatch');
  }

  /** Header, keys and notes: what no trusted key has signed is a break. */
  function compareWithSigned(): void {
    if (archived.brokenAt !== null) mismatch(archived.brokenAt);
    else if (!isStart(header, start)) mismatch(header.from);
    const trusted = new Set(trust.keys.map(toVerifierKey));
    for (const key of keys) if (!trusted.has(key)) mismatch(header.from);
    for (const note of [...notes.handover, ...notes.restoration])
      if (!openNote(note, trust.keys)) mismatch(header.from);
  }

  /** The roots that the tree must have, and the checkpoints that this file cannot be compared with. */
  function compareHeads() {
    const ends = new Map(archived.manifests.map(({ to, root }) => [to, root]));
    const last = range?.to ?? Infinity;
    const expected: ExpectedRoot[] = [];
    const signedSizes = new Set<number>();
    let [before, after] = [0, 0];
    const open = (note: string) => {
      const checkpoint = openCheckpoint(note, trust.keys);
      if (checkpoint) return [checkpoint];
      mismatch(parseCheckpoint(note)?.size ?? header.to);
      return [];
    };
    const inFile = notes.checkpoint.flatMap(open);
    const outside = kept.flatMap(open);
    const stored = [...inFile, ...outside];
    for (const checkpoint of [...stored, ...trust.heads]) {
      const { size, root } = checkpoint;
      const isExcused = isAbandoned(checkpoint, restorations);
      if (!isExcused && size <= last && !isStated(checkpoint, restorations)) mismatch(size);
      const archivedRoot = ends.get(size);
      if (!isExcused && archivedRoot !== undefined && archivedRoot !== root.toString('base64')) mismatch(size);
      const isComparable = size >= header.from ? size <= last : isExcused || archivedRoot !== undefined;
      if (isComparable) {
        expected.push({ size, root, isExcused });
        if (!isExcused && inFile.includes(checkpoint)) signedSizes.add(size);
      } else if (stored.includes(checkpoint)) {
        if (size < header.from) before++;
        else after++;
      }
    }
    const voided = outside.filter((checkpoint) => isAbandoned(checkpoint, restorations)).length;
    return { expected, signedSizes, inFile, before, after, voided };
  }

  function add(line: ExportLine, text: string): void {
    const { kind } = line;
    if (end !== null) breakAt(check.position().sequence + window.length + 1, 'reordered');
    else if (kind === 'entry') addEntry(line, text);
    else if (kind === 'checkpoint') addLateCheckpoint(String(line['note']));
    else if (kind === 'end') end = Number(line['entries']);
    else throw new ExportError(`a line of the kind ${String(kind)} is among the entries`);
  }

  function addEntry(line: ExportLine, text: string): void {
    if (!isExact(text, line, header.isArchive)) breakAt(sequenceOf(line), 'entryChanged');
    window.push(toRow(line, header.isArchive));
    if (window.length === WINDOW) flush();
  }

  function flush(): void {
    check.push(window);
    window = [];
  }

  /** A checkpoint after entries that were chained while the export was written: as good as one before them. */
  function addLateCheckpoint(note: string): void {
    flush();
    const { sequence, frontier } = check.position();
    const checkpoint = openCheckpoint(note, trust.keys);
    const isOfTree = checkpoint?.size === sequence && checkpoint.root.equals(rootOf(frontier.nodes));
    if (!isOfTree || !isStated(checkpoint, restorations) || isAbandoned(checkpoint, restorations))
      return mismatch(sequence);
    signedEnd = sequence;
    heads.inFile.push(checkpoint);
    notes.checkpoint.push(note);
  }

  function finish(file: Pick<Manifest, 'sha256' | 'sizeBytes'>): Verdict {
    flush();
    const position = check.position();
    const { sequence, checksum, frontier } = position;
    const isEmpty = sequence === 0 && all.length === 0;
    for (const { size } of findMissingKept(heads.inFile, notes.checkpoint)) if (size >= header.from) mismatch(size);
    const breaks = [...check.finish(header.to)];
    if (end !== check.checked() && breaks.length === 0) breakAt(sequence + 1, 'truncated');
    if (header.isArchive && !isArchiveOf(range, header, position, file)) mismatch(header.from);
    if (breaks.length === 0 && found.length === 0 && sequence !== signedEnd && !isEmpty)
      mismatch(Math.max(sequence, 1));
    for (const each of found) if (!breaks.some((known) => known.sequence === each.sequence)) breaks.push(each);
    breaks.sort((a, b) => a.sequence - b.sequence);
    return {
      isValid: breaks.length === 0,
      notCompared: [
        ...(isEmpty ? ['anything: the trail had no entries yet'] : []),
        ...(given.length === 0 ? ['the keys, which come from the file itself'] : []),
        ...(heads.voided > 0 ? [`${heads.voided} checkpoints that the statement of a restored backup makes void`] : []),
        ...(heads.before > 0 ? [`${heads.before} checkpoints of entries that are archived before these`] : []),
        ...(heads.after > 0 ? [`${heads.after} checkpoints of entries after this archive`] : []),
      ],
      origin: header.origin,
      from: header.from,
      entriesChecked: check.checked(),
      headSequence: sequence,
      headChecksum: Buffer.from(checksum).toString('hex'),
      root: rootOf(frontier.nodes).toString('base64'),
      firstBreak: breaks[0] ?? null,
      breaks,
      keys: trust.keys.map(toVerifierKey),
      areKeysGiven: given.length > 0,
      checkpointsBefore: heads.before,
      arePayloadsChecked: !header.isArchive,
    };
  }

  return { add, finish };
}

/** Whether the file begins where the signed manifests end. */
function isStart({ from, previousChecksum, frontier }: Header, start: Position): boolean {
  const nodes = start.frontier.nodes.map((node) => Buffer.from(node).toString('hex'));
  return (
    from === start.sequence + 1 &&
    previousChecksum === Buffer.from(start.checksum).toString('hex') &&
    frontier.join() === nodes.join()
  );
}

/** Whether the file is, byte by byte, what the manifest signs. */
function isArchiveOf(
  range: Manifest | null,
  { from, previousChecksum }: Header,
  { sequence, checksum, frontier }: Position,
  { sha256, sizeBytes }: Pick<Manifest, 'sha256' | 'sizeBytes'>,
): boolean {
  return (
    range?.from === from &&
    range.previousChecksum === previousChecksum &&
    range.to === sequence &&
    range.checksum === Buffer.from(checksum).toString('hex') &&
    range.root === rootOf(frontier.nodes).toString('base64') &&
    range.sha256 === sha256 &&
    range.sizeBytes === sizeBytes
  );
}

function toPreamble(line: ExportLine): Preamble {
  const notes = { checkpoint: [], handover: [], restoration: [], archive: [] };
  return { header: parseHeader(line), keys: [], notes };
}

/** False for a line that is not part of the preamble. */
function collect({ keys, notes }: Preamble, line: ExportLine): boolean {
  const { kind } = line;
  if (kind === 'key') keys.push(String(line['key']));
  else if (kind === 'checkpoint' || kind === 'handover' || kind === 'restoration' || kind === 'archive')
    notes[kind].push(String(line['note']));
  else return false;
  return true;
}
