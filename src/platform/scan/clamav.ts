import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { strToU8, zipSync } from 'fflate';
import { discard, hold } from '#platform/resilience/streams.ts';
import type { Driver } from '#platform/resilience/port.ts';
import type { ScanPort, ScanVerdict } from './port.ts';

const MAX_ANSWER_BYTES = 4096; // a verdict is one line
const DEFAULT_PORT = 3310;
const DEEPER_THAN_ANY = 128; // clamd takes at most 100 as its MaxRecursion
const tooLarge = { verdict: 'unscannable', reason: 'too_large' } as const;

export interface ClamavLimits {
  /** Below clamd's StreamMaxLength: clamd's own refusal is often lost with the connection. */
  readonly maxBytes: number;
  readonly connectMs: number;
  /** Longest pause of source or clamd while bytes are sent; below clamd's ReadTimeout. */
  readonly idleMs: number;
  /** From the start to the verdict; above clamd's MaxScanTime. */
  readonly wholeMs: number;
}

export const clamavLimits: ClamavLimits = {
  maxBytes: 25_000_000,
  connectMs: 5000,
  idleMs: 20_000,
  wholeMs: 300_000,
};

/**
 * Scans with clamd at `tcp://host:port` or `unix:/path`. The protocol is implemented here because the npm client sends
 * empty chunks, whose length of zero means the end: the bytes after one would not be scanned.
 *
 * clamd reports files that it skipped because of its limits as OK, unless it is configured with `AlertExceedsMax yes`:
 * nothing is clean until it has shown that it is. Its MaxFileSize and MaxScanSize must not be below StreamMaxLength.
 */
export function createClamavScan(url: string, limits: ClamavLimits = clamavLimits): Driver<ScanPort> {
  const address = toAddress(url);
  let isAlerting = false; // since the last failure: it may have been started again with other settings

  async function checked(source: AsyncIterable<Uint8Array>): Promise<ScanVerdict> {
    try {
      const result = await scan(address, source, limits);
      if (result.verdict === 'clean') await requireAlerts();
      return result;
    } catch (error) {
      isAlerting = false;
      throw error;
    }
  }

  /** @throws when clamd says OK of what it has not read whole */
  async function requireAlerts(): Promise<void> {
    if (isAlerting) return;
    const { verdict } = await scan(address, toStream(tooDeep()), { ...limits, maxBytes: Infinity });
    if (verdict !== 'unscannable')
      throw new Error('clamd answers OK for what it skips: set AlertExceedsMax yes in its configuration');
    isAlerting = true;
  }

  return {
    name: 'scan',
    idempotent: [],
    consumes: { scan: 0 },
    allowedMs: { scan: limits.wholeMs },
    port: { scan: checked },
    async probe() {
      const connection = openConnection(address, limits);
      try {
        await connection.write('zPING\0');
        const answer = await connection.answer;
        if (answer !== 'PONG') throw unexpected(answer);
      } finally {
        connection.close();
      }
      await requireAlerts();
    },
  };
}

async function scan(
  address: NetConnectOpts,
  source: AsyncIterable<Uint8Array>,
  limits: ClamavLimits,
): Promise<ScanVerdict> {
  hold(source);
  const connection = openConnection(address, limits);
  try {
    // The answer may come before everything is sent; then it does not matter that sending fails.
    const first = await Promise.race([send(connection, source, limits.maxBytes), connection.answer]);
    if (first === tooLarge) return tooLarge;
    return toVerdict(await connection.answer, connection.isWhole());
  } finally {
    connection.close();
    discard(source);
  }
}

/** Sends `source` and the end mark; answers `tooLarge` if it is too large, else null. */
async function send(connection: Connection, source: AsyncIterable<Uint8Array>, maxBytes: number) {
  let bytes = 0;
  await connection.write('zINSTREAM\0');
  for await (const chunk of source) {
    if (chunk.byteLength === 0) continue; // its length would be the end mark
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return tooLarge;
    await connection.write(lengthOf(chunk), chunk);
  }
  await connection.end();
  return null;
}

