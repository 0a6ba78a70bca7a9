import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { defaultPolicy, supervise } from '#platform/resilience/supervise.ts';
import { createClamavScan } from './clamav.ts';
import { EICAR_HALVES, scanConformance } from '#testing/conformance/scan.ts';
import { behaveLikeClamd, startServer } from '#testing/servers/clamd.ts';
import { createNoScan } from './none.ts';

const GONE = 'tcp://127.0.0.1:9';
const limits = { maxBytes: 3_000_000, connectMs: 2000, idleMs: 500, wholeMs: 20_000 };
const source = () => Readable.from([Buffer.from('clean')]);
const portOf = (url: string, given = {}) => createClamavScan(url, { ...limits, ...given }).port;

scanConformance('clamd imitated', async (t) => {
  const url = await startServer(t, behaveLikeClamd(limits.maxBytes));
  return { scan: portOf(url), gone: portOf(GONE), maxBytes: limits.maxBytes };
});

scanConformance('clamd imitated, supervised', async (t) => {
  const url = await startServer(t, behaveLikeClamd(limits.maxBytes));
  const guarded = (address: string) => supervise(createClamavScan(address, limits), defaultPolicy, []);
  return { scan: guarded(url), gone: guarded(GONE), maxBytes: limits.maxBytes };
});

for (const [name, url] of Object.entries({
  TCP: process.env.TEST_CLAMAV_URL,
  socket: process.env.TEST_CLAMAV_SOCKET_URL,
})) {
  if (!url) continue;
  const gone = url.startsWith('unix:') ? `${url}-gone` : GONE;
  scanConformance(`clamd by ${name}`, async () => ({
    scan: portOf(url),
    gone: portOf(gone),
    maxBytes: limits.maxBytes,
  }));

  test(`clamd by ${name}: answers when asked for health`, async () => {
    await createClamavScan(url, limits).probe();
  });

  test(`clamd by ${name}: a file above clamd’s own limit, when ours is higher, is never clean`, async () => {
    const scan = portOf(url, { maxBytes: 1_000_000_000 });
    async function* endless() {
      for (let sent = 0; sent < 100; sent++) yield Buffer.alloc(1_000_000);
    }
    const verdict = await scan.scan(endless()).catch(() => 'thrown');
    assert.ok(verdict === 'thrown' || (typeof verdict === 'object' && verdict.verdict === 'unscannable'));
  });
}

/** Answers `text` when the end mark has come, or at once. */
function answers(text: string, atOnce = false) {
  return (socket: Socket): void => {
    if (atOnce) socket.write(text);
    socket.on('data', (chunk: Buffer) => {
      if (!atOnce && chunk.subarray(-4).readUInt32BE() === 0) socket.end(text);
    });
  };
}

const badAnswers: Record<string, (socket: Socket) => void> = {
  'an OK before all was sent': answers('stream: OK\0', true),
  'an OK without its end': answers('stream: OK'),
  'an OK with more behind it': answers('stream: OK\0stream: Virus FOUND\0'),
  'an OK of something else': answers('other: OK\0'),
  'an OK in lower case': answers('stream: ok\0'),
  'an empty answer': answers('\0'),
  'no answer': answers(''),
  'an error of its own': answers("stream: Can't allocate memory ERROR\0"),
  'a time-out of its own': answers('COMMAND READ TIMED OUT\0'),
  'an answer without end': answers('x'.repeat(100_000)),
  'a signature without a name': answers('stream:  FOUND\0'),
  'a close at once': (socket: Socket) => void socket.destroy(),
  'a close midway': (socket: Socket) => void socket.on('data', () => socket.destroy()),
  'a reset midway': (socket: Socket) => void socket.on('data', () => socket.resetAndDestroy()),
};
for (const [what, behave] of Object.entries(badAnswers)) {
  test(`clamd: ${what} is thrown, never clean`, async (t) => {
    const scan = portOf(await startServer(t, behave));
    const stuck = new Readable({ read() {} }); // nothing after its first bytes: all that can come is the answer
    stuck.push('clean');

    await assert.rejects(scan.scan(what.includes('before') ? stuck : source()));
  });
}

