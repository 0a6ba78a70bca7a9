/**
 * The format of an archive: frames of one byte for their type, four for their length, and content. A part is a beginning
 * (its name as JSON), blocks, and an end (length and SHA-256 of its content as JSON). Blocks are compressed one by one, so
 * that a changed byte damages one part, and the reader can say which. The last two frames are the manifest, and
 * the SHA-256 of all frames before.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { BackupError, type Manifest, type BackupPart } from './port.ts';

const BLOCK_BYTES = 1024 * 1024;
/** More is a damaged length. A manifest names every object in about 150 bytes; any other frame has at most a block. */
const MAX_MANIFEST_BYTES = 1024 * 1024 * 1024;
const HEAD_BYTES = 5;
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }; // 3 is a third slower and saves a tenth
const TYPES = { begin: 'B', raw: 'R', compressed: 'Z', end: 'E', manifest: 'M', checksum: 'S' } as const;

const Count = Type.Integer({ minimum: 0 });
const Text = Type.String();
const Whole = Type.String({ pattern: String.raw`^-?\d+$` });
/** The form of a `Manifest`, which anybody may have written. */
const manifestForm = Compile(
  Type.Object({
    version: Text,
    madeAt: Text,
    hasSecret: Type.Boolean(),
    migrations: Type.Array(Type.Object({ module: Text, name: Text, hash: Text })),
    cluster: Type.Union([Type.Null(), Type.Object({ major: Text, bytes: Count })]),
    tables: Type.Array(Type.Object({ table: Text, columns: Type.Array(Text), rows: Count, digest: Whole })),
    partitions: Type.Array(Type.Object({ parent: Text, name: Text, bounds: Text })),
    sequences: Type.Array(Type.Object({ name: Text, value: Whole, isCalled: Type.Boolean() })),
    leftOut: Type.Array(Text),
    objects: Count,
    objectBytes: Count,
    parts: Type.Array(Type.Object({ name: Text, bytes: Count, sha256: Text })),
  }),
);

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

type Write = (bytes: Uint8Array) => Promise<void>;

/** Writes an archive part by part, by `write`. */
export function createArchiveWriter(write: Write) {
  const parts: BackupPart[] = [];
  const whole = createHash('sha256');
  let isWhole = false;

  async function frame(type: string, content: Uint8Array): Promise<void> {
    const head = Buffer.alloc(HEAD_BYTES);
    head.write(type, 'latin1');
    head.writeUInt32BE(content.length, 1);
    if (!isWhole) whole.update(head).update(content);
    await write(head);
    await write(content);
  }

  async function block(content: Buffer): Promise<void> {
    const small = await compress(content, LEVEL);
    if (small.length < content.length) await frame(TYPES.compressed, small);
    else await frame(TYPES.raw, content);
  }

  return {
    async part(name: string, content: AsyncIterable<Uint8Array>): Promise<BackupPart> {
      await frame(TYPES.begin, Buffer.from(JSON.stringify({ name })));
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const chunk of inBlocks(content)) {
        hash.update(chunk);
        bytes += chunk.length;
        await block(chunk);
      }
      const part = { name, bytes, sha256: hash.digest('hex') };
      await frame(TYPES.end, Buffer.from(JSON.stringify({ bytes, sha256: part.sha256 })));
      parts.push(part);
      return part;
    },
    async finish(manifest: Omit<Manifest, 'parts'>): Promise<void> {
      const content = Buffer.from(JSON.stringify({ ...manifest, parts }));
      await frame(TYPES.manifest, content);
      isWhole = true;
      await frame(TYPES.checksum, whole.digest());
    },
  };
}

export type ArchiveWriter = ReturnType<typeof createArchiveWriter>;

/** Joins and cuts what comes to blocks of about the same size. */
async function* inBlocks(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let pending: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of content) {
    pending.push(chunk);
    length += chunk.length;
    if (length < BLOCK_BYTES) continue;
    yield* cut(Buffer.concat(pending));
    [pending, length] = [[], 0];
  }
  if (length > 0) yield* cut(Buffer.concat(pending));
}

function* cut(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) yield bytes.subarray(at, at + BLOCK_BYTES);
}

/** Called for each part, in order. What it does not read of `content` is read and compared all the same. */
export type OnPart = (name: string, content: AsyncIterable<Buffer>) => Promise<void>;

/**
 * Reads an archive to its end and compares every part with its checksum.
 * @throws {BackupError} naming the part that is damaged, and how
 */
export async function readArchive(source: AsyncIterable<Uint8Array>, onPart: OnPart): Promise<Manifest> {
  const frames = createFrames(source);
  const parts: BackupPart[] = [];
  for (;;) {
    const last = parts.at(-1)?.name;
    const place = last === undefined ? 'its beginning' : `what follows part ${last}`;
    const { type, content } = await frames.next(place);
    if (type === TYPES.begin) parts.push(await readPart(frames, toName(content, place), onPart));
    else if (type === TYPES.manifest) return readManifest(frames, content, parts);
    else throw damaged(place, 'it is not the beginning of a part');
  }
}

