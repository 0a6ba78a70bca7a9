import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { createClient } from '@clickhouse/client';
import { testApp, type TestApp, type TestOptions } from '../app.ts';

/** Of the ClickHouse for tests; empty when there is none. */
export const clickHouseUrl = process.env['TEST_CLICKHOUSE_URL'] ?? '';
export const withoutClickHouse = clickHouseUrl === '' && 'TEST_CLICKHOUSE_URL is not set';

const CLOSED_MS = 3 * 60_000;

/** The address of a new database in it, which is dropped when `t` ends. */
export async function createClickHouseDatabase(t: TestContext): Promise<string> {
  const name = `bonyan_test_${randomBytes(6).toString('hex')}`;
  const client = createClient({ url: clickHouseUrl });
  await client.command({ query: `create database ${name}` });
  t.after(async () => {
    await client.command({ query: `drop database ${name}` });
    await client.close();
  });
  return `${clickHouseUrl}/${name}`;
}

/** Moves what was received until now to ClickHouse: PostgreSQL has none of it any more, as after some days. */
export async function relayEvents(app: TestApp): Promise<void> {
  app.pass(CLOSED_MS);
  await runRelay(app);
  await app.database.pool.query('delete from logging.event where received_at < (select relayed_to from logging.relay)');
}

export async function runRelay(app: TestApp): Promise<void> {
  const jobs = app.modules.find(({ name }) => name === 'logging')?.jobs ?? [];
  await jobs.find(({ name }) => name === 'logging.relay')?.run(new AbortController().signal);
}

/** An app whose log events are where `places` says; `ingest` brings events there. */
export interface LogStore {
  readonly name: string;
  readonly skip: string | false;
  /** Whether a search that no index helps looks at all events at once, in place of the next 5,000. */
  readonly looksAtAll: boolean;
  open(t: TestContext, options?: TestOptions): Promise<TestApp>;
  ingest(app: TestApp, client: ReturnType<TestApp['signIn']>, events: readonly object[]): Promise<void>;
}

const AT_ONCE = 5000;

async function send(client: ReturnType<TestApp['signIn']>, events: readonly object[]): Promise<void> {
  for (let from = 0; from < events.length; from += AT_ONCE) {
    const { status, body } = await client.post('/logging/events/bulk', { events: events.slice(from, from + AT_ONCE) });
    if (status !== 200 || body.rejected.length > 0) throw new Error(`events were refused: ${JSON.stringify(body)}`);
  }
}

export async function openWithClickHouse(t: TestContext, options: TestOptions = {}): Promise<TestApp> {
  const environment = { CLICKHOUSE_URL: await createClickHouseDatabase(t), ...options.environment };
  return testApp(t, { ...options, environment });
}

/** For tests of what must be the same wherever events are. */
export const logStores: readonly LogStore[] = [
  {
    name: 'in PostgreSQL',
    skip: false,
    looksAtAll: false,
    open: testApp,
    ingest: (_, client, events) => send(client, events),
  },
  {
    name: 'in ClickHouse',
    skip: withoutClickHouse,
    looksAtAll: true,
    open: openWithClickHouse,
    async ingest(app, client, events) {
      await send(client, events);
      await relayEvents(app);
    },
  },
  {
    name: 'in both, as on their first day',
    skip: withoutClickHouse,
    looksAtAll: true,
    open: openWithClickHouse,
    async ingest(app, client, events) {
      await send(client, events);
      app.pass(CLOSED_MS);
      await runRelay(app);
    },
  },
  {
    name: 'half of them in ClickHouse',
    skip: withoutClickHouse,
    looksAtAll: true,
    open: openWithClickHouse,
    async ingest(app, client, events) {
      const half = Math.ceil(events.length / 2);
      await send(
        client,
        events.filter((_, n) => n % 2 === 0 || n > half),
      );
      await relayEvents(app);
      await send(
        client,
        events.filter((_, n) => n % 2 === 1 && n <= half),
      );
    },
  },
];
