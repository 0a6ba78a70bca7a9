import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorizationErrors, authorizationPermissions } from '#modules/authorization/contract.ts';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { withoutTables } from '#platform/database/port.ts';
import { createLog } from '#platform/log/pino.ts';
import { member } from '#testing/accounts.ts';
import type { TestApp } from '#testing/app.ts';
import { jobApp, jobPermissions, jobTools } from '#testing/jobs/app.ts';
import { schedulerPermissions } from '../contract.ts';

const { read, write, manageAll } = schedulerPermissions;
/** Who may give roles with these permissions. */
const ADMIN = [...Object.values(authorizationPermissions), ...jobPermissions];

test('a job is created with what its handler suggests, listed, read and changed', async (t) => {
  const { app, sara } = await jobApp(t);
  const { status, body: job } = await sara.post('/scheduler/jobs', {
    name: 'Heartbeat',
    type: 'platform.noop',
    tags: ['x', 'X'],
  });

  const changed = await sara.put(
    `/scheduler/jobs/${job.id}`,
    { maxRetryAttempts: 5 },
    { 'if-match': `"${job.version}"` },
  );
  const stale = await sara.put(
    `/scheduler/jobs/${job.id}`,
    { maxRetryAttempts: 6 },
    { 'if-match': `"${job.version}"` },
  );
  const shown = await sara.get(`/scheduler/jobs/${job.id}`);
  const found = await Promise.all(
    ['', '?search=heart', '?tag=x', '?type=platform.noop', '?status=active', '?search=nothing', '?status=paused'].map(
      async (query) => (await sara.get(`/scheduler/jobs${query}`)).body.items.length,
    ),
  );

  assert.equal(status, 201);
  assert.deepEqual([job.status, job.maxRetryAttempts, job.concurrency, job.tags], ['active', 3, 'forbid', ['x']]);
  assert.deepEqual([changed.status, changed.body.maxRetryAttempts, stale.status], [200, 5, 412]);
  assert.deepEqual([shown.body.maxRetryAttempts, shown.body.version], [5, 2]);
  assert.deepEqual(found, [1, 1, 1, 1, 1, 0, 0]);
  const { rows } = await app.database.pool.query(`select type from platform.event where key = $1 order by pos`, [
    job.id,
  ]);
  assert.deepEqual(rows, [{ type: 'scheduler.job_created.v1' }, { type: 'scheduler.job_updated.v1' }]);
});

test('each way in which a job cannot be saved has its code', async (t) => {
  const { app, sara } = await jobApp(t);
  const reader = app.signIn(read, write);
  await sara.post('/scheduler/jobs', { name: 'Taken', type: 'platform.noop' });
  const save = async (fields: object, who = sara) => {
    const { status, body } = await who.post('/scheduler/jobs', { name: 'New', ...fields });
    return `${status} ${body.code} ${body.errors?.[0]?.path ?? ''}`.trim();
  };

  assert.equal(await save({ type: 'no.such' }), '400 scheduler.handler_unknown');
  assert.equal(
    await save({ type: 'http.request', payload: { url: 'https://example.com' } }, reader),
    '403 scheduler.handler_forbidden',
  );
  assert.equal(await save({ type: 'platform.noop', name: 'taken' }), '409 scheduler.name_taken');
  assert.equal(
    await save({ type: 'platform.noop', payload: { waitMs: 'x' } }),
    '400 scheduler.payload_invalid /payload/waitMs',
  );
  assert.equal(
    await save({ type: 'platform.noop', payload: { other: 1 } }),
    '400 scheduler.payload_invalid /payload/other',
  );
  assert.equal(await save({ type: 'http.request', payload: {} }), '400 scheduler.payload_invalid /payload/url');
  for (const url of [
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://10.0.0.1/',
    'http://169.254.169.254/',
    'ftp://example.com/',
    'https://u:p@example.com/',
  ])
    assert.equal(
      await save({ type: 'http.request', payload: { url } }),
      '400 scheduler.payload_invalid /payload/url',
      url,
    );
});

