import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { defineError } from '#kernel/problem.ts';
import type { Policy } from './port.ts';
import { defaultPolicy, supervise } from './supervise.ts';

const tooLarge = defineError('test.too_large', 413, 'Too large');

type Bytes = AsyncIterable<Uint8Array>;
interface Store {
  put(source: Bytes): Promise<number>;
  get(name: string): Promise<{ content: Readable } | null>;
}

function open(port: Partial<Store>, policy: Partial<Policy> = {}): Store {
  const whole: Store = { put: async () => 0, get: async () => null, ...port };
  return supervise(
    {
      name: 'store',
      port: whole,
      idempotent: ['put', 'get'],
      consumes: { put: 0 },
      produces: { get: 'content' },
      probe: async () => {},
    },
    { ...defaultPolicy, backoffMs: 1, ...policy },
    [],
  );
}

async function sizeOf(source: Bytes): Promise<number> {
  let bytes = 0;
  for await (const chunk of source) bytes += chunk.length;
  return bytes;
}

const failing = () =>
  new Readable({
    read() {
      this.destroy(new Error('cut off'));
    },
  });

test('a method that reads a stream is never retried', async () => {
  let calls = 0;
  const store = open({ put: async () => Promise.reject(new Error(`down ${++calls}`)) });
  await assert.rejects(store.put(Readable.from([Buffer.from('x')])), /down 1/);
});

test('a slow sender does not count as a failure of the service', async () => {
  const store = open({ put: sizeOf }, { timeoutMs: 20, idleMs: 20 });
  async function* slowly() {
    for (let sent = 0; sent < 3; sent++) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      yield Buffer.from('x');
    }
  }
  assert.equal(await store.put(slowly()), 3);
});

test('a service that stops reading is given up, and the source is closed', async () => {
  const stuck = async (source: Bytes) => {
    for await (const chunk of source) await new Promise(() => chunk);
    return 0;
  };
  const store = open({ put: stuck }, { idleMs: 10 });
  const source = Readable.from([Buffer.from('x'), Buffer.from('y')]);

  await assert.rejects(store.put(source), /no progress/);

  assert.ok(source.destroyed);
});

test('a service that never reads, or never answers after the last chunk, is given up', async () => {
  const never = open({ put: () => new Promise(() => {}) }, { timeoutMs: 10 });
  const silent = open({ put: async (source) => sizeOf(source).then(() => new Promise(() => {})) }, { timeoutMs: 10 });

  await assert.rejects(never.put(Readable.from([Buffer.from('x')])), /no progress/);
  await assert.rejects(silent.put(Readable.from([Buffer.from('x')])), /no progress/);
});

test('neither failing sources nor refusals open the circuit', async () => {
  const store = open({ put: sizeOf }, { breakAfter: 1 });
  const refusing = open({ put: async () => Promise.reject(tooLarge()) }, { breakAfter: 1 });

  await assert.rejects(store.put(failing()), /cut off/);
  await assert.rejects(refusing.put(Readable.from(['x'])), { code: 'test.too_large' });

  assert.equal(await store.put(Readable.from([Buffer.from('ab')])), 2);
  await assert.rejects(refusing.put(Readable.from(['x'])), { code: 'test.too_large' });
});

test('a refused call leaves its source untouched', async () => {
  const store = open({ put: async () => Promise.reject(new Error('down')) }, { breakAfter: 1 });
  await assert.rejects(store.put(Readable.from(['x'])), /down/);
  const source = Readable.from([Buffer.from('x')]);

  await assert.rejects(store.put(source));

  assert.equal(source.destroyed, false);
});

test('a returned stream is complete', async () => {
  const bytes = Buffer.alloc(1_000_000, 7);
  const store = open({ get: async () => ({ content: Readable.from([bytes, bytes]) }) });
  const answer = await store.get('x');
  assert.equal(answer && (await buffer(answer.content)).length, 2_000_000);
});

test('streams that fail open the circuit although each of them opened successfully', async () => {
  const store = open({ get: async () => ({ content: failing() }) }, { breakAfter: 3 });
  for (let read = 0; read < 3; read++) {
    const answer = await store.get('x');
    await assert.rejects(buffer(answer?.content ?? Readable.from([])), /cut off/);
  }
  await assert.rejects(store.get('x'), /circuit|breaker/i);
});

test('a reader that leaves early closes the stream and does not count as a failure', async () => {
  const endless = () => new Readable({ read() { this.push(Buffer.alloc(65_536)); } }); // prettier-ignore
  const opened: Readable[] = [];
  const store = open(
    { get: async () => ({ content: opened[opened.push(endless()) - 1] ?? endless() }) },
    { breakAfter: 1 },
  );
  const answer = await store.get('x');
  answer?.content.read();
  answer?.content.destroy();

  assert.ok(opened[0]?.destroyed);
  assert.ok(await store.get('x'));
});

test('a stream that sends nothing fails; one whose reader is slow does not', async () => {
  const silent = () => new Readable({ read() {} });
  const store = open({ get: async (name) => ({ content: name === 'silent' ? silent() : Readable.from(Array(9).fill(Buffer.alloc(65_536))) }) }, { idleMs: 20 }); // prettier-ignore
  const answer = await store.get('silent');
  await assert.rejects(buffer(answer?.content ?? Readable.from([])), /no bytes/);

  const slow = await store.get('slow');
  let bytes = 0;
  for await (const chunk of slow?.content ?? []) {
    bytes += chunk.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  assert.equal(bytes, 9 * 65_536);
});

test('a stream that opens after its call was given up is closed', async () => {
  const { promise, resolve } = Promise.withResolvers<{ content: Readable }>();
  const store = open({ get: () => promise }, { timeoutMs: 5, attempts: 1 });
  await assert.rejects(store.get('x'));
  const late = Readable.from(['x']);

  resolve({ content: late });
  await once(late, 'close');

  assert.ok(late.destroyed);
});

test('a source that fails while its call waits for a slot ends that call and not the process', async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const store = open({ put: (source) => promise.then(() => sizeOf(source)) }, { concurrency: 1 });
  const first = store.put(Readable.from([Buffer.from('x')]));
  const source = new Readable({ read() {} });
  const second = store.put(source);

  source.destroy(new Error('gone'));
  resolve(0);

  assert.equal(await first, 1);
  await assert.rejects(second, /gone/);
});

test('slow senders do not block other calls', async () => {
  const store = open({ put: sizeOf }, { concurrency: 1, timeoutMs: 100, attempts: 1 });
  const source = new Readable({ read() {} });
  const put = store.put(source);

  assert.equal(await store.get('x'), null);

  source.push(null);
  assert.equal(await put, 0);
});
