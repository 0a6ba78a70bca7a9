import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { authorizationPermissions } from '#modules/authorization/contract.ts';
import { userEvents } from '#modules/users/contract.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { auditPermissions } from '../contract.ts';

const origin = {
  requestId: 'r-1',
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  ip: '192.0.2.7',
  userAgent: 'curl/8',
};

/** Entries of a made-up module, one per action. */
async function record(app: TestApp, resourceId: string, ...actions: string[]) {
  for (const action of actions) {
    await app.database.units.write(system('probe', origin), async (unit: AnyUnit) => {
      unit.audit({ action, resourceType: 'thing', resourceId, payload: { before: null, after: 'سلام' } });
    });
  }
}

test('an entry holds who did what to which thing, from where, and with which outcome', async (t) => {
  const app = await testApp(t);
  await record(app, 'one', 'probe.done');
  await app.drain();

  const { items, totalCount } = (await app.signIn(auditPermissions.read).get('/audit?action=probe.')).body;

  const { id, timestampUtc, payloadHash, checksum, previousChecksum, ...entry } = items[0];
  assert.equal(totalCount, 1);
  assert.match(`${id} ${timestampUtc} ${payloadHash} ${checksum}`, /^[\da-f-]{36} \d{4}-.*Z [\da-f]{64} [\da-f]{64}$/);
  assert.equal(previousChecksum, '0'.repeat(64));
  assert.deepEqual(entry, {
    sequence: 1,
    isTampered: false,
    actorType: 'system',
    actorId: 'probe',
    impersonatorId: null,
    subjectId: '',
    action: 'probe.done',
    resourceType: 'thing',
    resourceId: 'one',
    outcome: 'success',
    ip: '192.0.2.7',
    userAgent: 'curl/8',
    requestId: 'r-1',
    traceId: 'a'.repeat(32),
    payload: { before: null, after: 'سلام' },
  });
});

test('an entry is read by its id, as the search gives it', async (t) => {
  const app = await testApp(t);
  await record(app, 'one', 'probe.done', 'probe.done', 'probe.done');
  await app.drain();
  const reader = app.signIn(auditPermissions.read);
  const { items } = (await reader.get('/audit?action=probe.')).body;

  const one = await reader.get(`/audit/entries/${items[1].id}`);
  const unknown = await reader.get(
    `/audit/entries/${items[1].id.replace(/.$/, items[1].id.endsWith('0') ? '1' : '0')}`,
  );
  const other = await app.signIn().get(`/audit/entries/${items[1].id}`);

  assert.deepEqual([one.status, one.body], [200, items[1]]);
  assert.deepEqual([unknown.body.code, other.body.code], ['audit.entry_not_found', 'http.forbidden']);
});

test('of a payload, the fields that are named like a secret are removed at any depth, and no others', async (t) => {
  const app = await testApp(t);
  const kept = {
    permission: todoPermissions.read.code,
    apiKeyId: 'k',
    tokenId: 't',
    statusCode: 404,
    reason: 'wrong code',
    at: null,
  };
  const secret = { password: 'x', newPassword: 'x', clientSecret: 'x', token: 'x', refreshToken: 'x', code: 'x' };
  const removed = Object.fromEntries(Object.keys(secret).map((name) => [name, '[removed]']));
  await app.database.units.write(system('probe', origin), async ({ audit }: AnyUnit) =>
    audit({
      action: 'probe.done',
      resourceType: 'thing',
      resourceId: 'one',
      payload: { ...kept, ...secret, before: { list: [{ ...kept, ...secret }] } },
    }),
  );

  const [entry] = (await app.signIn(auditPermissions.read).get('/audit?action=probe.done')).body.items;

  assert.deepEqual(entry.payload, { ...kept, ...removed, before: { list: [{ ...kept, ...removed }] } });
});