test('secrets of a payload are encrypted, masked in every answer, table, report and log line, kept when sent masked, and given to the handler', async (t) => {
  const secret = 'very-secret-word';
  const lines: string[] = [];
  const log = createLog('trace', { write: (line: string) => void lines.push(line) });
  const { app, sara, job, runs, executions } = await jobApp(
    t,
    (run) => {
      run.log(`the token is ${String(run.payload['token'])}`);
      throw new Error(`refused ${String(run.payload['token'])}`);
    },
    { log },
  );
  const id = await job({ payload: { word: 'open', token: secret } });
  await sara.put(`/scheduler/jobs/${id}`, { payload: { word: 'other', token: '***' } });
  const { body: started } = await sara.post(`/scheduler/jobs/${id}/run`);
  await app.drain();

  const { body: shown } = await sara.get(`/scheduler/jobs/${id}`);
  const { body: execution } = await sara.get(`/scheduler/executions/${started.executionId}`);
  assert.deepEqual(shown.payload, { word: 'other', token: '***' });
  assert.equal(runs[0]?.payload['token'], secret);
  assert.equal(execution.error, 'refused ***');
  assert.equal(execution.log[0].text, 'the token is ***');
  assert.equal((await executions(id)).length, 1);
  assert.deepEqual(await tablesWith(app, secret), []);
  const report = await app.http.inject({
    url: '/api/v1/scheduler/jobs/report',
    headers: { 'x-test-caller': sara.userId },
  });
  assert.ok(report.body.includes('refused ***') && !report.body.includes(secret));
  assert.equal(lines.length > 0 && lines.join('').includes(secret), false);
});

test('a job of somebody else is not found, and an access list gives each right alone', async (t) => {
  const { app, sara, job } = await jobApp(t);
  const id = await job();
  const stranger = app.signIn(...jobPermissions.filter((each) => each !== manageAll));
  const admin = app.signIn(...jobPermissions);
  const paths = ['', '/schedule', '/logs', '/dependencies', '/permissions'];

  for (const path of paths) {
    const { status, body } = await stranger.get(`/scheduler/jobs/${id}${path}`);
    assert.deepEqual([status, body.code], [404, 'scheduler.not_found'], path);
  }
  assert.equal((await admin.get(`/scheduler/jobs/${id}`)).status, 200);
  assert.equal((await sara.get(`/scheduler/jobs/${newId()}`)).status, 404);
  assert.equal((await stranger.get('/scheduler/jobs')).body.items.length, 0);
  const unknown = await sara.put(`/scheduler/jobs/${id}/permissions`, {
    subjectType: 'user',
    subjectValue: newId(),
    canRead: true,
  });
  assert.deepEqual([unknown.status, unknown.body.code], [404, authorizationErrors.userNotFound.code]);
});

test('the duties of the program are jobs: administrators see, run and pause them, and nobody changes them', async (t) => {
  const { app, sara } = await jobApp(t);
  const admin = app.signIn(...jobPermissions);
  const { body } = await admin.get('/scheduler/jobs?tag=program&pageSize=100');
  const tidy = body.items.find(({ type }: { type: string }) => type === 'platform.forget');

  const hidden = await sara.get(`/scheduler/jobs/${tidy.id}`);
  const started = await admin.post(`/scheduler/jobs/${tidy.id}/run`);
  await app.drain();
  const { body: logs } = await admin.get(`/scheduler/jobs/${tidy.id}/logs`);
  const paused = await admin.post(`/scheduler/jobs/${tidy.id}/pause`, {});
  const changed = await admin.put(`/scheduler/jobs/${tidy.id}`, { name: 'Mine' });
  const deleted = await admin.delete(`/scheduler/jobs/${tidy.id}`);

  assert.equal(hidden.status, 404);
  assert.deepEqual([started.status, logs.items[0].status], [202, 'succeeded']);
  assert.deepEqual([paused.status, paused.body.status], [200, 'paused']);
  assert.deepEqual([changed.body.code, deleted.body.code], ['scheduler.job_declared', 'scheduler.job_declared']);
  assert.ok(body.items.some(({ type }: { type: string }) => type === 'scheduler.cleanup_executions'));
});

