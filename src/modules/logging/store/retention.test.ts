import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runJob } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import { explainEverything, rowsReadBy } from '#testing/growth/plans.ts';
import { loggingPermissions } from '../contract.ts';

const DAY_MS = 86_400_000;
const environment = { BONYAN_LOGGING_KEEP_DAYS: '6', BONYAN_LOGGING_KEEP_DAYS_BY_LEVEL: 'trace=1,debug=1' };
const { write, read } = loggingPermissions;
const KEPT = 10_000;

test('levels that are kept for a shorter time go from each day and service, with their counts and what is known of them', async (t) => {
  const app = await testApp(t, { environment });
  const sara = app.signIn(write, read);
  const { pool } = app.database;
  const send = async (level: string, sourceService: string, count: number) => {
    const events = Array.from({ length: count }, () => ({ level, sourceService, message: 'word' }));
    const { status } = await sara.post('/logging/events/bulk', { events });
    assert.ok(status < 300);
  };
  for (const service of ['alpha', 'beta', 'gamma']) {
    await send('trace', service, 900);
    await send('info', service, 2);
  }
  app.pass(DAY_MS);
  await send('debug', 'beta', 3);
  await pool.query('insert into logging.corruption (event_id) select id from logging.event where source_service = $1', [
    'beta',
  ]);
  app.pass(3 * DAY_MS);
  await send('trace', 'beta', 1);

  await runJob(app, 'logging.retention');

  const { body } = await sara.get('/logging/facets?field=level');
  const { rows } = await pool.query('select count(*)::int as left from logging.corruption');
  assert.deepEqual(body.values, [
    { value: 'info', count: 6 },
    { value: 'trace', count: 1 },
  ]);
  assert.deepEqual(rows, [{ left: 2 }]);
});

test('retention reads no events of levels that stay, and forgets what is known of events of days that are gone', async (t) => {
  const watch = explainEverything();
  const app = await testApp(t, { environment });
  const sara = app.signIn(write, read);
  const { pool } = app.database;
  await sara.post('/logging/events', { level: 'info', sourceService: 'shop', message: 'word' });
  await sara.post('/logging/events', { level: 'trace', sourceService: 'shop', message: 'word' });
  const columns = `timestamp_utc, message, source_service, tags, payload, pattern, fingerprint, checksum, tokens`;
  await pool.query(
    `insert into logging.event (id, received_at, level, ${columns})
     select gen_random_uuid(), received_at, level, ${columns} from logging.event, generate_series(1, ${KEPT}) where level = 3`,
  );
  const old = `lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000'`;
  await pool.query(
    `insert into logging.corruption (event_id) select (${old})::uuid from generate_series(1, 2500) n union all
     select id from logging.event where level = 3 limit 2501`,
  );
  await pool.query('vacuum analyze logging.event, logging.corruption');
  app.pass(3 * DAY_MS);

  const { statements } = await watch.during(() => runJob(app, 'logging.retention'));

  const { rows } = await pool.query(
    `select (select count(*)::int from logging.event) as events, (select count(*)::int from logging.corruption) as known`,
  );
  assert.deepEqual(rows, [{ events: KEPT + 1, known: 1 }]);
  const most = Math.max(...statements.map(({ plan }) => rowsReadBy([plan])));
  assert.ok(most <= 2000, `one statement read ${most} rows of a table`);
});