test('an operation whose entry cannot be written fails and changes nothing', async (t) => {
  const app = await testApp(t);
  const chief = app.signIn(authorizationPermissions.manage);
  await app.drain();
  const count = async () =>
    (
      await app.database.pool.query(`select (select count(*) from "authorization".role) as roles,
        (select count(*) from platform.event) as events, (select count(*) from platform.idempotency) as claims`)
    ).rows;
  const before = await count();
  await app.database.pool.query('alter table audit.entry add constraint refused check (false) not valid');

  const refused = await chief.post(
    '/authorization/roles',
    { name: 'clerk', permissions: [] },
    { 'idempotency-key': '1' },
  );
  const after = await count();
  await app.database.pool.query('alter table audit.entry drop constraint refused');
  const again = await chief.post(
    '/authorization/roles',
    { name: 'clerk', permissions: [] },
    { 'idempotency-key': '1' },
  );

  assert.deepEqual([refused.status, refused.body.code], [500, 'http.internal']);
  assert.deepEqual(after, before);
  assert.equal(again.status, 201);
});

test('the trail is searched by actor, action, resource, outcome and time, and paged by cursor', async (t) => {
  const app = await testApp(t);
  await record(app, 'one', 'probe.a', 'probe.b', 'probe.c');
  await record(app, 'two', 'probe.d');
  const auditor = app.signIn(auditPermissions.read);
  const find = async (query: string) =>
    (await auditor.get(`/audit?${query}`)).body.items.map(({ action }: { action: string }) => action);

  assert.deepEqual(await find('actorId=probe'), ['probe.d', 'probe.c', 'probe.b', 'probe.a']);
  assert.deepEqual(await find('resourceType=thing&resourceId=one&action=probe.b'), ['probe.b']);
  assert.deepEqual(await find('actorId=probe&outcome=failure'), []);
  assert.deepEqual(await find(`actorId=probe&to=2020-01-01T00:00:00Z`), []);
  const { body } = await auditor.get('/audit?actorId=probe&pageSize=3');
  assert.deepEqual(await find(`actorId=probe&pageSize=3&cursor=${body.nextCursor}`), ['probe.a']);
});

test('a cursor of another list is refused, also by a text search', async (t) => {
  const app = await testApp(t);
  const auditor = app.signIn(auditPermissions.read, todoPermissions.read, todoPermissions.write);
  for (const description of ['one', 'two']) await auditor.post('/todos', { description });
  const { nextCursor } = (await auditor.get('/todos?pageSize=1')).body;
  assert.equal(typeof nextCursor, 'string');

  const answers = await Promise.all(['', 'text=one&'].map((text) => auditor.get(`/audit?${text}cursor=${nextCursor}`)));

  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.code]),
    [
      [400, 'http.cursor_invalid'],
      [400, 'http.cursor_invalid'],
    ],
  );
});

test('erasing a person keeps the entries and deletes their payloads', async (t) => {
  const app = await testApp(t);
  const userId = app.signIn().userId;
  await record(app, userId, 'probe.done');

  await app.database.units.write(system('users'), async ({ publish }) => publish(userEvents.deleted, { userId }));
  await app.drain();

  const [entry] = (await app.signIn(auditPermissions.read).get('/audit?action=probe.done')).body.items;
  assert.deepEqual([entry.resourceId, entry.payload, entry.ip, entry.userAgent], [userId, null, null, null]);
});

test('a text search finds text in the encrypted payload, with either spelling of ی and ک', async (t) => {
  const app = await testApp(t);
  await record(app, 'one', 'probe.a', 'probe.b');
  const auditor = app.signIn(auditPermissions.read);
  const find = async (query: string) => (await auditor.get(`/audit?${query}`)).body;

  assert.equal((await find(`text=${encodeURIComponent('سلام')}`)).totalCount, 2);
  assert.equal((await find('text=PROBE.A')).totalCount, 1);
  assert.equal((await find(`text=${encodeURIComponent('خداحافظ')}`)).totalCount, 0);
  const first = await find(`text=${encodeURIComponent('سلام')}&pageSize=1`);
  const second = await find(`text=${encodeURIComponent('سلام')}&pageSize=1&cursor=${first.nextCursor}`);
  assert.deepEqual(
    [...first.items, ...second.items].map(({ action }: { action: string }) => action),
    ['probe.b', 'probe.a'],
  );
  assert.equal(second.nextCursor, null);
});

