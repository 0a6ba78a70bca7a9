import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { newId } from '#kernel/id.ts';
import type { ByteRange, ObjectStorage } from '#platform/storage/port.ts';

const MEGABYTE = 1_000_000;
const LIMIT = { maxBytes: 300 * MEGABYTE };
// For 200 MB streamed: parts, sockets and garbage that is not collected yet. A store that buffers the whole needs more.
const MEMORY_BYTES = 120 * MEGABYTE;

export interface StorageUnderTest {
  readonly storage: ObjectStorage;
  /** Number of drafts or parts that unfinished puts have left. */
  unfinished(): Promise<number>;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const sourceOf = (...chunks: (string | Uint8Array)[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

async function* zeros(bytes: number): AsyncGenerator<Buffer> {
  for (let left = bytes; left > 0; left -= 65_536) yield Buffer.alloc(Math.min(left, 65_536));
}

async function read(storage: ObjectStorage, key: string, range?: ByteRange): Promise<string | null> {
  const found = await storage.get(key, range);
  return found && (await buffer(found.content)).toString();
}

/** Every key of `prefix`, in pages of `limit`. */
async function keysOf(storage: ObjectStorage, prefix: string, limit?: number): Promise<string[]> {
  const keys: string[] = [];
  for (let after: string | null = null; ;) {
    const page = await storage.list(prefix, { after, ...(limit && { limit }) });
    keys.push(...page.objects.map(({ key }) => key));
    if (page.next === null) return keys.toSorted();
    ({ next: after } = page);
  }
}

/** The tests that every implementation must pass. They share one store; each uses its own key prefix. */
export function storageConformance(name: string, open: (t: TestContext) => Promise<StorageUnderTest>): void {
  const place = () => `test-${newId()}`;

  test(`${name}: an object is read as it was written`, async (t) => {
    const { storage } = await open(t);
    const key = `${place()}/${newId()}`;

    const stored = await storage.put(key, sourceOf('سلام ', 'دنیا'), LIMIT);

    const bytes = Buffer.from('سلام دنیا');
    assert.deepEqual(stored, { sizeBytes: bytes.length, sha256: sha256(bytes) });
    assert.equal(await read(storage, key), 'سلام دنیا');
    const head = await storage.head(key);
    assert.deepEqual([head?.key, head?.sizeBytes], [key, bytes.length]);
    assert.ok(Math.abs((head?.modifiedAt.getTime() ?? 0) - Date.now()) < 60_000);
  });

  test(`${name}: a missing object is null or false, and deleting it is not an error`, async (t) => {
    const { storage } = await open(t);
    const key = `${place()}/${newId()}`;

    assert.equal(await storage.get(key), null);
    assert.equal(await storage.head(key), null);
    assert.equal(await storage.copy(key, `${key}-copy`), false);
    await storage.delete(key);
    assert.equal(await storage.head(`${key}-copy`), null);
  });

  test(`${name}: a deleted object cannot be read, and deleting it again is not an error`, async (t) => {
    const { storage } = await open(t);
    const home = place();
    await storage.put(`${home}/x`, sourceOf('x'), LIMIT);

    await storage.delete(`${home}/x`);
    await storage.delete(`${home}/x`);

    assert.equal(await storage.get(`${home}/x`), null);
    assert.deepEqual(await keysOf(storage, `${home}/`), []);
  });

  test(`${name}: an empty object exists`, async (t) => {
    const { storage } = await open(t);
    const key = `${place()}/empty`;

    const stored = await storage.put(key, Readable.from([]), LIMIT);

    assert.deepEqual(stored, { sizeBytes: 0, sha256: sha256(Buffer.alloc(0)) });
    assert.equal((await storage.head(key))?.sizeBytes, 0);
    assert.equal(await read(storage, key), '');
    await assert.rejects(storage.get(key, { start: 0 }), { code: 'storage.invalid_range' });
  });

  test(`${name}: a range includes both ends, and stops at the end of the object`, async (t) => {
    const { storage } = await open(t);
    const key = `${place()}/digits`;
    await storage.put(key, sourceOf('0123456789'), LIMIT);

    assert.equal(await read(storage, key, { start: 0, end: 0 }), '0');
    assert.equal(await read(storage, key, { start: 2, end: 4 }), '234');
    assert.equal(await read(storage, key, { start: 7 }), '789');
    assert.equal(await read(storage, key, { start: 8, end: 99 }), '89');
    const part = await storage.get(key, { start: 9 });
    assert.equal(part?.sizeBytes, 10);
    part?.content.destroy();
  });

  test(`${name}: a range past the end is refused, an invalid range is a bug`, async (t) => {
    const { storage } = await open(t);
    const key = `${place()}/digits`;
    await storage.put(key, sourceOf('0123456789'), LIMIT);

    await assert.rejects(storage.get(key, { start: 10 }), { code: 'storage.invalid_range' });
    await assert.rejects(storage.get(key, { start: -1 }), /not a valid range/);
    await assert.rejects(storage.get(key, { start: 5, end: 4 }), /not a valid range/);
    await assert.rejects(storage.get(key, { start: 0.5 }), /not a valid range/);
  });

  test(`${name}: 20 MB are read back unchanged`, async (t) => {
    const { storage } = await open(t);
    const key = `${place()}/large`;
    const pieces = Array.from({ length: 20 }, () => randomBytes(MEGABYTE));
    const whole = Buffer.concat(pieces);

    const stored = await storage.put(key, sourceOf(...pieces), LIMIT);

    assert.deepEqual(stored, { sizeBytes: 20 * MEGABYTE, sha256: sha256(whole) });
    const found = await storage.get(key);
    assert.equal(found && sha256(await buffer(found.content)), sha256(whole));
    const middle = await storage.get(key, { start: 5_242_870, end: 5_242_890 }); // across two parts
    assert.deepEqual(middle && (await buffer(middle.content)), whole.subarray(5_242_870, 5_242_891));
  });

  for (const [size, bytes] of [
    ['small', 100],
    ['large', 12 * MEGABYTE],
  ] as const) {
    test(`${name}: a ${size} source that fails leaves nothing, and its own error is thrown`, async (t) => {
      const { storage, unfinished } = await open(t);
      const home = place();
      async function* failing() {
        yield* zeros(bytes);
        throw new Error('the sender disconnected');
      }

      await assert.rejects(storage.put(`${home}/x`, failing(), LIMIT), /the sender disconnected/);

      assert.equal(await storage.head(`${home}/x`), null);
      assert.deepEqual(await keysOf(storage, `${home}/`), []);
      assert.equal(await unfinished(), 0);
    });

    test(`${name}: a ${size} source over the limit leaves nothing and is closed`, async (t) => {
      const { storage, unfinished } = await open(t);
      const home = place();
      const source = Readable.from(zeros(bytes + 2 * MEGABYTE));

      await assert.rejects(storage.put(`${home}/x`, source, { maxBytes: bytes }), { code: 'storage.too_large' });

      assert.ok(source.destroyed);
      assert.equal(await storage.head(`${home}/x`), null);
      assert.equal(await unfinished(), 0);
    });
  }

  test(`${name}: a source that is destroyed before it is read rejects only the put`, async (t) => {
    const { storage, unfinished } = await open(t);
    const key = `${place()}/x`;
    const source = new Readable({ read() {} });
    source.push(Buffer.alloc(MEGABYTE));
    const put = storage.put(key, source, LIMIT);

    source.destroy(new Error('the connection ended'));

    await assert.rejects(put, /the connection ended/);
    assert.equal(await storage.head(key), null);
    assert.equal(await unfinished(), 0);
  });

  test(`${name}: a source that is destroyed without an error leaves nothing`, async (t) => {
    const { storage, unfinished } = await open(t);
    const key = `${place()}/x`;
    let sent = 0;
    const source = new Readable({
      read() {
        if (sent++ < 12) this.push(Buffer.alloc(MEGABYTE));
        else this.destroy();
      },
    });

    await assert.rejects(storage.put(key, source, LIMIT));

    assert.equal(await storage.head(key), null);
    assert.equal(await unfinished(), 0);
  });

  test(`${name}: an object of exactly the limit is accepted`, async (t) => {
    const { storage } = await open(t);
    const { sizeBytes } = await storage.put(`${place()}/x`, sourceOf('12345'), { maxBytes: 5 });
    assert.equal(sizeBytes, 5);
  });

  test(`${name}: puts at once do not mix`, async (t) => {
    const { storage } = await open(t);
    const home = place();
    const texts = Array.from({ length: 8 }, (_, index) => String(index).repeat(100_000));

    await Promise.all(texts.map((text, index) => storage.put(`${home}/${index}`, sourceOf(text), LIMIT)));

    assert.deepEqual(await Promise.all(texts.map((_, index) => read(storage, `${home}/${index}`))), texts);
  });

  test(`${name}: putting the same object twice, also at once, stores one object`, async (t) => {
    const { storage } = await open(t);
    const home = place();
    const put = () => storage.put(`${home}/x`, sourceOf('same'), LIMIT);

    await Promise.all([put(), put()]);
    await put();

    assert.deepEqual(await keysOf(storage, `${home}/`), [`${home}/x`]);
    assert.equal(await read(storage, `${home}/x`), 'same');
  });

  test(`${name}: keys with any characters are distinct`, async (t) => {
    const { storage } = await open(t);
    const home = place();
    const names = [
      'نیم‌فاصله',
      'é',
      'e\u0301',
      'x',
      'X',
      '😀/a+b c%20?&#=~\'"',
      'x.y',
      'x/y',
      'CON',
      `a/${'ی'.repeat(41)}`,
    ];

    for (const word of names) await storage.put(`${home}/${word}`, sourceOf(word), LIMIT);
    for (const word of names) await storage.copy(`${home}/${word}`, `${home}/copy-${word.slice(0, 30)}`);

    for (const word of names) assert.equal(await read(storage, `${home}/${word}`), word);
    assert.equal(await read(storage, `${home}/copy-${names[5]}`), names[5]);
    const keys = await keysOf(storage, `${home}/`);
    assert.deepEqual(
      keys.filter((key) => !key.includes('/copy-')),
      names.map((word) => `${home}/${word}`).toSorted(),
    );
  });

  test(`${name}: an invalid key is refused`, async (t) => {
    const { storage } = await open(t);
    const bad = [
      '',
      'x',
      '/x',
      'm/',
      'm/../x',
      '../m/x',
      'm/.',
      'm/.hidden',
      'm//x',
      'm/x/',
      'm/a\\b',
      'm/a\0b',
      'M/x',
      '.drafts/x',
      'm/\ud800',
      `m/${'x'.repeat(85)}`,
    ];
    for (const key of bad) {
      await assert.rejects(storage.put(key, sourceOf('x'), LIMIT), /not a valid object key/, key);
      await assert.rejects(storage.get(key), /not a valid object key/, key);
      await assert.rejects(storage.head(key), /not a valid object key/, key);
      await assert.rejects(storage.delete(key), /not a valid object key/, key);
      await assert.rejects(storage.copy('m/x', key), /not a valid object key/, key);
      await assert.rejects(storage.copy(key, 'm/x'), /not a valid object key/, key);
    }
    await assert.rejects(storage.list(''), /not a valid prefix/);
    await assert.rejects(storage.list('../'), /not a valid prefix/);
  });

  test(`${name}: a list has exactly the keys of its prefix, and continues after the last page`, async (t) => {
    const { storage } = await open(t);
    const home = place();
    const inside = Array.from({ length: 23 }, (_, index) => `${home}/a/${String(index).padStart(2, '0')}`);
    for (const key of [...inside, `${home}/ab`, `${home}/b/a/x`, `${home}x/a/x`])
      await storage.put(key, sourceOf('x'), LIMIT);

    assert.deepEqual(await keysOf(storage, `${home}/a/`, 5), inside);
    assert.deepEqual(await keysOf(storage, `${home}/a/1`), inside.slice(10, 20));
    assert.equal((await keysOf(storage, `${home}/`)).length, 25);
    assert.deepEqual(await keysOf(storage, `${place()}/`), []);
    const [entry] = (await storage.list(`${home}/a/07`)).objects;
    assert.deepEqual([entry?.key, entry?.sizeBytes], [`${home}/a/07`, 1]);
  });

  test(`${name}: deleting the objects of a page does not change the next page`, async (t) => {
    const { storage } = await open(t);
    const home = place();
    for (let index = 0; index < 9; index++) await storage.put(`${home}/${index}`, sourceOf('x'), LIMIT);

    const first = await storage.list(`${home}/`, { limit: 4 });
    for (const { key } of first.objects) await storage.delete(key);
    const second = await storage.list(`${home}/`, { limit: 9, after: first.next });

    assert.deepEqual([first.objects.length, second.objects.length], [4, 5]);
  });

  test(`${name}: a copy remains when its original is deleted`, async (t) => {
    const { storage } = await open(t);
    const home = place();
    const bytes = randomBytes(12 * MEGABYTE);
    await storage.put(`${home}/from`, sourceOf(bytes), LIMIT);

    assert.equal(await storage.copy(`${home}/from`, `${home}/to`), true);
    await storage.delete(`${home}/from`);

    const copied = await storage.get(`${home}/to`);
    assert.equal(copied && sha256(await buffer(copied.content)), sha256(bytes));
  });

  test(`${name}: a presigned read serves the object until it expires, and nothing else`, async (t) => {
    const { storage } = await open(t);
    const home = place();
    await storage.put(`${home}/shown`, sourceOf('shown'), LIMIT);
    await storage.put(`${home}/other`, sourceOf('other'), LIMIT);

    const contentDisposition = `attachment; filename*=UTF-8''%D8%B3.txt`;
    const url = await storage.presignGet(`${home}/shown`, { expiresInSeconds: 60, contentDisposition });
    if (url === null) return t.skip('does not support presigned addresses');

    const answer = await fetch(url);
    assert.deepEqual([answer.headers.get('content-disposition'), await answer.text()], [contentDisposition, 'shown']);
    assert.equal((await fetch(url.replace('shown', 'other'))).status, 403);
    assert.equal((await fetch(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600'))).status, 403);
    assert.equal((await fetch(url, { method: 'PUT', body: 'x' })).status, 403);
    const brief = await storage.presignGet(`${home}/shown`, { expiresInSeconds: 1 });
    // The clock of the store, in seconds; the test cannot move it.
    await new Promise((resolve) => setTimeout(resolve, 2100));
    assert.equal((await fetch(brief ?? '')).status, 403);
  });

  test(`${name}: a presigned write accepts exactly the declared bytes`, async (t) => {
    const { storage } = await open(t);
    const key = `${place()}/upload`;
    const expected = { sizeBytes: 5, sha256: sha256(Buffer.from('hello')) };

    const presigned = await storage.presignPut(key, { ...expected, expiresInSeconds: 60 });
    if (presigned === null) return t.skip('does not support presigned addresses');

    const { url, headers } = presigned;
    const put = async (to: string, body: string, sent: Readonly<Record<string, string>>) =>
      (await fetch(to, { method: 'PUT', body, headers: { ...sent } })).status;
    assert.notEqual(await put(url, 'longer than that', headers), 200);
    assert.notEqual(await put(url, 'hello', {}), 200);
    assert.equal(await put(url.replace('upload', 'elsewhere'), 'hello', headers), 403);
    assert.equal(await storage.head(key), null);
    assert.equal(await put(url, 'hello', headers), 200);
    assert.equal(await read(storage, key), 'hello');
  });

  test(`${name}: 200 MB are streamed with bounded memory`, async (t) => {
    const { storage } = await open(t);
    const key = `${place()}/huge`;
    let peak = 0;
    const base = memoryBytes();
    const look = () => void (peak = Math.max(peak, memoryBytes() - base));
    async function* observed() {
      for await (const chunk of zeros(200 * MEGABYTE)) {
        look();
        yield chunk;
      }
    }

    const { sizeBytes } = await storage.put(key, observed(), LIMIT);
    let got = 0;
    for await (const chunk of (await storage.get(key))?.content ?? []) {
      look();
      got += chunk.length;
    }
    await storage.delete(key);

    t.diagnostic(`peak ${Math.round(peak / MEGABYTE)} MB`);
    assert.deepEqual([sizeBytes, got], [200 * MEGABYTE, 200 * MEGABYTE]);
    assert.ok(peak < MEMORY_BYTES, `${peak} bytes`);
  });
}

function memoryBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
