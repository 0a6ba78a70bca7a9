import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { loggingPermissions } from '../contract.ts';

const { read, write } = loggingPermissions;
const DAY_MS = 86_400_000;
const IN_ALL_WAYS = [
  ['/logging/events', { message: 'word' }],
  ['/logging/events/bulk', { events: [{ message: 'word' }] }],
  ['http://localhost/v1/logs', { resourceLogs: [] }],
] as const;

test('after the server found its disk full, ingest is refused without asking it, while search and retention go on', async (t) => {
  const environment = { BONYAN_LOGGING_KEEP_DAYS: '2', BONYAN_LOGGING_KEEP_DAYS_BY_LEVEL: 'trace=1' };
  const app = await testApp(t, { environment });
  const sara = app.signIn(read, write);
  const { pool } = app.database;
  const count = async () => (await pool.query('select count(*) as n from logging.event')).rows[0]?.['n'];
  const jobs = [...(app.modules.find(({ name }) => name === 'logging')?.jobs ?? []), ...app.background.jobs];
  const run = (name: string) => jobs.find((job) => job.name === name)?.run(new AbortController().signal);
  await sara.post('/logging/events/bulk', { events: [{ message: 'word', level: 'trace' }, { message: 'word' }] });
  await pool.query(`
    create function logging.refuse() returns trigger language plpgsql as $$
    begin raise exception 'No space left on device' using errcode = '53100'; end $$`);
  await pool.query(
    'create trigger disk_is_full before insert on logging.event for each row execute function logging.refuse()',
  );

  const met = await sara.post('/logging/events', { message: 'word' });
  await pool.query('drop trigger disk_is_full on logging.event');
  const refused = [];
  for (const [path, body] of IN_ALL_WAYS) refused.push(await sara.post(path, body));
  const found = await sara.get('/logging/events?query=word');
  const health = await sara.get('/logging/health');

  assert.equal(met.body.code, 'database.disk_full');
  for (const { status, body, headers } of refused)
    assert.deepEqual([status, body.code, headers['retry-after']], [503, 'database.disk_full', '30']);
  assert.deepEqual([found.status, found.body.items.length, health.body.status], [200, 2, 'degraded']);
  const counts = [await count()];
  app.pass(2 * DAY_MS);
  await run('logging.retention');
  counts.push(await count());
  app.pass(2 * DAY_MS);
  await run('platform.partitions');
  counts.push(await count());
  assert.deepEqual(counts, [2, 1, 0]);
});