test('a text search of a large trail goes page by page, each with the cursor of the next', async (t) => {
  const app = await testApp(t);
  await app.database.pool.query(`
    insert into audit.entry (id, timestamp_utc, actor_type, actor_id, subject_id, action, resource_type, resource_id, outcome,
      request_id, payload_hash)
    select ('01900000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, now(), 'system', 'probe', '', 'probe.bulk', 'thing',
      case when n in (7, 2090) then 'needle' else 'hay' end, 'success', 'r', sha256('')
    from generate_series(1, 2100) n`);
  const auditor = app.signIn(auditPermissions.read);
  const find = async (query: string) => (await auditor.get(`/audit?${query}`)).body;
  const follow = async (query: string) => {
    const pages = [await find(query)];
    while (pages.at(-1).nextCursor !== null) pages.push(await find(`${query}&cursor=${pages.at(-1).nextCursor}`));
    return pages.map(({ items, totalCount }) => [items.map(({ id }: { id: string }) => id.slice(-4)), totalCount]);
  };

  const rare = await follow('text=needle&action=probe.bulk');
  const none = await follow('text=nothing&action=probe.bulk&outcome=success');
  const common = await find('text=hay&action=probe.bulk');
  const next = await find(`text=hay&action=probe.bulk&cursor=${common.nextCursor}`);

  assert.deepEqual(rare, [
    [['2090'], null],
    [[], null],
    [['0007'], null],
  ]);
  assert.deepEqual(
    none,
    Array.from({ length: 3 }, () => [[], null]),
  );
  assert.deepEqual([common.items.length, common.totalCount, next.items.length], [20, null, 20]);
  assert.ok(next.items[0].id < common.items.at(-1).id);
});

test('the entry of an export records the filter, but no typed text', async (t) => {
  const app = await testApp(t);
  const auditor = app.signIn(auditPermissions.read);
  const query = `text=ali@example.com&actorId=ali@example.com&resourceId=${auditor.userId}&outcome=success&format=csv`;
  await app.http.inject({ url: `/api/v1/audit/export?${query}`, headers: { 'x-test-caller': auditor.userId } });

  const { items } = (await auditor.get('/audit?action=audit.exported')).body;

  const filter = { outcome: 'success', textLength: 15, actorIdLength: 15, resourceId: auditor.userId };
  assert.deepEqual(items[0].payload, { format: 'csv', filter });
});

test('the result of a search is exported as CSV or lines of JSON, and the export is recorded', async (t) => {
  const app = await testApp(t);
  await record(app, 'one', 'probe.a', 'probe.b', 'probe.c');
  const auditor = app.signIn(auditPermissions.read);
  const take = (query: string) =>
    app.http.inject({ url: `/api/v1/audit/export?${query}`, headers: { 'x-test-caller': auditor.userId } });

  const csv = await take('action=probe.&format=csv');
  const ndjson = await take('action=probe.b&format=ndjson');

  const lines = csv.body.trimEnd().split('\r\n');
  assert.match(String(csv.headers['content-type']), /^text\/csv/);
  assert.deepEqual([lines.length, csv.headers['x-total-count']], [4, '3']);
  assert.match(lines[0] ?? '', /^\uFEFF?id,sequence,timestampUtc,/);
  assert.equal(JSON.parse(ndjson.body).action, 'probe.b');
  const { items } = (await auditor.get('/audit?action=audit.exported')).body;
  assert.deepEqual(items[0].payload, { format: 'ndjson', filter: { action: 'probe.b' } });
});
