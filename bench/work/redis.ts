import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PORT = 26_379;

/**
 * The Redis of TEST_REDIS_URL, or one started in `folder` that syncs its log on every write; null if there is neither.
 * The given one must have its `appendfsync` at `always` for the comparison to be fair.
 */
export async function findRedis(folder: string): Promise<{ url: string; stop(): Promise<void> } | null> {
  const given = process.env['TEST_REDIS_URL'];
  if (given) return { url: given, stop: async () => {} };
  const args = ['--port', `${PORT}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  const server = spawn('redis-server', [...args, '--appendonly', 'yes', '--appendfsync', 'always'], {
    stdio: 'ignore',
    cwd: join(folder),
  });
  const isMissing = await Promise.race([once(server, 'error').then(() => true), sleep(200, false)]);
  if (isMissing) return null;
  const ended = once(server, 'exit');
  for (let tries = 0; !(await answers()); tries++) {
    if (tries === 50 || server.exitCode !== null) throw new Error('redis-server does not answer');
    await sleep(100);
  }
  return {
    url: `redis://127.0.0.1:${PORT}`,
    async stop() {
      server.kill('SIGTERM');
      await ended;
    },
  };
}

function answers(): Promise<boolean> {
  const socket = createConnection(PORT, '127.0.0.1');
  return Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)])
    .catch(() => false)
    .finally(() => socket.destroy());
}
