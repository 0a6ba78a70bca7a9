import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const PATHS = (process.env['PATH'] ?? '').split(delimiter);

/** Why tests that start their own Redis are skipped; false if they can run. */
export const lacksRedis = PATHS.some((folder) => existsSync(join(folder, 'redis-server')))
  ? false
  : 'there is no redis-server on the PATH';

/** A Redis server without persistence on a free port; it can be stopped, restarted and frozen. */
export async function startRedis(t: TestContext) {
  const port = await freePort();
  let server: ChildProcess | null = null;

  async function start(): Promise<void> {
    const options = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'];
    server = spawn('redis-server', options, { stdio: 'ignore', cwd: tmpdir() });
    while (!(await answers(port))) await sleep(10);
  }

  async function stop(): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }

  await start();
  t.after(stop);
  return { url: `redis://127.0.0.1:${port}`, start, stop, freeze: () => void server?.kill('SIGSTOP') };
}

async function freePort(): Promise<number> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  holder.close();
  await once(holder, 'close');
  return port;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
