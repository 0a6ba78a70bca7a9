/**
 * Verifies an export of the audit trail (`bonyan audit export`) with nothing but Node: every checksum, link and
 * payload, the tree, the signatures of its checkpoints, and that it contains checkpoints from earlier.
 */
import { followManifests } from './archive.ts';
import {
  createChainCheck,
  START,
  type Break,
  type ChainRow,
  type ExpectedRoot,
  type PayloadState,
  type Position,
} from './chain.ts';
import { toCommitment, type ChainedFields } from './entry.ts';
import { followHandovers, openRestorations } from './handover.ts';
import { openCheckpoint, parseCheckpoint, parseVerifierKey, toVerifierKey } from './note.ts';
import { isAbandoned } from './restoration.ts';
import { rootOf } from './tree.ts';

export type { Break, BreakKind } from './chain.ts';

const WINDOW = 500; // lines within which a moved entry is recognised
export const FORMAT = 'bonyan-audit-export/1';

export interface VerifyOptions {
  /** Verifier keys from another source; without any, the keys in the file are trusted. */
  readonly keys?: readonly string[];
  /** Signed checkpoints from earlier. */
  readonly checkpoints?: readonly string[];
}

export interface Verdict {
  readonly isValid: boolean;
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
  /** False for an archive: its payloads are encrypted under keys that the file does not have. */
  readonly arePayloadsChecked: boolean;
}

/** The file is not an export. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}

interface Preamble {
  readonly origin: string;
  readonly from: number;
  readonly to: number;
  readonly previousChecksum: string;
  readonly frontier: readonly string[];
  readonly keys: string[];
  readonly notes: string[];
  readonly handovers: string[];
  readonly restorations: string[];
  readonly archives: string[];
  readonly arePayloadsSealed: boolean;
}

type Line = Record<string, unknown>;

/** `lines` are those of the export, in their order; memory stays bounded. @throws {ExportError} */
export async function verifyExport(
  lines: AsyncIterable<string> | Iterable<string>,
  { keys: given = [], checkpoints: kept = [] }: VerifyOptions = {},
): Promise<Verdict> {
  let preamble: Preamble | null = null;
  let prepared: ReturnType<typeof prepareCheck> | null = null;
  let window: ChainRow[] = [];
  let end: number | null = null;
  for await (const text of lines) {
    if (text.trim() === '') continue;
    const line = parseLine(text);
    if (!preamble) preamble = toPreamble(line);
    else if (line['kind'] === 'entry') {
      prepared ??= prepareCheck(preamble, given, kept);
      window.push(toRow(line, preamble));
    } else if (line['kind'] === 'end') end = Number(line['entries']);
    else if (prepared && line['kind'] === 'checkpoint') {
      prepared.check.push(window);
      window = [];
      checkLateCheckpoint(prepared, String(line['note']));
    } else collect(preamble, line);
    if (window.length === WINDOW) {
      prepared?.check.push(window);
      window = [];
    }
  }
  if (!preamble) throw new ExportError('the file is empty');
  const { check, trusted, bad, signedSizes, checkpointsBefore } = prepared ?? prepareCheck(preamble, given, kept);
  check.push(window);
  const { sequence, checksum, frontier } = check.position();
  const breaks = [...check.finish(preamble.to)];
  if (end !== check.checked() && breaks.length === 0) breaks.push({ sequence: sequence + 1, kind: 'truncated' });
  const isSigned = signedSizes.has(sequence) || (sequence === 0 && preamble.keys.length === 0);
  const unsigned = breaks.length === 0 && !isSigned ? [Math.max(sequence, 1)] : [];
  for (const at of [...bad, ...unsigned])
    if (!breaks.some((known) => known.sequence === at)) breaks.push({ sequence: at, kind: 'checkpointMismatch' });
  breaks.sort((a, b) => a.sequence - b.sequence);
  return {
    isValid: breaks.length === 0,
    origin: preamble.origin,
    from: preamble.from,
    entriesChecked: check.checked(),
    headSequence: sequence,
    headChecksum: Buffer.from(checksum).toString('hex'),
    root: rootOf(frontier.nodes).toString('base64'),
    firstBreak: breaks[0] ?? null,
    breaks,
    keys: trusted.map(toVerifierKey),
    areKeysGiven: given.length > 0,
    checkpointsBefore,
    arePayloadsChecked: !preamble.arePayloadsSealed,
  };
}

