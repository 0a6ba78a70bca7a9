import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';

/** How often each thing goes wrong, of a hundred messages. */
const FAULTS = { unwell: 3, busy: 3, silent: 2, refused: 2, slow: 4 };
const SLOW_MS = 300;

/** A gateway that fails, dawdles, refuses, and breaks off after it has taken a message; it remembers what it took by its key. */
export async function startGateway(t: TestContext) {
  const taken = new Map<string, number>();
  const server = createServer((request, response) => {
    request.resume().once('end', () => void answer());
    async function answer(): Promise<void> {
      const key = String(request.headers['idempotency-key']);
      const fault = draw();
      if (fault === 'unwell') return void response.writeHead(503).end();
      if (fault === 'busy') return void response.writeHead(429, { 'retry-after': '1' }).end();
      if (fault === 'refused') return void response.writeHead(422).end();
      if (fault === 'slow') await sleep(SLOW_MS);
      taken.set(key, (taken.get(key) ?? 0) + 1);
      if (fault === 'silent') return void request.socket.destroy(); // a yes that nobody hears
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: key }));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, taken };
}

function draw(): keyof typeof FAULTS | null {
  let left = Math.random() * 100;
  for (const [fault, share] of Object.entries(FAULTS)) {
    left -= share;
    if (left < 0) return fault as keyof typeof FAULTS;
  }
  return null;
}

/** A mail server that takes everything, and knows when it was given what to whom. */
export async function startMailSink(t: { after(fn: () => void): void }) {
  const arrivedAt = new Map<string, number>();
  const sockets = new Set<Socket>();
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
  server.on('error', () => {}); // workers are cut off on purpose
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = server.server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, arrivedAt };
}
