/**
 * A node in a separate process that copies events to ClickHouse again and again until it is killed. Its clock is ahead, so
 * that the minutes of these events are over.
 */
import type { RelayNodeOptions } from './relay-process.ts';
import { loadConfig } from '#platform/config/load.ts';
import { createLog } from '#platform/log/pino.ts';
import { SECRET } from '#testing/app.ts';
import { createApp } from '../../src/app.ts';

const { databaseUrl, clickHouseUrl, aheadMs }: RelayNodeOptions = JSON.parse(process.env['RELAY_NODE'] ?? '{}');
const app = await createApp({
  config: loadConfig({
    DATABASE_URL: databaseUrl,
    CLICKHOUSE_URL: clickHouseUrl,
    BONYAN_SECRET: SECRET,
    BONYAN_LOG_LEVEL: 'silent',
    BONYAN_LOGGING_OWN: 'off',
  }),
  kind: 'command',
  log: createLog('silent'),
  now: () => new Date(Date.now() + aheadMs),
});
await app.prepare();
const relay = app.modules.flatMap(({ jobs = [] }) => jobs).find(({ name }) => name === 'logging.relay');
process.send?.('ready');
for (;;) await relay?.run(new AbortController().signal);
