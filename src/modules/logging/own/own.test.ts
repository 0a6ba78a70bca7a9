import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { createLogRing } from '#platform/log/ring.ts';
import { createLog } from '#platform/log/pino.ts';
import { auditEvents } from '#modules/audit/contract.ts';
import { fileEvents } from '#modules/files/contract.ts';
import { profileEvents } from '#modules/profiles/contract.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { loggingPermissions } from '../contract.ts';

const { read, alerts } = loggingPermissions;

function publish(app: TestApp) {
  return app.database.units.write(system('probe'), async (unit: AnyUnit) => {
    const [fileId, ownerId] = [newId(), newId()];
    unit.publish(fileEvents.infected, { fileId, ownerId, signature: 'Eicar' });
    unit.publish(fileEvents.publicLinkAccessed, { fileId, ownerId, linkId: newId(), isAllowed: false });
    unit.publish(profileEvents.updated, { userId: ownerId, part: 'basic' });
    unit.publish(auditEvents.integrityBroken, { origin: 'x', sequence: 1, kind: 'gap' });
  });
}

const ON = { environment: { BONYAN_LOGGING_OWN: 'on' } };

test('events of modules become log events once, and some of them incidents', async (t) => {
  const app = await testApp(t, ON);
  const sara = app.signIn(read, alerts);

  await publish(app);
  await app.drain();

  const { body } = await sara.get('/logging/events?service=bonyan&minimumLevel=warn');
  const modules = body.items.map(
    (event: { sourceModule: string; level: string }) => `${event.sourceModule} ${event.level}`,
  );
  assert.deepEqual(modules.toSorted(), ['audit fatal', 'files error', 'files warn']);
  const { body: profiles } = await sara.get('/logging/events?module=profiles');
  assert.equal(profiles.items[0].message, 'A profile was changed');
  const { body: incidents } = await sara.get('/logging/alerts/incidents');
  assert.deepEqual(
    incidents.items
      .map(({ severity, status }: { severity: string; status: string }) => `${severity} ${status}`)
      .toSorted(),
    ['critical open', 'high open'],
  );
});

test('audit entries that were sealed late are an incident from a minute on', async (t) => {
  const app = await testApp(t, ON);
  const sara = app.signIn(read, alerts);
  const sealedAfter = (ageMs: number) =>
    app.database.units.write(system('probe'), async (unit: AnyUnit) =>
      unit.publish(auditEvents.sealedLate, { origin: 'x', fromSequence: 1, toSequence: 2, ageMs }),
    );
  const titles = async () =>
    (await sara.get('/logging/alerts/incidents')).body.items.map(({ title }: { title: string }) => title);

  await sealedAfter(59_999);
  await app.drain();
  const before = await titles();
  await sealedAfter(60_000);
  await app.drain();

  assert.deepEqual([before, await titles()], [[], ['Audit entries were sealed late']]);
  assert.equal((await sara.get('/logging/events?text=sealed')).body.items.length, 2);
});

test('with BONYAN_LOGGING_OWN=off nothing of it is stored', async (t) => {
  const app = await testApp(t);

  await publish(app);
  await app.drain();

  assert.deepEqual((await app.signIn(read).get('/logging/events')).body.items, []);
});

test('a denied request becomes an event that names who, what and why', async (t) => {
  const app = await testApp(t, ON);
  const sara = app.signIn(read);
  const stranger = app.signIn();

  const { status } = await stranger.get('/logging/events?text=secret');
  let items: Record<string, unknown>[] = [];
  while (items.length === 0) ({ items } = (await sara.get('/logging/events?outcome=denied')).body);

  const [event] = items;
  assert.equal(status, 403);
  assert.deepEqual(
    [event?.['level'], event?.['actorId'], event?.['httpPath'], event?.['httpStatusCode'], event?.['errorCode']],
    ['warn', stranger.userId, '/api/v1/logging/events', 403, 'http.forbidden'],
  );
  assert.deepEqual(event?.['payload'], { permission: 'logging.events.read' });
});

test('lines of the process are stored, and those that could not be come later', async (t) => {
  const ring = createLogRing();
  const log = createLog('info', ring.tee({ write: () => {} }));
  const app = await testApp(t, { ...ON, lines: ring });

  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  log.warn({ queue: 'mail', traceId, err: new TypeError('broken') }, 'an attempt failed');
  log.warn({ traceId: null }, 'another attempt failed');
  const sara = app.signIn(read);
  let items: Record<string, unknown>[] = [];
  while (items.length === 0) ({ items } = (await sara.get(`/logging/events?text=attempt&traceId=${traceId}`)).body);
  const { body: all } = await sara.get('/logging/events?text=attempt');

  const [event] = items;
  assert.deepEqual([event?.['level'], event?.['errorCode'], event?.['sourceService']], ['warn', 'TypeError', 'bonyan']);
  assert.match(JSON.stringify(event?.['payload']), /"queue":"mail"/);
  assert.equal(all.items.length, 2, 'a line outside a trace is stored too');
});

test('the ring keeps the newest lines, and tells how many were lost', () => {
  const ring = createLogRing();
  const { write } = ring.tee({ write: () => {} });

  for (let line = 0; line < 6000; line++) write(String(line));
  const { lines, lost } = ring.take();

  assert.equal(lines.at(-1), '5999');
  assert.equal(lines.length + lost, 6000);
});
