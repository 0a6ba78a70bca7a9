import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { loadConfig } from '#platform/config/load.ts';
import { createLog } from '#platform/log/pino.ts';
import { SECRET, testApp } from '#testing/app.ts';
import { recordMany } from '#testing/trail/trail.ts';
import { createApp } from '../../app.ts';

test('entries of a process that died after its notification are chained by another process before the next poll', async (t) => {
  const app = await testApp(t);
  await recordMany(app, 1);
  const config = loadConfig({
    DATABASE_URL: app.databaseUrl,
    BONYAN_SECRET: SECRET,
    BONYAN_DATA_DIR: app.dataDir,
    BONYAN_LOG_LEVEL: 'silent',
  });
  const other = await createApp({ config, kind: 'worker', log: createLog('silent') });
  t.after(() => other.close());
  await other.prepare();
  other.background.start();
  await other.audit.sealer.drain();
  const sizeOf = async () =>
    (await app.database.pool.query<{ size: number }>('select size from audit.head')).rows[0]?.size ?? 0;
  const before = await sizeOf();
  const id = newId();

  // What a unit leaves behind when its process dies right after the notification.
  await app.database.pool.query(
    `with e as (
       insert into audit.entry select $1, timestamp_utc, actor_type, actor_id, action, resource_type, resource_id, outcome,
         request_id, trace_id, payload_hash, subject_id from audit.entry limit 1
     ), u as (insert into audit.unsealed (entry_id) values ($1))
     select pg_notify('bonyan', '{"from":"gone","changed":["sealing"]}')`,
    [id],
  );
  const beganMs = performance.now();
  while ((await sizeOf()) === before && performance.now() - beganMs < 5000);
  const tookMs = performance.now() - beganMs;
  await other.background.stop(1000);

  assert.ok(tookMs < 1500, `${tookMs} ms`); // a second is promised; the poll comes every two
});