test('who may manage a job and not use its type cannot make it run in any way', async (t) => {
  const { app, job } = await jobApp(t);
  const id = await job({ type: 'http.request', payload: { url: 'https://example.com' } });
  const other = await job();
  const admin = app.signIn(...jobPermissions.filter(({ code }) => code !== schedulerPermissions.http.code));
  const ways = {
    run: () => admin.post(`/scheduler/jobs/${id}/run`),
    schedule: () => admin.post(`/scheduler/jobs/${id}/schedule`, { type: 'interval', intervalSeconds: 60 }),
    dependency: () => admin.post(`/scheduler/jobs/${id}/dependencies`, { dependsOnJobId: other }),
    catchUp: () => admin.post(`/scheduler/jobs/${id}/resume`, { catchUp: true }),
  };

  for (const [name, way] of Object.entries(ways)) {
    const { status, body } = await way();
    assert.deepEqual([status, body.code], [403, 'scheduler.handler_forbidden'], name);
  }
  assert.equal((await admin.post(`/scheduler/jobs/${id}/pause`, {})).status, 200);
  assert.equal((await admin.post(`/scheduler/jobs/${id}/resume`, {})).status, 200);
});

test('a deactivated job keeps its executions, and does not run', async (t) => {
  const { app, sara, job, schedule, executions } = await jobApp(t);
  const id = await job();
  await schedule(id, { type: 'interval', intervalSeconds: 60 });
  await sara.post(`/scheduler/jobs/${id}/run`);
  await app.drain();

  const deleted = await sara.delete(`/scheduler/jobs/${id}`);
  await app.drain(600_000);
  const run = await sara.post(`/scheduler/jobs/${id}/run`);

  assert.equal(deleted.status, 204);
  assert.deepEqual(
    (await executions(id)).map(({ status }: { status: string }) => status),
    ['succeeded'],
  );
  assert.deepEqual([run.status, run.body.code, run.body.status], [409, 'scheduler.not_runnable', 409]);
});

test('what is stored about a person is their jobs, and erasing them deletes these with their executions', async (t) => {
  const { app, sara, job } = await jobApp(t);
  const id = await job({ payload: { token: 'very-secret-word' } });
  await sara.post(`/scheduler/jobs/${id}/run`);
  await app.drain();
  const { privacy } = app.modules.find(({ name }) => name === 'scheduler') ?? {};
  const exported = (await privacy?.export(sara.userId)) as { jobs: AsyncIterable<{ id: string; payload: object }> };
  const jobs = await Array.fromAsync(exported.jobs);

  await app.database.units.write(system('platform'), async (unit) => privacy?.erase(withoutTables(unit), sara.userId));

  assert.deepEqual(
    jobs.map((each) => [each.id, each.payload]),
    [[id, { token: '***' }]],
  );
  const { rows } = await app.database.pool.query(
    `select id from scheduler.job where owner_id = $1 union all select id from scheduler.execution where job_id = $2`,
    [sara.userId, id],
  );
  assert.deepEqual(rows, []);
});

test('many jobs and executions of an erased person go in bounded batches, and runs that they have started stay', async (t) => {
  const { app, sara, job } = await jobApp(t);
  const ali = app.signIn(...jobPermissions);
  const [own, other] = [await job(), await jobTools(app, ali).job({ name: newId() })];
  const { pool } = app.database;
  await pool.query(
    `insert into scheduler.job (id, name, description, type, owner_id, payload, max_retry_attempts, retry_backoff_seconds, backoff,
       max_execution_seconds, max_consecutive_failures, concurrency, priority)
     select gen_random_uuid(), 'more ' || n, description, type, owner_id, payload, max_retry_attempts, retry_backoff_seconds, backoff,
       max_execution_seconds, max_consecutive_failures, concurrency, priority
     from scheduler.job, generate_series(1, 250) n where id = $1`,
    [own],
  );
  await pool.query(
    `insert into scheduler.execution (id, job_id, type, status, triggered_by, triggered_by_id, occurrence_at_utc,
       scheduled_at_utc, max_attempts)
     select gen_random_uuid(), id, type, 'succeeded', 'manual', $1, now(), now(), 1
     from scheduler.job, generate_series(1, 2200) where id = any($2)`,
    [sara.userId, [own, other]],
  );
  const left = async () => {
    const { rows } = await pool.query(
      `select (select count(*)::int from scheduler.job where owner_id = $1) as jobs, count(*)::int as runs,
         count(triggered_by_id)::int as started from scheduler.execution where job_id = any($2)`,
      [sara.userId, [own, other]],
    );
    return rows[0];
  };
  const { privacy } = app.modules.find(({ name }) => name === 'scheduler') ?? {};

  await app.database.units.write(system('platform'), async (unit) => privacy?.erase(withoutTables(unit), sara.userId));
  const first = await left();
  await app.drain();

  assert.deepEqual(first, { jobs: 251, runs: 3400, started: 3400 });
  assert.deepEqual(await left(), { jobs: 0, runs: 2200, started: 0 });
});