/** Which keys are trusted, which roots the tree must have, and where the chain begins. */
function prepareCheck(preamble: Preamble, given: readonly string[], kept: readonly string[]) {
  const own = (given.length > 0 ? given : preamble.keys).map(parseVerifierKey);
  const trust = followHandovers(preamble.handovers, own);
  const { keys: trusted, heads } = trust;
  const restorations = openRestorations(preamble.restorations, trust);
  const bad: number[] = [];
  const signedSizes = new Set<number>();
  const expected: (ExpectedRoot & { root: Buffer })[] = [];
  const checkpoints = [...preamble.notes, ...kept].map((note) => {
    const checkpoint = openCheckpoint(note, trusted);
    if (checkpoint?.origin !== preamble.origin) bad.push(parseCheckpoint(note)?.size ?? preamble.to);
    return checkpoint;
  });
  for (const checkpoint of [...checkpoints, ...heads]) {
    if (checkpoint?.origin !== preamble.origin) continue;
    if (preamble.arePayloadsSealed && checkpoint.size > preamble.to) continue; // an archive is a part of the trail
    const isExcused = isAbandoned(checkpoint, restorations);
    expected.push({ ...checkpoint, isExcused });
    if (!isExcused) signedSizes.add(checkpoint.size);
  }
  const { start, manifests, erased, brokenAt } = followManifests(preamble.archives, trusted);
  const ends = new Map(manifests.map(({ to, root }) => [to, root]));
  const isJoined = isSamePosition(toStart(preamble), start);
  if (brokenAt !== null || !isJoined) bad.push(brokenAt ?? preamble.from);
  const before = expected.filter(({ size, isExcused }) => size > 0 && size < preamble.from && isExcused !== true);
  for (const { size, root } of before)
    if ((ends.get(size) ?? root.toString('base64')) !== root.toString('base64')) bad.push(size);
  const check = createChainCheck({ start: toStart(preamble), checkpoints: expected, erased });
  const checkpointsBefore = before.filter(({ size }) => !ends.has(size)).length;
  return { check, trusted, bad, signedSizes, checkpointsBefore };
}

/** A checkpoint after entries that were chained while the export was written. */
function checkLateCheckpoint(
  { check, trusted, bad, signedSizes }: ReturnType<typeof prepareCheck>,
  note: string,
): void {
  const { sequence, frontier } = check.position();
  const checkpoint = openCheckpoint(note, trusted);
  if (checkpoint?.size === sequence && checkpoint.root.equals(rootOf(frontier.nodes))) signedSizes.add(sequence);
  else bad.push(sequence);
}

function isSamePosition(a: Position, b: Position): boolean {
  if (a.sequence !== b.sequence || Buffer.compare(a.checksum, b.checksum) !== 0) return false;
  return rootOf(a.frontier.nodes).equals(rootOf(b.frontier.nodes));
}

function toStart({ from, previousChecksum, frontier }: Preamble) {
  if (from === 1) return START;
  const nodes = frontier.map((node) => Buffer.from(node, 'hex'));
  const sequence = from - 1;
  return { sequence, checksum: Buffer.from(previousChecksum, 'hex'), frontier: { size: sequence, nodes } };
}

function parseLine(text: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch {
    throw new ExportError(`a line is not JSON: ${text.slice(0, 60)}`);
  }
}

function toPreamble(line: Line): Preamble {
  if (line['format'] !== FORMAT) throw new ExportError(`the file is not in the format ${FORMAT}`);
  const { origin, from, to, previousChecksum, frontier, payloads } = line;
  return {
    origin: String(origin),
    from: Number(from),
    to: Number(to),
    previousChecksum: String(previousChecksum),
    frontier: frontier as string[],
    keys: [],
    notes: [],
    handovers: [],
    restorations: [],
    archives: [],
    arePayloadsSealed: payloads === 'sealed',
  };
}

function collect({ keys, notes, handovers, restorations, archives }: Preamble, line: Line): void {
  if (line['kind'] === 'key') keys.push(String(line['key']));
  else if (line['kind'] === 'checkpoint') notes.push(String(line['note']));
  else if (line['kind'] === 'handover') handovers.push(String(line['note']));
  else if (line['kind'] === 'restoration') restorations.push(String(line['note']));
  else if (line['kind'] === 'archive') archives.push(String(line['note']));
  else throw new ExportError(`an unknown kind of line: ${String(line['kind'])}`);
}

/** A field of the wrong type changes the checksum, and so is found. */
function toRow(line: Line, { arePayloadsSealed }: Preamble): ChainRow {
  const { sequence, previousChecksum, checksum, payloadHash, id } = line;
  if (!Number.isSafeInteger(sequence)) throw new ExportError('an entry has no sequence');
  const hex = (value: unknown) => Buffer.from(String(value), 'hex');
  const seal = { sequence: Number(sequence), previousChecksum: hex(previousChecksum), checksum: hex(checksum) };
  if (id === null) return { ...seal, entry: null, payload: 'missing' };
  const fields = line as unknown as ChainedFields;
  return {
    ...seal,
    entry: { ...fields, payloadHash: hex(payloadHash) },
    payload: arePayloadsSealed ? 'intact' : stateOf(line),
  };
}

function stateOf(line: Line): PayloadState {
  const { payloadState, payload, ip, userAgent, salt, payloadHash } = line;
  if (payloadState !== 'intact') return payloadState as PayloadState;
  const committed = { payload, ip: ip as string | null, userAgent: userAgent as string | null };
  const commitment = toCommitment(Buffer.from(String(salt), 'hex'), committed);
  return commitment.toString('hex') === payloadHash ? 'intact' : 'changed';
}
