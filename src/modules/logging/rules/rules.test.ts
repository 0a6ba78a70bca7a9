import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { runJob } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import type { Language } from '#kernel/language.ts';
import { loggingPermissions } from '../contract.ts';

const { write, alerts, read } = loggingPermissions;
const RULE = {
  name: 'Payments fail',
  containsText: 'time*out',
  service: 'shop*',
  windowSeconds: 60,
  thresholdCount: 5,
  cooldownSeconds: 600,
};
const MATCH = { message: 'payment TIMED OUT', level: 'error', sourceService: 'shop-api' };

async function open(t: TestContext) {
  const app = await testApp(t);
  const client = app.signIn(read, write, alerts);
  return { app, client };
}

/** Somebody whom the routing of incidents names. */
async function administrator(app: TestApp, language: Language = 'en') {
  const [userId, email] = [newId(), app.randomEmail()];
  await app.database.units.write(system('users'), async (unit: AnyUnit) => {
    await app.authorization.admit(unit, userId);
    await app.authorization.makeAdministrator(unit, userId);
    await app.notifications.putRecipient(unit, { userId, email, language, timeZone: 'UTC' });
  });
  return { email };
}

type Client = ReturnType<TestApp['signIn']>;

const send = (client: Client, size: number, event: object = MATCH) =>
  client.post('/logging/events/bulk', { events: Array.from({ length: size }, () => event) });

/** Of rules: on a busy machine the audit trail is sealed late, which is an incident too. */
async function incidentsOf(client: Client) {
  const { body } = await client.get('/logging/alerts/incidents');
  return body.items.filter(({ ruleId }: { ruleId: string | null }) => ruleId !== null);
}

const kindsOf = (incident: { timeline: { kind: string }[] }) => incident.timeline.map(({ kind }) => kind);

test('a threshold opens one incident at n matches, not at n - 1, and counts the rest', async (t) => {
  const { client } = await open(t);
  const { status, body: rule } = await client.post('/logging/alerts/rules', RULE);
  assert.equal(status, 201);

  await send(client, 4);
  await send(client, 3, { ...MATCH, level: 'info' });
  await send(client, 3, { ...MATCH, sourceService: 'api' });
  await send(client, 3, { ...MATCH, message: 'out of time' });
  assert.deepEqual(await incidentsOf(client), []);
  await send(client, 1);
  await send(client, 5000);
  await send(client, 4995);

  const [incident, ...others] = await incidentsOf(client);
  assert.deepEqual(others, []);
  assert.deepEqual([incident.ruleId, incident.status, incident.count], [rule.id, 'open', 10_000]);
});

test('each group has its own incident, and old matches leave the window', async (t) => {
  const { app, client } = await open(t);
  await client.post('/logging/alerts/rules', { ...RULE, groupBy: 'sourceService' });

  await send(client, 4);
  app.pass(80_000);
  await send(client, 4);
  await send(client, 5, { ...MATCH, sourceService: 'shop-web' });

  assert.deepEqual(
    (await incidentsOf(client)).map(({ groupValue }: { groupValue: string }) => groupValue),
    ['shop-web'],
  );
});

test('a rule opens at most 20 incidents a minute; further groups are one incident, until it is resolved', async (t) => {
  const { app, client } = await open(t);
  await client.post('/logging/alerts/rules', { ...RULE, thresholdCount: 1, groupBy: 'errorCode' });
  const sendGroups = (from: number, size: number) =>
    client.post('/logging/events/bulk', {
      events: Array.from({ length: size }, (_, n) => ({ ...MATCH, errorCode: `E${from + n}` })),
    });
  const counts = async () => {
    const { body } = await client.get('/logging/alerts/incidents?pageSize=100');
    const [further] = body.items.filter(({ groupValue }: { groupValue: string }) => groupValue === 'further groups');
    return [body.items.length, further?.count ?? 0];
  };

  await sendGroups(0, 12);
  const few = await counts();
  await sendGroups(0, 500);
  const many = await counts();
  app.pass(61_000);
  await sendGroups(1000, 30);
  const later = await counts();
  app.pass(1_801_000);
  await runJob(app, 'logging.alerts');
  await sendGroups(2000, 3);

  assert.deepEqual(
    [few, many, later, await counts()],
    [
      [12, 0],
      [21, 480],
      [21, 510],
      [24, 510],
    ],
  );
});

