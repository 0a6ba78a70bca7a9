import type { TestContext } from 'node:test';
import type { Permission } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { loadConfig } from '#platform/config/load.ts';
import { createLog } from '#platform/log/pino.ts';
import { createApp } from '../../app.ts';
import { SECRET, type TestApp } from '../app.ts';

/**
 * Another process over the database of `app`, with its clock and nothing of its memory. Its only caller holds exactly
 * `permissions`.
 */
export async function openNode(
  t: TestContext,
  { databaseUrl, dataDir, now }: TestApp,
  permissions: readonly Permission[],
) {
  const config = loadConfig({
    DATABASE_URL: databaseUrl,
    BONYAN_DATA_DIR: dataDir,
    BONYAN_SECRET: SECRET,
    BONYAN_RATE_LIMIT_PER_MINUTE: '0',
    BONYAN_MAX_LOOP_DELAY_MS: '0',
    BONYAN_LOG_LEVEL: 'silent',
  });
  const caller = { type: 'user' as const, id: newId(), sessionId: null };
  const held = new Set(permissions.map(({ code }) => code));
  const app = await createApp({
    config,
    kind: 'command',
    log: createLog(config.logLevel),
    now,
    callers: (real) => ({ ...real, authenticate: () => caller, callerOf: () => caller, permissionsOf: () => held }),
  });
  await app.prepare();
  const { http } = await app.createServer();
  t.after(async () => {
    await http.close();
    await app.close();
  });
  const post = async (path: string, payload: object) => {
    const { statusCode, body } = await http.inject({ method: 'POST', url: `/api/v1${path}`, payload });
    if (statusCode >= 400) throw new Error(`${path} answers ${statusCode}: ${body}`);
  };
  return { app, post };
}
