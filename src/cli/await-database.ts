import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Config } from '#platform/config/load.ts';
import { databaseErrors, isConnectionLoss } from '#platform/database/pool.ts';
import type { Log } from '#platform/log/port.ts';

const CONNECT_MS = 3000;
const PAUSE_MS = 500;
const RETRY_AFTER = '2'; // seconds
const NAMES_UNKNOWN = new Set(['ENOTFOUND', 'EAI_AGAIN']); // as of a container that is not there yet

/**
 * Resolves when the database of `DATABASE_URL` answers, be it by a refusal: a wrong password is a mistake, and told by
 * the start. Until then a server lives, is not ready and says why.
 */
export async function untilDatabaseAnswers(config: Config, kind: 'serve' | 'worker', log: Log): Promise<void> {
  const { databaseUrl: url } = config;
  if (url === null || !(await isAway(url))) return;
  log.warn({}, 'the database does not answer; the start goes on when it does');
  const standIn = kind === 'serve' ? await openStandIn(config) : null;
  while (await isAway(url)) await sleep(PAUSE_MS);
  await standIn?.close();
}

async function isAway(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_MS });
  client.on('error', () => {}); // `connect` rejects with it
  try {
    await client.connect();
    return false;
  } catch (error) {
    const isUnknown = error instanceof Error && 'code' in error && NAMES_UNKNOWN.has(String(error.code));
    return isUnknown || isConnectionLoss(error) || isTimeout(error);
  } finally {
    await client.end().catch(() => {});
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('timeout expired'); // the driver's words, without a code
}

/** Answers as the server will, of what there is to say without a database. */
async function openStandIn({ host, port }: Config) {
  const { code, status, message: title } = databaseErrors.unavailable();
  const database = { name: 'database', status: 'unhealthy', latencyMs: 0 };
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    const answer = (of: number, type: string, body: object) =>
      response
        .writeHead(of, { 'content-type': type, 'cache-control': 'no-store', 'retry-after': RETRY_AFTER })
        .end(JSON.stringify(body));
    if (path === '/health/live') answer(200, 'application/json', { status: 'healthy' });
    else if (path === '/health' || path === '/health/ready')
      answer(path === '/health' ? 200 : 503, 'application/json', { status: 'unhealthy', components: [database] });
    else answer(503, 'application/problem+json', { type: `/problems/${code}`, title, status, code, instance: path });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return {
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
