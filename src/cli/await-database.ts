import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createLinks } from '#kernel/links.ts';
import type { Config } from '#platform/config/load.ts';
import { databaseErrors, isConnectionLoss } from '#platform/database/pool.ts';
import type { Log } from '#platform/log/port.ts';

const CONNECT_MS = 3000;
const PAUSE_MS = 500;
const RETRY_AFTER = '2'; // seconds
const UNKNOWN_HOST = new Set(['ENOTFOUND', 'EAI_AGAIN']); // for example a container that has not started yet

/**
 * Resolves when the database at `DATABASE_URL` answers. A refusal counts as an answer: a wrong password is an error
 * that the start reports. It also resolves when `stop` is aborted. Until then `/health/live` answers 200, and everything else 503 with the reason.
 */
export async function untilDatabaseAnswers(
  config: Config,
  kind: 'serve' | 'worker',
  log: Log,
  stop: AbortSignal,
): Promise<void> {
  const { databaseUrl: url } = config;
  if (url === null || !(await isUnreachable(url))) return;
  log.warn({}, 'the database at DATABASE_URL does not answer; the start continues when it does');
  const standIn = kind === 'serve' ? await openStandIn(config) : null;
  while (!stop.aborted && (await isUnreachable(url))) await sleep(PAUSE_MS, null, { signal: stop }).catch(() => {});
  await standIn?.close();
}

async function isUnreachable(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_MS });
  client.on('error', () => {}); // `connect` rejects with it
  try {
    await client.connect();
    return false;
  } catch (error) {
    const isUnknown = error instanceof Error && 'code' in error && UNKNOWN_HOST.has(String(error.code));
    return isUnknown || isConnectionLoss(error) || isTimeout(error);
  } finally {
    await client.end().catch(() => {});
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('timeout expired'); // the driver's error has no code
}

/** A temporary server that answers health checks, and 503 to everything else. */
async function openStandIn({ host, port, publicUrl }: Config) {
  const links = createLinks(publicUrl);
  const { code, status, message: title } = databaseErrors.unavailable();
  const database = { name: 'database', status: 'unhealthy', latencyMs: 0 };
  const server = createServer((request, response) => {
    const path = links.own(request.url ?? '/').split('?')[0] ?? '/';
    const answer = (httpStatus: number, type: string, body: object) =>
      response
        .writeHead(httpStatus, { 'content-type': type, 'cache-control': 'no-store', 'retry-after': RETRY_AFTER })
        .end(JSON.stringify(body));
    if (path === '/health/live') answer(200, 'application/json', { status: 'healthy' });
    else if (path === '/health' || path === '/health/ready')
      answer(path === '/health' ? 200 : 503, 'application/json', { status: 'unhealthy', components: [database] });
    else {
      const [type, instance] = [links.path(`/problems/${code}`), links.path(path)];
      answer(503, 'application/problem+json', { type, title, status, code, instance });
    }
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return {
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
