import { type ChainRow, type PayloadState } from './chain.ts';
import { toCommitment, type ChainedFields } from './entry.ts';

export const FORMAT = 'bonyan-audit-export/1';

/** The file is not an export. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}

export type ExportLine = Readonly<Record<string, unknown>>;

/** What the first line says. None of it is believed: the verifier compares all of it with what is signed. */
export interface Header {
  readonly origin: string;
  readonly from: number;
  readonly to: number;
  readonly previousChecksum: string;
  readonly frontier: readonly string[];
  /** The file says that it is an archive: its payloads are encrypted. */
  readonly isArchive: boolean;
}

/** The fields of each kind of line but entries. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  header: ['kind', 'format', 'origin', 'from', 'to', 'previousChecksum', 'frontier', 'payloads'],
  key: ['kind', 'key'],
  handover: ['kind', 'note'],
  archive: ['kind', 'note'],
  restoration: ['kind', 'note'],
  checkpoint: ['kind', 'note'],
  end: ['kind', 'entries'],
};
const SEAL_FIELDS = ['kind', 'sequence', 'previousChecksum', 'checksum', 'id'];
const CHAINED_FIELDS = ['timestampUtc', 'actorType', 'actorId', 'subjectId', 'action', 'resourceType', 'resourceId'];
const OTHER_FIELDS = ['impersonatorId', 'outcome', 'requestId', 'traceId', 'payloadHash'];
const ENTRY_FIELDS = [...SEAL_FIELDS, ...CHAINED_FIELDS, ...OTHER_FIELDS];
const PAYLOAD_FIELDS = ['salt', 'payloadState', 'payload', 'ip', 'userAgent'];
const ORIGIN = /^[^\s+\p{C}]*$/u; // printed: nothing that a terminal would obey
const HASH = /^[0-9a-f]{64}$/;
const SALT = /^[0-9a-f]{32}$/;

/**
 * The lines of a file, without their line feeds. Only a line feed ends one: texts can contain other separators.
 * @throws TypeError for bytes that are not UTF-8
 */
export async function* readLines(content: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let line = '';
  for await (const chunk of content) {
    const [rest = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
    line += rest;
    for (const next of others) {
      yield line;
      line = next;
    }
  }
  line += decoder.decode();
  if (line !== '') yield line;
}

/** @throws ExportError for a text that is not a line of the format; a wrong entry is a break instead */
export function parseLine(text: string): ExportLine {
  const line = parseJson(text);
  if (!isObject(line)) throw new ExportError(`a line is not an object: ${toShown(text)}`);
  const names = FIELDS[String(line['kind'])];
  const isWhole = line['kind'] === 'entry' || (names && hasOnly(line, names) && JSON.stringify(line) === text);
  if (!isWhole) throw new ExportError(`a line is not in the format ${FORMAT}: ${toShown(text)}`);
  return line;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ExportError(`a line is not JSON: ${toShown(text)}`);
  }
}

/** The beginning, without what a terminal would obey. */
function toShown(text: string): string {
  return text.slice(0, 60).replace(/\p{C}/gu, '\ufffd');
}

/** @throws ExportError for another format, and for a field of another type */
export function parseHeader(line: ExportLine): Header {
  const { kind, format, origin, from, to, previousChecksum, frontier, payloads = 'clear' } = line;
  if (kind !== 'header' || format !== FORMAT) throw new ExportError(`the file is not in the format ${FORMAT}`);
  const isWhole =
    typeof origin === 'string' &&
    ORIGIN.test(origin) &&
    isCount(from) &&
    from >= 1 &&
    isCount(to) &&
    typeof previousChecksum === 'string' &&
    isTextList(frontier) &&
    (payloads === 'clear' || payloads === 'sealed');
  if (!isWhole) throw new ExportError('the first line is not a header of this format');
  return { origin, from, to, previousChecksum, frontier, isArchive: payloads === 'sealed' };
}

/** The sequence of an entry. @throws ExportError when it has none */
export function sequenceOf({ sequence }: ExportLine): number {
  if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence))
    throw new ExportError('an entry has no sequence');
  return sequence;
}

/**
 * Whether the text says only what the checks see: each field once, no field that nothing covers. An archive has its
 * ciphertext in one field more, which its manifest covers.
 */
export function isExact(text: string, line: ExportLine, isArchive: boolean): boolean {
  return (
    JSON.stringify(line) === text && hasOnly(line, [...ENTRY_FIELDS, ...(isArchive ? ['sealed'] : PAYLOAD_FIELDS)])
  );
}

/** A field of the wrong type changes the checksum, and so is found. */
export function toRow(line: ExportLine, isArchive: boolean): ChainRow {
  const { previousChecksum, checksum, payloadHash, id } = line;
  const seal = { sequence: sequenceOf(line), previousChecksum: toHash(previousChecksum), checksum: toHash(checksum) };
  if (id === null) return { ...seal, entry: null, payload: 'missing' };
  const fields = line as unknown as ChainedFields;
  return {
    ...seal,
    entry: { ...fields, payloadHash: toHash(payloadHash) },
    payload: isArchive ? 'intact' : stateOf(line),
  };
}

/** What the file says about a payload counts only where it shows none. */
function stateOf({ payloadState, payload, ip, userAgent, salt, payloadHash }: ExportLine): PayloadState {
  const isAbsent = payload === null && ip === null && userAgent === null && salt === null;
  if (payloadState === 'missing' || payloadState === 'unsalted') return isAbsent ? payloadState : 'changed';
  if (payloadState !== 'intact' || typeof salt !== 'string' || !SALT.test(salt)) return 'changed';
  const committed = { payload, ip: ip as string | null, userAgent: userAgent as string | null };
  return toCommitment(Buffer.from(salt, 'hex'), committed).toString('hex') === payloadHash ? 'intact' : 'changed';
}

/** Empty, and so equal to no hash, for anything else than 64 hexadecimal digits. */
function toHash(value: unknown): Buffer {
  return typeof value === 'string' && HASH.test(value) ? Buffer.from(value, 'hex') : Buffer.alloc(0);
}

function isObject(value: unknown): value is ExportLine {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function hasOnly(line: ExportLine, names: readonly string[]): boolean {
  return Object.keys(line).every((name) => names.includes(name));
}
