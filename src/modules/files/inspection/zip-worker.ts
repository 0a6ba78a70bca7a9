/**
 * A thread that reads one archive within limits, counting what it inflates and never what the archive claims. Archives in
 * it count on the same limits.
 */
import { Readable } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';
import {
  fromBufferPromise,
  fromRandomAccessReaderPromise,
  RandomAccessReader,
  type Entry,
  type Options,
  type ZipFile,
} from 'yauzl';

export interface ZipTask {
  readonly sizeBytes: number;
  /** A scanner may have read no more of an entry. */
  readonly scannedBytes: number;
}
export type ZipAnswer =
  | { readonly kind: 'read'; readonly start: number; readonly end: number }
  | ({ readonly kind: 'verdict' } & ZipVerdict);

export interface ZipVerdict {
  /** Why it is refused; null if it is not. */
  readonly refusal: string | null;
  /** Why a scanner cannot have read every entry whole. */
  readonly unread: 'limits' | 'encrypted' | null;
}

const MAX_ENTRIES = 10_000;
const MAX_UNPACKED_BYTES = 200_000_000;
const MAX_RATIO = 200;
const MIN_RATIO_BYTES = 1_000_000; // small archives of one letter are harmless
const MAX_NESTING = 3;
const MAX_INNER_BYTES = 16 * 1024 * 1024; // an archive in an archive is in memory
const MAX_WORK_MS = 3000;
const BLOCK_BYTES = 64 * 1024;
const MAX_BLOCKS = 16;
const LOCAL_HEADER_BYTES = 30;
const END_BYTES = 22;
const ZIP64_END_BYTES = 56 + 20; // before the end, where a number does not fit into it
const ENCRYPTED = 1;
const OPTIONS: Options = {
  lazyEntries: true,
  autoClose: false,
  decodeStrings: false, // names are not used
  validateEntrySizes: true, // an entry that inflates to more than it claims is refused
};

class LimitReached extends Error {}

const { sizeBytes, scannedBytes } = workerData as ZipTask;
const began = performance.now();
let waitedMs = 0;
let entries = 0;
let unpackedBytes = 0;
let unread: ZipVerdict['unread'] = null;

function check(): void {
  if (entries > MAX_ENTRIES || unpackedBytes > MAX_UNPACKED_BYTES) throw new LimitReached();
  if (unpackedBytes > MIN_RATIO_BYTES && unpackedBytes > sizeBytes * MAX_RATIO) throw new LimitReached();
  if (performance.now() - began - waitedMs > MAX_WORK_MS) throw new LimitReached();
}

/** Asks the thread that has the storage. The package wants a class. */
class StoredBytes extends RandomAccessReader {
  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(pieces(start, end));
  }
}

async function* pieces(start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end;) {
    const block = Math.floor(at / BLOCK_BYTES);
    const bytes = (await blockAt(block)).subarray(at % BLOCK_BYTES, end - block * BLOCK_BYTES);
    if (bytes.byteLength === 0) return; // the storage has less than it said; the package notices
    at += bytes.byteLength;
    yield bytes;
  }
}

// Headers of neighbours are in one block: without these, each would be a call of the storage.
const blocks = new Map<number, Promise<Uint8Array>>();
let reading: Promise<unknown> = Promise.resolve();

/** One after the other: the answers do not say which question they answer. */
function blockAt(block: number): Promise<Uint8Array> {
  const known = blocks.get(block);
  if (known) return known;
  const start = block * BLOCK_BYTES;
  const next = reading.then(() => ask(start, Math.min(start + BLOCK_BYTES, sizeBytes)));
  reading = next;
  blocks.set(block, next);
  const [oldest] = blocks.keys();
  if (blocks.size > MAX_BLOCKS && oldest !== undefined) blocks.delete(oldest);
  return next;
}

function ask(start: number, end: number): Promise<Uint8Array> {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  const asked = performance.now();
  parentPort?.once('message', (bytes: Uint8Array) => {
    waitedMs += performance.now() - asked;
    resolve(bytes);
  });
  send({ kind: 'read', start, end });
  return promise;
}

function send(answer: ZipAnswer): void {
  // oxlint-disable-next-line require-post-message-target-origin -- threads have no origin
  parentPort?.postMessage(answer);
}

async function inspect(zip: ZipFile, nesting: number): Promise<void> {
  const places: { start: number; end: number }[] = [];
  for await (const entry of zip.eachEntry()) {
    entries += 1;
    check();
    const start = entry.relativeOffsetOfLocalHeader;
    places.push({ start, end: start + LOCAL_HEADER_BYTES + entry.compressedSize });
    await inflate(zip, entry, nesting);
  }
  requireWhole(zip);
  places.sort((one, other) => one.start - other.start);
  if (places.some(({ start }, at) => start < (places[at - 1]?.end ?? 0))) throw new LimitReached(); // they overlap
}

/** The archive says how many entries it has, but other programs read all that are there. */
function requireWhole({ fileSize, comment, readEntryCursor }: ZipFile): void {
  const unread = fileSize - END_BYTES - comment.length - Number(readEntryCursor);
  if (unread !== 0 && unread !== ZIP64_END_BYTES) throw new Error('the archive has more entries than it says');
}

async function inflate(zip: ZipFile, entry: Entry, nesting: number): Promise<void> {
  const isEncrypted = (entry.generalPurposeBitFlag & ENCRYPTED) !== 0;
  const isKnown = entry.compressionMethod === 0 || entry.compressionMethod === 8;
  if (isEncrypted || !isKnown) {
    unpackedBytes += entry.compressedSize; // nobody can say more
    unread = isEncrypted ? 'encrypted' : 'limits';
    return;
  }
  let inner: Uint8Array[] | null = null;
  let entryBytes = 0;
  let isFirst = true;
  for await (const chunk of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Uint8Array>) {
    unpackedBytes += chunk.byteLength;
    entryBytes += chunk.byteLength;
    check();
    if (entryBytes > scannedBytes) unread ??= 'limits'; // of the rest of an entry, clamd says nothing
    if (isFirst && isArchive(chunk)) inner = [];
    isFirst = false;
    if (inner === null) continue;
    if (entryBytes > MAX_INNER_BYTES || nesting >= MAX_NESTING) throw new LimitReached();
    inner.push(chunk);
  }
  if (inner !== null) await inspect(await fromBufferPromise(Buffer.concat(inner), OPTIONS), nesting + 1);
}

function isArchive(chunk: Uint8Array): boolean {
  return chunk[0] === 0x50 && chunk[1] === 0x4b && (chunk[2] === 3 || chunk[2] === 5);
}

async function judge(): Promise<string | null> {
  try {
    await inspect(await fromRandomAccessReaderPromise(new StoredBytes(), sizeBytes, OPTIONS), 1);
    return null;
  } catch (error) {
    return error instanceof LimitReached ? 'archive_limits' : 'archive_broken';
  }
}

send({ kind: 'verdict', refusal: await judge(), unread });
parentPort?.close();