test('each right of the access list gives what it says, and reading comes first', async (t) => {
  const { app, sara, job } = await jobApp(t);
  const id = await job();
  const follow = async (who: typeof sara) => {
    const own = await jobTools(app, who).job({ name: newId() });
    return who.post(`/scheduler/jobs/${own}/dependencies`, { dependsOnJobId: id });
  };
  const asked: Record<string, (who: typeof sara) => ReturnType<typeof sara.get>> = {
    follow,
    read: (who) => who.get(`/scheduler/jobs/${id}`),
    write: (who) => who.put(`/scheduler/jobs/${id}`, { description: 'x' }),
    manage: (who) => who.post(`/scheduler/jobs/${id}/pause`, {}),
    delete: (who) => who.delete(`/scheduler/jobs/${id}/schedule`),
    own: (who) => who.get(`/scheduler/jobs/${id}/permissions`),
  };
  const found: Record<string, number[]> = {};
  for (const right of ['canRead', 'canWrite', 'canManage', 'canDelete']) {
    const { tokens, id: subjectValue } = await member(app, app.randomEmail());
    const role = await app.signIn(...ADMIN).post('/authorization/roles', {
      name: `jobs ${right}`,
      permissions: jobPermissions.filter((each) => each !== manageAll).map(({ code }) => code),
    });
    await app.signIn(...ADMIN).post('/authorization/assign-role', { userId: subjectValue, roleName: role.body.name });
    const rights = { canRead: true, [right]: true };
    await sara.put(`/scheduler/jobs/${id}/permissions`, { subjectType: 'user', subjectValue, ...rights });
    const reader = app.withToken(tokens.accessToken) as typeof sara;
    found[right] = [];
    for (const ask of Object.values(asked)) found[right].push((await ask(reader)).status);
    await sara.post(`/scheduler/jobs/${id}/resume`, {});
  }

  assert.deepEqual(found, {
    canRead: [403, 200, 403, 403, 403, 403],
    canWrite: [201, 200, 200, 403, 403, 403],
    canManage: [403, 200, 403, 200, 403, 403],
    canDelete: [403, 200, 403, 403, 404, 403],
  });
});

test('secrets stay with their type and their owner: others who change the payload cannot have them sent elsewhere', async (t) => {
  const { app, sara, job, runs } = await jobApp(t);
  const admin = app.signIn(...jobPermissions);
  const id = await job({ payload: { word: 'open', token: 'very-secret-word' } });
  const change = async (who: typeof sara, payload: object, more: object = {}) => {
    const { status, body } = await who.put(`/scheduler/jobs/${id}`, { payload, ...more });
    return `${status} ${body.code ?? ''} ${body.errors?.[0]?.path ?? ''}`.trim();
  };

  assert.equal(await change(admin, { word: 'mine', token: '***' }), '400 scheduler.payload_invalid /payload/token');
  assert.equal(await change(admin, { word: 'open', token: '***' }, { description: 'x' }), '200');
  assert.equal(await change(sara, { word: 'other', token: '***' }), '200');
  assert.equal(
    await change(sara, { word: 'other', token: '***', more: 1 }),
    '400 scheduler.payload_invalid /payload/more',
  );
  const type = await sara.put(`/scheduler/jobs/${id}`, { type: 'platform.noop' });
  await sara.post(`/scheduler/jobs/${id}/run`);
  await app.drain();

  assert.equal(type.body.code, 'scheduler.payload_invalid');
  assert.equal(runs[0]?.payload['token'], 'very-secret-word');
  assert.equal(await change(admin, { word: 'mine' }), '200');
  assert.equal(await change(sara, { word: 'mine', token: '***' }), '400 scheduler.payload_invalid /payload/token');
});