test('what no rule reads again is deleted, and the last sight of an absent group stays', async (t) => {
  const { app, client } = await open(t);
  const { pool } = app.database;
  const windows = { threshold: 60, rate: 3600, absence: 60 };
  for (const [kind, windowSeconds] of Object.entries(windows)) {
    const ratePercent = kind === 'rate' ? 50 : null;
    const rule = { ...RULE, kind, windowSeconds, ratePercent, thresholdCount: 1_000_000 };
    const { body } = await client.post('/logging/alerts/rules', rule);
    await pool.query(
      `insert into logging.match_count (rule_id, group_value, bucket, writer, matched, total)
       select $1, $2, $3::timestamptz - make_interval(secs => s), 1, 1, 1 from unnest(array[30, 110, 130, 3700, 86400 * 2]) s`,
      [body.id, kind, app.now().toISOString()],
    );
  }

  await runJob(app, 'logging.alerts');

  const { rows } = await pool.query<{ kind: string; kept: number }>(
    'select group_value as kind, count(*)::int as kept from logging.match_count group by 1 order by 1',
  );
  assert.deepEqual(
    rows.map(({ kind, kept }) => [kind, kept]),
    [
      ['absence', 1],
      ['rate', 3],
      ['threshold', 2],
    ],
  );
});

test('late and future events count by their receipt', async (t) => {
  const { client } = await open(t);
  await client.post('/logging/alerts/rules', RULE);

  await send(client, 3, { ...MATCH, timestampUtc: '2020-01-01T00:00:00Z' });
  await send(client, 2, { ...MATCH, timestampUtc: '2099-01-01T00:00:00Z' });

  assert.equal((await incidentsOf(client)).length, 1);
});

test('what two transactions reach only together is found by the watch', async (t) => {
  const { app, client } = await open(t);
  const { body: rule } = await client.post('/logging/alerts/rules', RULE);
  await app.database.pool.query(
    `insert into logging.match_count (rule_id, group_value, bucket, writer, matched, total)
     select $1, '', to_timestamp(floor(extract(epoch from now()) / 10) * 10), n, 3, 3 from generate_series(1, 2) n`,
    [rule.id],
  );

  await runJob(app, 'logging.alerts');

  assert.deepEqual(
    (await incidentsOf(client)).map(({ count }: { count: number }) => count),
    [6],
  );
});

test('one item watches rules every ten seconds while one is enabled, and a lost item comes again', async (t) => {
  const { app, client } = await open(t);
  const items = async () => {
    await app.drain(10_000);
    const { rows } = await app.database.pool.query<{ inMs: number }>(
      `select extract(epoch from due_at - now())::float8 * 1000 as "inMs" from platform.work where queue = 'logging.watch'`,
    );
    return rows.map(({ inMs }) => inMs > 9000 && inMs <= 10_000);
  };
  const put = (id: string, rule: object) => client.put(`/logging/alerts/rules/${id}`, { ...RULE, ...rule });

  const none = await items();
  const { body: one } = await client.post('/logging/alerts/rules', RULE);
  const { body: other } = await client.post('/logging/alerts/rules', { ...RULE, isEnabled: false });
  const created = await items();
  await put(one.id, { thresholdCount: 7 });
  await put(other.id, { isEnabled: true });
  const changed = await items();
  await put(one.id, { isEnabled: false });
  await client.delete(`/logging/alerts/rules/${other.id}`);
  const disabled = await items();
  await put(one.id, {});
  await app.database.pool.query(`delete from platform.work where queue = 'logging.watch'`);
  await runJob(app, 'logging.alerts');

  assert.deepEqual([none, created, changed, disabled, await items()], [[], [true], [true], [], [true]]);
});

test('a source that was never seen is absent, one that is seen is not, and it ends when it comes', async (t) => {
  const { app, client } = await open(t);
  const rule = { name: 'Silent', kind: 'absence', windowSeconds: 60, autoResolveSeconds: 60 };
  await client.post('/logging/alerts/rules', { ...rule, service: 'never' });
  await client.post('/logging/alerts/rules', { ...rule, service: 'shop-api' });

  app.pass(100_000);
  await send(client, 1);
  await runJob(app, 'logging.alerts');
  const [absent, ...others] = await incidentsOf(client);
  assert.deepEqual([absent.service, absent.status, others], ['never', 'open', []]);
  await send(client, 1, { ...MATCH, sourceService: 'never' });
  app.pass(70_000);
  await send(client, 1, { ...MATCH, sourceService: 'never' });
  await runJob(app, 'logging.alerts');

  const { body } = await client.get(`/logging/alerts/incidents/${absent.id}`);
  assert.deepEqual([body.status, body.resolvedBy], ['resolved', null]);
});

