/**
 * A whole node in a separate process, which can be frozen or killed. Its clock may be wrong. The handler `probe.act` tells
 * its parent what happens, and waits, blocks or ends as the payload of the job says.
 */
import type { JobNodeOptions } from './job-process.ts';

const { url, skewMs, leaseSeconds }: JobNodeOptions = JSON.parse(process.env['JOB_NODE'] ?? '{}');
if (skewMs !== 0) {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given: []) {
      if (given.length > 0) super(...given);
      else super(Real.now() + skewMs);
    }
    static override now = () => Real.now() + skewMs;
  } as DateConstructor;
}

const { once } = await import('node:events');
const { loadConfig } = await import('#platform/config/load.ts');
const { createLog } = await import('#platform/log/pino.ts');
const { probeHandler } = await import('#testing/jobs/app.ts');
const { SECRET } = await import('#testing/app.ts');
const { createApp } = await import('../../src/app.ts');

const { handler } = probeHandler(async ({ payload, executionId, signal }) => {
  process.send?.({ begun: executionId });
  signal.addEventListener('abort', () => process.send?.({ aborted: executionId }));
  if (payload['word'] === 'wait') await once(process, 'message');
  if (payload['word'] === 'block') for (const until = performance.now() + 60_000; performance.now() < until;);
});
const app = await createApp({
  config: loadConfig({
    DATABASE_URL: url,
    BONYAN_SECRET: SECRET,
    BONYAN_LOG_LEVEL: 'silent',
    BONYAN_JOB_LEASE_SECONDS: String(leaseSeconds),
  }),
  kind: 'worker',
  log: createLog('silent'),
  handlers: [handler],
});
await app.prepare();
app.background.start();
const { rows } = await app.database.pool.query<{ id: string }>(
  `select id from platform.node where pid = $1 order by started_at desc limit 1`,
  [process.pid],
);
process.send?.({ started: rows[0]?.id });
