import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runJob } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import { createLog } from '#platform/log/pino.ts';
import { observabilityPermissions } from '../contract.ts';
import { createDeploys } from './service.ts';

test('a deploy is each change of the release that a starting server brings, back to an older one too', async (t) => {
  const app = await testApp(t);
  const operator = app.signIn(observabilityPermissions.read);
  const startedAt = Date.now() - 600_000;
  let minutes = 0;
  const start = (release: string) =>
    createDeploys({
      db: app.database.forModule(),
      release,
      now: () => new Date(startedAt + minutes++ * 60_000),
      log: createLog('silent'),
    }).note();
  const since = new Date(startedAt).toISOString();
  const listed = async (query: string) =>
    (await operator.get(`/observability/deploys?${query}`)).body.items.map(
      ({ release }: { release: string }) => release,
    );

  for (const release of ['a1', 'a1', 'b2', 'b2', 'a1']) await start(release);
  await Promise.all(['c3', 'c3', 'c3'].map(start));

  assert.deepEqual(await listed(`from=${since}`), ['c3', 'a1', 'b2', 'a1']);
  assert.deepEqual(await listed(`from=${since}&to=${new Date(startedAt + 120_000).toISOString()}`), ['a1']);
  assert.equal((await app.signIn().get(`/observability/deploys?from=${since}`)).status, 403);
  assert.equal((await operator.get('/observability/deploys')).status, 400);
});

test('deploys that are a year old are deleted', async (t) => {
  const app = await testApp(t);
  await app.database.pool.query(
    `insert into observability.deploy (at, release)
     values (now() - interval '366 days', 'old'), (now() - interval '364 days', 'kept')`,
  );

  await runJob(app, 'observability.forget');

  const { rows } = await app.database.pool.query('select release from observability.deploy order by at');
  assert.deepEqual(rows, [{ release: 'kept' }]);
});