for (const by of ['a person', 'its quiet'])
  test(`an absence that was resolved by ${by} stays resolved while its source is alive`, async (t) => {
    const { app, client } = await open(t);
    const rule = { ...RULE, kind: 'absence', containsText: null, windowSeconds: 300, autoResolveSeconds: 60 };
    await client.post('/logging/alerts/rules', rule);
    app.pass(400_000);
    await runJob(app, 'logging.alerts');
    const [{ id }] = await incidentsOf(client);

    await send(client, 1);
    if (by === 'a person') await client.post(`/logging/alerts/incidents/${id}/resolve`, {});
    else app.pass(70_000);
    await runJob(app, 'logging.alerts');
    app.pass(10_000);
    await runJob(app, 'logging.alerts');
    const alive = await incidentsOf(client);
    app.pass(400_000);
    await runJob(app, 'logging.alerts');

    const statuses = (incidents: { status: string; cameBack: boolean }[]) =>
      incidents.map(({ status, cameBack }) => [status, cameBack]);
    assert.deepEqual([statuses(alive), statuses(await incidentsOf(client))], [[['resolved', false]], [['open', true]]]);
  });

test('a group that is still absent after its incident was resolved opens again', async (t) => {
  const { app, client } = await open(t);
  await client.post('/logging/alerts/rules', {
    ...RULE,
    kind: 'absence',
    containsText: null,
    groupBy: 'sourceService',
  });
  await send(client, 1);
  await send(client, 1, { ...MATCH, sourceService: 'shop-web' });
  app.pass(100_000);
  await send(client, 1, { ...MATCH, sourceService: 'shop-web' });
  await runJob(app, 'logging.alerts');
  const [{ id }] = await incidentsOf(client);

  await client.post(`/logging/alerts/incidents/${id}/resolve`, {});
  await runJob(app, 'logging.alerts');

  assert.deepEqual(
    (await incidentsOf(client)).map((incident: { groupValue: string; status: string; cameBack: boolean }) => [
      incident.groupValue,
      incident.status,
      incident.cameBack,
    ]),
    [['shop-api', 'open', true]],
  );
});

test('a rate opens when enough of all events match', async (t) => {
  const { app, client } = await open(t);
  await client.post('/logging/alerts/rules', { ...RULE, kind: 'rate', ratePercent: 50, thresholdCount: 2 });

  await send(client, 2);
  await send(client, 3, { ...MATCH, message: 'fine', level: 'info' });
  await runJob(app, 'logging.alerts');
  assert.equal((await incidentsOf(client)).length, 0);
  await send(client, 1);
  await runJob(app, 'logging.alerts');

  assert.equal((await incidentsOf(client)).length, 1);
});

test('an incident is acknowledged, resolved, and comes back; a cooldown puts the second notification off', async (t) => {
  const { app, client } = await open(t);
  const { email } = await administrator(app);
  const mails = async () =>
    (await app.mailbox(email)).filter(({ text }: { text: string }) => text.includes('Payments fail'));
  await client.post('/logging/alerts/rules', RULE);
  await send(client, 5);
  await app.drain();
  const [{ id }] = await incidentsOf(client);
  assert.equal((await mails()).length, 1);

  const { body: acknowledged } = await client.post(`/logging/alerts/incidents/${id}/acknowledge`, { note: 'I look' });
  const { body: resolved } = await client.post(`/logging/alerts/incidents/${id}/resolve`, {});
  const late = await client.post(`/logging/alerts/incidents/${id}/acknowledge`, {});
  await send(client, 4);
  assert.equal((await incidentsOf(client))[0].status, 'resolved');
  await send(client, 1);
  await app.drain();

  assert.deepEqual([acknowledged.status, acknowledged.acknowledgedBy], ['acknowledged', client.userId]);
  assert.deepEqual([resolved.status, resolved.resolvedBy], ['resolved', client.userId]);
  assert.deepEqual([late.status, late.body.code], [409, 'logging.incident_resolved']);
  const [incident, ...others] = await incidentsOf(client);
  assert.deepEqual(others, []);
  assert.deepEqual([incident.id, incident.status, incident.cameBack], [id, 'open', true]);
  assert.deepEqual(kindsOf(incident), ['opened', 'notified', 'acknowledged', 'resolved', 'reopened']);
  assert.equal((await mails()).length, 1);
  app.pass(601_000);
  await app.drain(601_000);
  assert.equal((await mails()).length, 2);
});