test('the name of a job is shown to nobody who may not see it, also where another job depends on it', async (t) => {
  const { app, sara, job } = await jobApp(t);
  const [before, after] = [await job(), await job()];
  await sara.post(`/scheduler/jobs/${after}/dependencies`, { dependsOnJobId: before });
  const { id: subjectValue, tokens } = await member(app);
  await sara.put(`/scheduler/jobs/${after}/permissions`, { subjectType: 'user', subjectValue, canRead: true });
  const role = { name: 'readers', permissions: [read.code] };
  await app.signIn(...ADMIN).post('/authorization/roles', role);
  await app.signIn(...ADMIN).post('/authorization/assign-role', { userId: subjectValue, roleName: role.name });

  const shown = await app.withToken(tokens.accessToken).get(`/scheduler/jobs/${after}/dependencies`);
  const own = await sara.get(`/scheduler/jobs/${after}/dependencies`);

  assert.deepEqual(shown.body.items, [{ dependsOnJobId: before, name: null }]);
  assert.deepEqual(own.body.items, [{ dependsOnJobId: before, name: 'job 1' }]);
});

test('after changes of a job at the same time, beside its runs, every run ends, and the next one runs once', async (t) => {
  const { app, sara, job, schedule, planAt, executions } = await jobApp(t);
  const [id, after] = [await job({ concurrency: 'allow' }), await job({ concurrency: 'replace' })];
  await sara.post(`/scheduler/jobs/${after}/dependencies`, { dependsOnJobId: id });
  await schedule(id, { type: 'interval', intervalSeconds: 600 });
  const path = `/scheduler/jobs/${id}`;
  const statuses = new Set<number>();
  for (let round = 0; round < 6; round++) {
    await planAt(id, new Date().toISOString());
    const answers = await Promise.all([
      sara.post(`${path}/pause`, {}),
      sara.post(`${path}/schedule`, { type: 'interval', intervalSeconds: 600 + round }),
      app.drain(),
      sara.post(`${path}/run`),
      sara.post(`${path}/resume`, { catchUp: true }),
      sara.put(path, { description: `round ${round}` }),
      sara.post(`${path}/quarantine`, {}),
      sara.delete(path),
      sara.post(`${path}/resume`, {}),
      sara.post(`${path}/run`),
      app.drain(),
    ]);
    for (const answer of answers) if (answer) statuses.add(answer.status);
  }
  await sara.post(`${path}/resume`, {});
  await app.drain();

  const { body } = await sara.get(path);
  await app.drain(Date.parse(body.nextRunAtUtc) - Date.now() + 1000);

  const all = await executions(id);
  const ended = ['succeeded', 'canceled', 'skipped'];
  const open = [...all, ...(await executions(after))].filter(({ status }) => !ended.includes(status));
  const next = all.filter(({ occurrenceAtUtc }: Shown) => occurrenceAtUtc === body.nextRunAtUtc);
  assert.deepEqual(
    [...statuses].filter((status) => ![200, 201, 202, 204, 409].includes(status)),
    [],
  );
  assert.deepEqual([body.status, open], ['active', []]);
  assert.deepEqual(
    next.map(({ status, attempt }: Shown) => [status, attempt]),
    [['succeeded', 1]],
  );
});

type Shown = Record<string, unknown>;

/** Tables of the whole database in which a text stands. */
async function tablesWith({ database }: TestApp, text: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const found = await Promise.all(
    rows.map(async ({ name }) => {
      const hits = await database.pool.query(`select from ${name} r where position($1 in r::text) > 0 limit 1`, [text]);
      return hits.rows.length > 0 ? [name] : [];
    }),
  );
  return found.flat();
}