test('clamd: silence before the connection, while bytes are sent or after the last byte is thrown in time', async (t) => {
  const silent = await startServer(t, (socket) => void socket.resume());
  const full = await startServer(t, (socket) => void socket.pause());
  async function* endless() {
    for (;;) yield Buffer.alloc(1_000_000);
  }
  const startedMs = performance.now();

  await assert.rejects(portOf(silent, { wholeMs: 300 }).scan(source()), /no verdict/);
  await assert.rejects(portOf(full, { maxBytes: Infinity, idleMs: 300 }).scan(endless()), /progress/);

  assert.ok(performance.now() - startedMs < 5000);
});

test('clamd: an infection that is reported early counts', async (t) => {
  const url = await startServer(t, answers('stream: Virus FOUND\0', true));
  const stuck = new Readable({ read() {} });
  assert.deepEqual(await portOf(url).scan(stuck), { verdict: 'infected', signature: 'Virus' });
  assert.ok(stuck.destroyed);
});

test('clamd: a file that it did not read completely is unscannable', async (t) => {
  const verdictOf = async (text: string) => portOf(await startServer(t, answers(text))).scan(source());

  assert.deepEqual(await verdictOf('INSTREAM size limit exceeded. ERROR\0'), {
    verdict: 'unscannable',
    reason: 'too_large',
  });
  assert.deepEqual(await verdictOf('stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0'), {
    verdict: 'unscannable',
    reason: 'limits',
  });
  assert.deepEqual(await verdictOf('stream: Heuristics.Encrypted.Zip FOUND\0'), {
    verdict: 'unscannable',
    reason: 'encrypted',
  });
});

test('clamd: nothing is clean while it says OK of what it skips, and health says why', async (t) => {
  let isAlerting = false;
  const url = await startServer(t, (socket) => behaveLikeClamd(limits.maxBytes, isAlerting)(socket));
  const { port, probe } = createClamavScan(url, limits);

  await assert.rejects(port.scan(source()), /AlertExceedsMax/);
  await assert.rejects(probe(), /AlertExceedsMax/);
  assert.equal((await port.scan(Readable.from([Buffer.from(EICAR_HALVES.join(''))]))).verdict, 'infected');
  isAlerting = true;

  assert.equal((await port.scan(source())).verdict, 'clean');
  await probe();
});

test('clamd: an answer in pieces is one answer', async (t) => {
  const verdicts = ['OK', 'Heuristics.Limits.Exceeded.MaxRecursion FOUND'];
  const url = await startServer(t, (socket) => {
    socket.on('data', (chunk: Buffer) => {
      if (chunk.subarray(-4).readUInt32BE() !== 0) return;
      socket.write('stream: ');
      setTimeout(() => socket.end(`${verdicts.shift()}\0`), 20);
    });
  });
  assert.deepEqual(await portOf(url).scan(source()), { verdict: 'clean' });
});

test('clamd: a slow scanner slows down the source', async (t) => {
  const url = await startServer(t, (socket) => void socket.pause());
  let read = 0;
  async function* counted() {
    for (;;) {
      read += 65_536;
      yield Buffer.alloc(65_536);
    }
  }
  await assert.rejects(portOf(url, { maxBytes: Infinity }).scan(counted()));
  assert.ok(read < 20_000_000, `${read} bytes`); // what two sockets hold, and no more
});

test('clamd: health reports a scanner that is unreachable, or another service', async (t) => {
  const other = await startServer(t, (socket) => void socket.end('220 mail.example\0'));
  await assert.rejects(createClamavScan(GONE, limits).probe(), { code: 'ECONNREFUSED' });
  await assert.rejects(createClamavScan(other, limits).probe(), /220/);
});

test('without a scanner no file is clean', async () => {
  const infected = Readable.from(EICAR_HALVES);
  assert.deepEqual(await createNoScan().port.scan(infected), { verdict: 'unscanned' });
  assert.ok(infected.destroyed);
});