test('a reader of Persian is told of an incident in Persian, also when it comes back', async (t) => {
  const { app, client } = await open(t);
  const { email } = await administrator(app, 'fa');
  await client.post('/logging/alerts/rules', RULE);
  await send(client, 5);
  const [{ id }] = await incidentsOf(client);
  await app.drain();
  await client.post(`/logging/alerts/incidents/${id}/resolve`, {});
  await send(client, 5);
  app.pass(601_000);
  await app.drain(601_000);

  const mails = (await app.mailbox(email)).map(
    ({ subject, text }: { subject: string; text: string }) => subject + text,
  );
  const ofRule = mails.filter((text: string) => text.includes('Payments fail'));
  assert.equal(ofRule.length, 2);
  for (const text of ofRule) assert.match(text, /۵ رویداد منطبق یا بیشتر در ۱ دقیقه/);
  assert.ok(ofRule.some((text: string) => text.includes('Payments fail (دوباره باز شد)')));
  assert.doesNotMatch(ofRule.join(), /matching|came back|Severity/);
});

test('two units that report one incident at once open one', async (t) => {
  const { client } = await open(t);
  await client.post('/logging/alerts/rules', { ...RULE, thresholdCount: 1 });

  await Promise.all(Array.from({ length: 20 }, () => send(client, 1)));

  const incidents = await incidentsOf(client);
  assert.deepEqual([incidents.length, incidents[0].count], [1, 20]);
});

const silenceOf = (app: TestApp, service: string) => ({
  service,
  startsAt: new Date(app.now().getTime() - 1000).toISOString(),
  endsAt: new Date(app.now().getTime() + 3_600_000).toISOString(),
  reason: 'Upgrade',
});

test('a silence of a service holds for a rule of several services, until another one matches', async (t) => {
  const { app, client } = await open(t);
  const { email } = await administrator(app);
  const told = async () => {
    await app.drain();
    const [incident] = await incidentsOf(client);
    const mails = await app.mailbox(email);
    const isTold = mails.some(({ text }: { text: string }) => text.includes('Payments fail'));
    return [incident.services, incident.silencedBy !== null, isTold];
  };
  await client.post('/logging/alerts/rules', RULE);
  await client.post('/logging/alerts/silences', silenceOf(app, 'shop-api'));
  await client.post('/logging/alerts/silences', silenceOf(app, '*-web'));

  await send(client, 2);
  await send(client, 3, { ...MATCH, sourceService: 'shop-web' });
  const silent = await told();
  await send(client, 1, { ...MATCH, sourceService: 'shop-jobs' });
  const loud = await told();

  assert.deepEqual(
    [silent, loud],
    [
      [['shop-api', 'shop-web'], true, false],
      [['shop-api', 'shop-jobs', 'shop-web'], false, true],
    ],
  );
});

test('a silence of one service does not hold for what another one matched first', async (t) => {
  const { app, client } = await open(t);
  await client.post('/logging/alerts/rules', { ...RULE, service: null });
  await client.post('/logging/alerts/silences', silenceOf(app, 'shop-api'));

  await send(client, 1, { ...MATCH, sourceService: 'other' });
  await send(client, 4);

  const [incident] = await incidentsOf(client);
  assert.deepEqual([incident.services, incident.silencedBy], [['other', 'shop-api'], null]);
});

test('a silence of a service holds for a rate, and for an absence of that service', async (t) => {
  const { app, client } = await open(t);
  const { body: rate } = await client.post('/logging/alerts/rules', { ...RULE, kind: 'rate', ratePercent: 50 });
  const { body: absence } = await client.post('/logging/alerts/rules', { ...RULE, kind: 'absence', service: 'never' });
  app.pass(100_000);
  for (const service of ['shop-api', 'never']) await client.post('/logging/alerts/silences', silenceOf(app, service));

  await send(client, 5);
  await runJob(app, 'logging.alerts');

  const silenced = (await incidentsOf(client)).filter(({ silencedBy }: { silencedBy: string }) => silencedBy !== null);
  assert.deepEqual(new Set(silenced.map(({ ruleId }: { ruleId: string }) => ruleId)), new Set([rate.id, absence.id]));
});

