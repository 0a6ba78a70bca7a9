import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { EICAR_HALVES } from '../conformance/scan.ts';

/** A server on a free port that calls `behave` for each connection; closed when `t` ends. */
export async function startServer(t: TestContext, behave: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    behave(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return `tcp://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

const MAX_DEPTH = 17;

/**
 * Reads INSTREAM like clamd, up to the first length of zero, and detects one signature. It goes as deep into archives as
 * clamd; `isAlerting`: it says so where it stops, as with `AlertExceedsMax yes`.
 */
export function behaveLikeClamd(maxBytes: number, isAlerting = true) {
  return (socket: Socket): void => {
    const parts: Buffer[] = [];
    socket.on('data', (part: Buffer) => {
      parts.push(part);
      const received = Buffer.concat(parts);
      parts.splice(0, parts.length, received);
      const answer = answerTo(received, maxBytes, isAlerting);
      if (answer !== null) socket.end(`${answer}\0`);
    });
  };
}

function answerTo(received: Buffer, maxBytes: number, isAlerting: boolean): string | null {
  const command = received.subarray(0, received.indexOf(0)).toString();
  if (command === 'zPING') return 'PONG';
  const bytes: Buffer[] = [];
  let position = command.length + 1;
  while (position + 4 <= received.length) {
    const length = received.readUInt32BE(position);
    if (length === 0) return verdictOn(Buffer.concat(bytes), isAlerting);
    bytes.push(received.subarray(position + 4, position + 4 + length));
    position += 4 + length;
    if (position - command.length > maxBytes + 65_536) return 'INSTREAM size limit exceeded. ERROR';
  }
  return null;
}

function verdictOn(bytes: Buffer, isAlerting: boolean): string {
  if (bytes.includes(EICAR_HALVES.join(''))) return 'stream: Eicar-Test-Signature FOUND';
  return isAlerting && depthOf(bytes) > MAX_DEPTH
    ? 'stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND'
    : 'stream: OK';
}

/** Of archives that are stored in each other, each as the first entry. */
function depthOf(bytes: Buffer): number {
  let depth = 0;
  for (let at = 0; at + 30 <= bytes.length && bytes.readUInt32LE(at) === 0x04034b50; depth++)
    at += 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
  return depth;
}
