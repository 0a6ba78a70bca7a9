import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { createLog } from '#platform/log/pino.ts';
import { testApp } from '#testing/app.ts';
import { openSignals, type Signal } from './signals.ts';

test('foreign messages on the channel are ignored, and a later signal of a node is received', async (t) => {
  const { database, databaseUrl } = await testApp(t);
  const [one, other] = [newId(), newId()];
  const sender = await openSignals(databaseUrl, one, createLog('silent'));
  const hearing = await openSignals(databaseUrl, other, createLog('silent'));
  t.after(() => Promise.all([sender.close(), hearing.close()]));
  const received: (readonly Signal[])[] = [];
  const acknowledged: string[] = [];
  hearing.onAcknowledged((_, snapshot) => acknowledged.push(snapshot));
  const arrived = new Promise<void>((resolve) =>
    hearing.onChanged((changed) => {
      received.push(changed);
      if (changed.includes('inbox')) resolve();
    }),
  );

  for (const payload of ['', 'hello', 'null', '[]', '{}', '{"from":1}', `{"from":"${one}","changed":"work"}`])
    await database.pool.query(`select pg_notify('bonyan', $1)`, [payload]);
  await database.pool.query(`select pg_notify('bonyan', $1)`, [`{"from":"${one}","read":"${'9'.repeat(9)}"}`]);
  sender.send(['inbox']);
  await arrived;

  assert.deepEqual([received.filter((changed) => changed.includes('inbox')), acknowledged], [[['inbox']], []]);
});