test('a silence keeps quiet, and its end tells what is still open', async (t) => {
  const { app, client } = await open(t);
  const { email } = await administrator(app);
  const mails = async () =>
    (await app.mailbox(email)).filter(({ text }: { text: string }) => text.includes('Payments fail'));
  await client.post('/logging/alerts/rules', { ...RULE, autoResolveSeconds: 7200 });
  const { status, body } = await client.post('/logging/alerts/silences', silenceOf(app, 'shop-api'));
  assert.equal(status, 201);

  await send(client, 5);
  await app.drain();
  const [incident] = await incidentsOf(client);
  assert.deepEqual(
    [incident.silencedBy, (await mails()).length, kindsOf(incident)],
    [body.id, 0, ['opened', 'silenced']],
  );
  app.pass(3_601_000);
  await app.drain(3_601_000);

  assert.equal((await mails()).length, 1);
});

test('a deleted silence ends at once, and one that cannot hold is refused', async (t) => {
  const { app, client } = await open(t);
  const { email } = await administrator(app);
  await client.post('/logging/alerts/rules', RULE);
  const day = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString();
  const right = { fingerprint: 'x', startsAt: day(0), endsAt: day(1), reason: 'Upgrade' };
  for (const wrong of [
    { fingerprint: null },
    { endsAt: day(-1) },
    { endsAt: day(31) },
    { repeats: 'daily' },
    { repeats: 'daily', endsAt: day(2), repeatsUntil: day(9) },
    { repeatsUntil: day(9) },
  ])
    assert.equal(
      (await client.post('/logging/alerts/silences', { ...right, ...wrong })).body.code,
      'logging.silence_invalid',
    );
  await send(client, 4);
  const [rule] = (await client.get('/logging/alerts/rules')).body.items;
  const { body } = await client.post('/logging/alerts/silences', { ...right, fingerprint: null, ruleId: rule.id });
  await send(client, 1);
  await app.drain();

  assert.equal((await client.get('/logging/alerts/silences')).body.items.length, 1);
  assert.equal((await client.delete(`/logging/alerts/silences/${body.id}`)).status, 204);
  assert.equal((await client.delete(`/logging/alerts/silences/${body.id}`)).body.code, 'logging.silence_not_found');
  await app.drain();

  assert.ok((await app.mailbox(email)).some(({ text }: { text: string }) => text.includes('Payments fail')));
});

test('a maintenance window comes again each day', async (t) => {
  const { app, client } = await open(t);
  const atMs = app.now().getTime();
  await client.post('/logging/alerts/rules', { ...RULE, thresholdCount: 1 });
  await client.post('/logging/alerts/silences', {
    service: 'shop-api',
    startsAt: new Date(atMs - 60_000).toISOString(),
    endsAt: new Date(atMs + 3_600_000).toISOString(),
    repeats: 'daily',
    repeatsUntil: new Date(atMs + 3 * 86_400_000).toISOString(),
    reason: 'Nightly upgrade',
  });

  app.pass(86_400_000);
  await send(client, 1);

  assert.notEqual((await incidentsOf(client))[0].silencedBy, null);
});

test('the test of a rate compares with events of all levels, and that of an absence says when nothing was seen', async (t) => {
  const { app, client } = await open(t);
  const fromMs = app.now().getTime();
  const events = Array.from({ length: 11 }, (_, n) => ({ ...MATCH, level: n < 5 ? 'error' : 'info' }));
  await client.post('/logging/events/bulk', { events });
  app.pass(100_000);
  const range = { from: new Date(fromMs).toISOString(), to: app.now().toISOString() };
  const openingsOf = async (rule: object) => {
    const { body } = await client.post('/logging/alerts/rules', { ...RULE, ...rule });
    return (await client.post(`/logging/alerts/rules/${body.id}/test`, range)).body.openings;
  };

  const [rare, often] = [{ kind: 'rate', ratePercent: 46 }, { kind: 'rate', ratePercent: 45 }]; // prettier-ignore
  const rates = [await openingsOf(rare), await openingsOf(often)];
  const never = await openingsOf({ kind: 'absence', service: 'never' });
  const seen = await openingsOf({ kind: 'absence', windowSeconds: 110 });

  assert.deepEqual(
    rates.map((openings) => openings.map(({ count }: { count: number }) => count)),
    [[], [5]],
  );
  assert.deepEqual(never, [{ groupValue: '', at: new Date(fromMs + 60_000).toISOString(), count: 0 }]);
  assert.deepEqual(seen, []);
});