async function readPart(frames: Frames, name: string, onPart: OnPart): Promise<BackupPart> {
  const hash = createHash('sha256');
  let bytes = 0;
  let end: BackupPart | undefined;

  async function* content(): AsyncGenerator<Buffer> {
    for (;;) {
      const { type, content: block } = await frames.next(`part ${name}`);
      if (type === TYPES.end) return void (end = { name, ...toEnd(block, name) });
      const clear = await toClear(type, block, name);
      hash.update(clear);
      bytes += clear.length;
      yield clear;
    }
  }

  const blocks = content();
  // Without `return`, so that a reader that stops early does not close it.
  await onPart(name, { [Symbol.asyncIterator]: () => ({ next: () => blocks.next() }) });
  while (!(await blocks.next()).done);
  const sha256 = hash.digest('hex');
  if (end?.bytes !== bytes || end.sha256 !== sha256) throw damaged(`part ${name}`, 'its bytes and its SHA-256 differ');
  return end;
}

async function toClear(type: string, block: Buffer, name: string): Promise<Buffer> {
  if (type === TYPES.raw) return block;
  if (type !== TYPES.compressed) throw damaged(`part ${name}`, 'a block is of no known type');
  return decompress(block, { maxOutputLength: BLOCK_BYTES }).catch(() => {
    throw damaged(`part ${name}`, 'a block cannot be decompressed');
  });
}

async function readManifest(frames: Frames, content: Buffer, parts: readonly BackupPart[]): Promise<Manifest> {
  const actual = frames.digest();
  const { type, content: checksum } = await frames.next('the manifest');
  const isWhole = type === TYPES.checksum && checksum.equals(actual);
  await frames.end();
  const manifest = parseManifest(content);
  const toKey = ({ name, bytes, sha256 }: BackupPart) => `${name} ${bytes} ${sha256}`;
  const found = new Set(parts.map(toKey));
  const lost = manifest.parts.find((part) => !found.has(toKey(part)));
  if (lost) throw damaged(`part ${lost.name}`, 'it is missing');
  if (!isWhole || parts.length !== manifest.parts.length)
    throw damaged('one of its parts or in the manifest', 'the SHA-256 of the whole file differs');
  return manifest;
}

function parseManifest(content: Buffer): Manifest {
  try {
    const manifest: unknown = JSON.parse(content.toString());
    if (manifestForm.Check(manifest)) return manifest;
  } catch {
    throw damaged('the manifest', 'it cannot be read');
  }
  throw damaged('the manifest', 'it does not have the form of one');
}

interface Frame {
  readonly type: string;
  readonly content: Buffer;
}

type Frames = ReturnType<typeof createFrames>;

function createFrames(source: AsyncIterable<Uint8Array>) {
  const chunks = source[Symbol.asyncIterator]();
  const hash = createHash('sha256');
  let isDigested = false;
  let pending = Buffer.alloc(0);

  async function take(length: number, place: string): Promise<Buffer> {
    const taken: Uint8Array[] = [pending];
    for (let have = pending.length; have < length;) {
      const { value, done } = await chunks.next();
      if (done) throw damaged(place, 'the file ends within it: the backup was not completed, or the copy was cut');
      taken.push(value);
      have += value.length;
    }
    const all = taken.length === 1 ? pending : Buffer.concat(taken);
    pending = all.subarray(length);
    const bytes = all.subarray(0, length);
    if (!isDigested) hash.update(bytes);
    return bytes;
  }

  return {
    async next(place: string): Promise<Frame> {
      const head = await take(HEAD_BYTES, place);
      const type = head.toString('latin1', 0, 1);
      const length = head.readUInt32BE(1);
      if (length > (type === TYPES.manifest ? MAX_MANIFEST_BYTES : BLOCK_BYTES))
        throw damaged(place, 'a length is impossible');
      return { type, content: await take(length, place) };
    },
    /** Of all frames so far; once. */
    digest(): Buffer {
      isDigested = true;
      return hash.digest();
    },
    async end(): Promise<void> {
      if (pending.length > 0 || !(await chunks.next()).done) throw damaged('its end', 'bytes follow the manifest');
    },
  };
}

function toName(content: Buffer, place: string): string {
  try {
    return String(JSON.parse(content.toString()).name);
  } catch {
    throw damaged(place, 'the name of a part cannot be read');
  }
}

function toEnd(content: Buffer, name: string): Pick<BackupPart, 'bytes' | 'sha256'> {
  try {
    const { bytes, sha256 } = JSON.parse(content.toString());
    return { bytes: Number(bytes), sha256: String(sha256) };
  } catch {
    throw damaged(`part ${name}`, 'its end cannot be read');
  }
}

function damaged(place: string, why: string): BackupError {
  return new BackupError(`The backup is damaged in ${place}: ${why}. Use another copy of it, or an earlier backup.`);
}
