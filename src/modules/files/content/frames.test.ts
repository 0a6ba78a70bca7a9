import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable, type Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { createOpener, createSealer, FRAME_BYTES, sealedRange, sealedSize, type PlainRange } from './frames.ts';

const SEALED = FRAME_BYTES + 16;
const key = randomBytes(32);

function through(bytes: Buffer, transform: Transform, chunkBytes = 50_000): Promise<Buffer> {
  const count = Math.ceil(bytes.length / chunkBytes);
  const chunks = Array.from({ length: count }, (_, at) => bytes.subarray(at * chunkBytes, (at + 1) * chunkBytes));
  return buffer(Readable.from(chunks).compose(transform));
}

const seal = (plain: Buffer, by = key) => through(plain, createSealer(by, plain.length));
const open = (sealed: Buffer, sizeBytes: number, part: PlainRange | null = null, chunkBytes?: number) =>
  through(sealed, createOpener(key, sizeBytes, part), chunkBytes);

test('content of any length opens to the same bytes, whatever the chunks', async () => {
  for (const length of [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES]) {
    const plain = randomBytes(length);
    const sealed = await seal(plain);
    assert.equal(sealed.length, sealedSize(length));
    for (const chunkBytes of [4099, FRAME_BYTES, 10 * FRAME_BYTES])
      assert.ok((await open(sealed, length, null, chunkBytes)).equals(plain), `${length} in ${chunkBytes}`);
  }
});

test('a range opens from the frames that have it, and from no others', async () => {
  const plain = randomBytes(2 * FRAME_BYTES + 100);
  const sealed = await seal(plain);
  const ends = [0, 1, FRAME_BYTES - 1, FRAME_BYTES, 2 * FRAME_BYTES - 1, 2 * FRAME_BYTES, plain.length - 1];

  for (const start of ends)
    for (const end of ends.filter((each) => each >= start)) {
      const stored = sealedRange({ start, end });
      const part = sealed.subarray(stored.start, (stored.end ?? 0) + 1);
      assert.ok(part.length <= (Math.ceil((end - start + 1) / FRAME_BYTES) + 1) * SEALED);
      assert.ok((await open(part, plain.length, { start, end })).equals(plain.subarray(start, end + 1)));
    }
});

test('changed, cut, moved, added or foreign frames are an error', async () => {
  const plain = randomBytes(2 * FRAME_BYTES + 100);
  const sealed = await seal(plain);
  const foreign = await seal(plain, randomBytes(32));
  const frame = (at: number, of = sealed) => of.subarray(at * SEALED, (at + 1) * SEALED);
  const flipped = (at: number) => {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    return changed;
  };
  const all = [frame(0), frame(1), frame(2)];
  const damaged: Record<string, [bytes: Buffer, sizeBytes?: number]> = {
    'first byte': [flipped(0)],
    'tag of the first frame': [flipped(SEALED - 1)],
    'byte of the second frame': [flipped(SEALED + 5)],
    'last byte': [flipped(sealed.length - 1)],
    'cut by a byte': [sealed.subarray(0, -1)],
    'cut at a frame': [sealed.subarray(0, 2 * SEALED)],
    // The size is in the database: changed there too, the mark of the last frame is missing.
    'cut at a frame, with its size': [sealed.subarray(0, 2 * SEALED), 2 * FRAME_BYTES],
    'cut to nothing': [Buffer.alloc(0)],
    'a byte more': [Buffer.concat([sealed, Buffer.of(0)])],
    'swapped frames': [Buffer.concat([frame(1), frame(0), frame(2)])],
    'repeated frame': [Buffer.concat([frame(0), frame(0), frame(2)])],
    'frame of another file': [Buffer.concat([frame(0), frame(1, foreign), frame(2)])],
    'another frame as the last': [Buffer.concat([...all, frame(2)]), plain.length + 116],
    'all of another file': [foreign],
  };

  for (const [name, [bytes, sizeBytes = plain.length]] of Object.entries(damaged))
    await assert.rejects(open(bytes, sizeBytes), Error, name);
});

test('what is encrypted has the promised length, or is an error', async () => {
  await assert.rejects(through(randomBytes(10), createSealer(key, 11)), /ends after 10 of 11/);
  await assert.rejects(through(randomBytes(10), createSealer(key, 9)), /more than its 9/);
});