for (const change of [{ service: 'other*' }, { containsText: null }, { minimumLevel: 'warn' }, { groupBy: 'actorId' }])
  test(`a rule counts anew when its ${Object.keys(change).join()} changes`, async (t) => {
    const { client } = await open(t);
    const { body: rule } = await client.post('/logging/alerts/rules', RULE);
    const match = { ...MATCH, sourceService: 'service' in change ? 'other' : 'shop-api' };
    await send(client, 4);

    await client.put(`/logging/alerts/rules/${rule.id}`, { ...RULE, ...change });
    await send(client, 4, match);
    const below = await incidentsOf(client);
    await send(client, 1, match);

    assert.deepEqual([below, (await incidentsOf(client)).length], [[], 1]);
  });

test('a rule keeps its counts when only its threshold or its name changes', async (t) => {
  const { client } = await open(t);
  const { body: rule } = await client.post('/logging/alerts/rules', { ...RULE, thresholdCount: 9 });

  await send(client, 4);
  await client.put(`/logging/alerts/rules/${rule.id}`, { ...RULE, name: 'Other' });
  await send(client, 1);

  assert.equal((await incidentsOf(client)).length, 1);
});

test('an absence that gets other groups forgets the old ones, and begins when it was changed', async (t) => {
  const { app, client } = await open(t);
  const absence = { ...RULE, kind: 'absence', containsText: null };
  const { body: rule } = await client.post('/logging/alerts/rules', absence);
  const { body: other } = await client.post('/logging/alerts/rules', absence);
  await send(client, 1);
  app.pass(100_000);

  await client.put(`/logging/alerts/rules/${rule.id}`, { ...absence, groupBy: 'sourceService' });
  await client.put(`/logging/alerts/rules/${other.id}`, { ...absence, service: 'never' });
  await runJob(app, 'logging.alerts');
  const early = await incidentsOf(client);
  app.pass(100_000);
  await runJob(app, 'logging.alerts');

  const late = await incidentsOf(client);
  assert.deepEqual([early, late.map(({ ruleId }: { ruleId: string }) => ruleId)], [[], [other.id]]);
});

test('a rule is changed, tested and deleted; the old version is refused', async (t) => {
  const { client } = await open(t);
  await send(client, 6);
  const { body: rule } = await client.post('/logging/alerts/rules', RULE);

  const { body: result } = await client.post(`/logging/alerts/rules/${rule.id}/test`, {
    from: new Date(Date.now() - 3_600_000).toISOString(),
    to: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const changed = await client.put(
    `/logging/alerts/rules/${rule.id}`,
    { ...RULE, thresholdCount: 9 },
    { 'if-match': '"1"' },
  );
  const old = await client.put(`/logging/alerts/rules/${rule.id}`, RULE, { 'if-match': '"1"' });
  const wrong = await client.post('/logging/alerts/rules', { ...RULE, ratePercent: 5 });
  await send(client, 8);
  const gone = await client.delete(`/logging/alerts/rules/${rule.id}`);

  assert.deepEqual([result.matches, result.openings[0].count, result.complete], [6, 6, true]);
  assert.deepEqual([changed.body.thresholdCount, changed.body.version], [9, 2]);
  assert.deepEqual([old.status, wrong.body.code, gone.status], [412, 'logging.rule_invalid', 204]);
  assert.deepEqual(await incidentsOf(client), []);
  assert.equal((await client.delete(`/logging/alerts/rules/${rule.id}`)).body.code, 'logging.rule_not_found');
  assert.equal((await client.get(`/logging/alerts/incidents/${rule.id}`)).body.code, 'logging.incident_not_found');
});

test('an installation has at most 1,000 rules, also when two are created at once', async (t) => {
  const { app, client } = await open(t);
  const { body: first } = await client.post('/logging/alerts/rules', RULE);
  await app.database.pool.query(
    `insert into logging.rule (id, name, is_enabled, kind, minimum_level, window_seconds, threshold_count, cooldown_seconds,
       auto_resolve_seconds, severity, action, since)
     select gen_random_uuid(), 'rule ' || n, false, kind, minimum_level, window_seconds, threshold_count, cooldown_seconds,
       auto_resolve_seconds, severity, action, since from logging.rule, generate_series(1, 998) n where id = $1`,
    [first.id],
  );

  const answers = await Promise.all([1, 2, 3].map(() => client.post('/logging/alerts/rules', RULE)));

  const refused = answers.filter(({ status }) => status === 409);
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  assert.deepEqual(
    refused.map(({ body }) => [body.code, body.limit]),
    Array.from({ length: 2 }, () => ['logging.too_many_rules', 1000]),
  );
});