/** Archives in archives, which clamd does not read to the innermost one. */
function tooDeep(): Uint8Array {
  let inner: Uint8Array = strToU8('x');
  for (let depth = 0; depth < DEEPER_THAN_ANY; depth++) inner = zipSync({ a: [inner, { level: 0 }] });
  return inner;
}

async function* toStream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function lengthOf(chunk: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(chunk.byteLength);
  return length;
}

type Connection = ReturnType<typeof openConnection>;

/** A connection for one answer. `answer` rejects when the connection ends before a complete answer. */
function openConnection(address: NetConnectOpts, { connectMs, idleMs, wholeMs }: ClamavLimits) {
  const socket: Socket = connect(address);
  const { promise: answer, resolve, reject } = Promise.withResolvers<string>();
  answer.catch(() => {}); // it may reject before it is awaited
  let received = Buffer.alloc(0);
  let isWhole = false;
  let waitsFor = 'a connection';
  const whole = setTimeout(() => socket.destroy(new Error(`clamd gave no verdict within ${wholeMs} ms`)), wholeMs);

  socket.setTimeout(connectMs);
  socket.on('connect', () => {
    waitsFor = 'progress';
    socket.setTimeout(idleMs);
  });
  socket.on('timeout', () => socket.destroy(new Error(`waited too long for ${waitsFor} with clamd`)));
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    const end = received.indexOf(0);
    if (end >= 0 && end < received.length - 1) socket.destroy(new Error('clamd sent more than one answer'));
    else if (end >= 0) resolve(received.toString('utf8', 0, end));
    else if (received.length > MAX_ANSWER_BYTES)
      socket.destroy(new Error(`clamd sent an answer of more than ${MAX_ANSWER_BYTES} bytes`));
  });
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('clamd closed the connection without a verdict')));

  /** Resolves when the parts are sent, so that only one chunk is in memory. */
  async function write(...parts: (string | Uint8Array)[]): Promise<void> {
    try {
      await new Promise<void>((done, failed) => {
        socket.cork();
        for (const part of parts.slice(0, -1)) socket.write(part);
        socket.write(parts.at(-1) ?? '', (error) => (error ? failed(error) : done()));
        socket.uncork();
      });
    } catch (error) {
      await answer; // rejects with the reason why the connection failed
      throw error;
    }
  }

  return {
    answer,
    write,
    /** Writes the end mark; from then on clamd scans and may be silent. */
    end(): Promise<void> {
      isWhole = true;
      socket.setTimeout(0);
      return write(lengthOf(new Uint8Array()));
    },
    isWhole: () => isWhole,
    close(): void {
      clearTimeout(whole);
      socket.destroy();
    },
  };
}

function toVerdict(answer: string, wasSentWhole: boolean): ScanVerdict {
  if (answer === 'stream: OK' && wasSentWhole) return { verdict: 'clean' };
  if (answer === 'INSTREAM size limit exceeded. ERROR') return tooLarge;
  const { signature } = /^stream: (?<signature>.+) FOUND$/.exec(answer)?.groups ?? {};
  if (!signature) throw unexpected(answer);
  if (signature.startsWith('Heuristics.Limits.Exceeded')) return { verdict: 'unscannable', reason: 'limits' };
  if (signature.startsWith('Heuristics.Encrypted')) return { verdict: 'unscannable', reason: 'encrypted' };
  return { verdict: 'infected', signature };
}

function unexpected(answer: string): Error {
  return new Error(`clamd answered ${JSON.stringify(answer.slice(0, 200))}`);
}

function toAddress(url: string): NetConnectOpts {
  if (url.startsWith('unix:')) return { path: url.slice('unix:'.length) };
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || DEFAULT_PORT) };
}
