import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { listenSmtp } from '#testing/servers/listen.ts';

/** How many of a hundred messages get each fault. */
const FAULTS = { unwell: 3, busy: 3, silent: 2, refused: 2, slow: 4 };
const SLOW_MS = 300;

/** Messages to numbers with this prefix are always deferred. */
export const HOPELESS = '4915199';

/**
 * A gateway that fails, is slow, refuses, and cuts the connection after it has taken a message. It can be stopped and
 * started again at the same address. It records calls and taken messages by their key.
 */
export async function startGateway(t: TestContext) {
  const taken = new Map<string, number>();
  const calls = new Map<string, { to: string; at: number }[]>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.once('end', () => void answer());
    request.once('error', () => {}); // cut: the gateway or the worker was stopped
    async function answer(): Promise<void> {
      const key = keyOf(request.headers);
      const to = /\+?(?:%2B)?(49151\d+)/.exec(body)?.[1] ?? '';
      calls.set(key, [...(calls.get(key) ?? []), { to, at: Date.now() }]);
      if (to.startsWith(HOPELESS)) return void response.writeHead(429).end();
      const fault = draw();
      if (fault === 'unwell') return void response.writeHead(503).end();
      if (fault === 'busy') return void response.writeHead(429, { 'retry-after': '1' }).end();
      if (fault === 'refused') return void response.writeHead(422).end();
      if (fault === 'slow') await sleep(SLOW_MS);
      taken.set(key, (taken.get(key) ?? 0) + 1);
      if (fault === 'silent') return void request.socket.destroy(); // a success without an answer
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: key, sid: key }));
    }
  });

  async function start(port: number): Promise<number> {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  async function stop(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  const port = await start(0);
  t.after(() => (server.listening ? stop() : undefined));
  return { url: `http://127.0.0.1:${port}`, taken, calls, stop, start: () => start(port) };
}

/** The key in the header of either provider; empty if there is none. */
function keyOf(headers: IncomingHttpHeaders): string {
  return String(headers['idempotency-key'] ?? headers['i-twilio-idempotency-token'] ?? '');
}

function draw(): keyof typeof FAULTS | null {
  let left = Math.random() * 100;
  for (const [fault, share] of Object.entries(FAULTS)) {
    left -= share;
    if (left < 0) return fault as keyof typeof FAULTS;
  }
  return null;
}

/** A mail server that accepts every mail, and records when a mail arrived for each recipient. */
export async function startMailSink(t: { after(fn: () => void): void }) {
  const arrivedAt = new Map<string, number>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, { envelope }, callback) {
      stream.resume();
      stream.on('end', () => {
        for (const { address } of envelope.rcptTo) arrivedAt.set(address, performance.now());
        callback(null);
      });
    },
  });
  const host = await listenSmtp(t, server);
  return { url: `smtp://${host}`, arrivedAt };
}
