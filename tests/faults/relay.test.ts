import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '@clickhouse/client';
import { loggingPermissions } from '#modules/logging/contract.ts';
import {
  createClickHouseDatabase,
  openWithClickHouse,
  relayEvents,
  runRelay,
  withoutClickHouse,
} from '#testing/logging/stores.ts';
import { killRelay } from './relay-process.ts';
import { isLong } from './stage.ts';

const KILLS = isLong ? 50 : 5;
const EACH = 2000; // events before each kill: a copy of them takes a tenth of a second
const MOST_MS = 250;
const MINUTES_MS = 180_000;

test(
  'after kill -9 of the process that copies to ClickHouse, at any moment, each event is found once',
  { skip: withoutClickHouse, timeout: 60_000 + KILLS * 10_000 },
  async (t) => {
    const clickHouseUrl = await createClickHouseDatabase(t);
    const client = createClient({ url: clickHouseUrl });
    t.after(() => client.close());
    const app = await openWithClickHouse(t, { environment: { CLICKHOUSE_URL: clickHouseUrl } });
    const sara = app.signIn(loggingPermissions.read, loggingPermissions.write);
    const copied = async () => {
      const rows = await client.query({
        query: 'select toUInt32(count()) as n from logging_event',
        format: 'JSONEachRow',
      });
      return (await rows.json<{ n: number }>())[0]?.n ?? 0;
    };
    await runRelay(app); // there is a table
    const sent: string[] = [];
    const progress: number[] = [];

    for (let kill = 0; kill < KILLS; kill++) {
      const events = Array.from({ length: EACH }, (_, n) => ({ message: `word k${kill} n${n}` }));
      const { status, body } = await sara.post('/logging/events/bulk', { events });
      assert.equal(status, 200);
      sent.push(...body.accepted.map(({ id }: { id: string }) => id));
      app.pass(MINUTES_MS);
      const aheadMs = MINUTES_MS * (kill + 1);
      await killRelay({ databaseUrl: app.databaseUrl, clickHouseUrl, aheadMs }, (MOST_MS * kill) / KILLS);
      progress.push(await copied());
    }
    t.diagnostic(`rows in ClickHouse after each kill: ${progress.join(' ')}`);
    await relayEvents(app); // and what is left
    const { rows: left } = await app.database.pool.query('select 1 from logging.event');
    const found = await client.query({
      query: 'select toString(id) as id from logging_event final',
      format: 'JSONEachRow',
    });
    const ids = (await found.json<{ id: string }>()).map(({ id }) => id);
    const { body: histogram } = await sara.get('/logging/histogram?query=word');

    assert.equal(left.length, 0);
    assert.ok(
      progress.some((count) => count % EACH !== 0 || count < sent.length),
      'no kill came before the end of a copy',
    );
    assert.deepEqual(ids.toSorted(), sent.toSorted());
    assert.equal(histogram.totalCount, sent.length);
  },
);
