import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system, type Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { userEvents } from '#modules/users/contract.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { origin, reportOf, tamper, verdictOf } from '#testing/trail/trail.ts';
import { auditPermissions } from '../contract.ts';

/** What Sara, who supports, does as Reza: about a thing, about him, and about herself. */
async function open(app: TestApp) {
  const [sara, reza] = [newId(), newId()];
  const asReza: Actor = {
    type: 'apiKey',
    id: reza,
    apiKeyId: newId(),
    impersonatorId: sara,
    sessionId: null,
    permissions: new Set(),
    origin,
    claim: null,
  };
  const said = { said: 'x' };
  await app.database.units.write(asReza, async ({ audit }: AnyUnit) => {
    audit({ action: 'probe.done', resourceType: 'thing', resourceId: 'one', payload: said });
    audit({ action: 'probe.done', resourceType: 'user', resourceId: reza, payload: said });
    audit({ action: 'probe.done', resourceType: 'user', resourceId: sara, payload: said });
  });
  await app.drain();
  const auditor = app.signIn(auditPermissions.read);
  const read = async () => (await auditor.get('/audit?action=probe.done')).body.items;
  const erase = async (userId: string) => {
    await app.database.units.write(system('users'), async ({ publish }: AnyUnit) =>
      publish(userEvents.deleted, { userId }),
    );
    await app.drain();
  };
  return { sara, reza, asReza, auditor, read, erase };
}

test('what somebody did as another person is found by either name, and verifies', async (t) => {
  const app = await testApp(t);
  const { sara, reza, asReza, auditor, read } = await open(app);

  const [entry] = await read();
  const countOf = async (query: string) => (await auditor.get(`/audit?action=probe.&${query}`)).body.totalCount;

  assert.deepEqual(
    [entry.actorId, entry.impersonatorId, entry.ip, entry.payload],
    [reza, sara, origin.ip, { said: 'x', apiKeyId: asReza.apiKeyId }],
  );
  assert.equal(await countOf(`impersonatorId=${sara}`), 3);
  assert.equal(await countOf(`impersonatorId=${sara.toUpperCase()}`), 3);
  assert.equal(await countOf(`impersonatorId=${sara}&actorId=${reza}`), 3);
  assert.equal(await countOf(`impersonatorId=${reza}`), 0);
  assert.equal(await countOf(`text=${sara}`), 3);
  assert.equal((await reportOf(app)).isValid, true);
  assert.equal((await verdictOf(app)).isValid, true);
});

test('a second name that is changed or taken away is found, in the database and offline', async (t) => {
  const app = await testApp(t);
  await open(app);

  for (const change of ['null', `''`, `'${newId()}'`]) {
    await tamper(
      app,
      'create table kept as select id, impersonator_id from audit.entry where impersonator_id is not null',
      `update audit.entry set impersonator_id = ${change} where id = (select id from kept order by id limit 1)`,
    );
    const [report, verdict] = [await reportOf(app), await verdictOf(app)];
    await tamper(
      app,
      'update audit.entry e set impersonator_id = k.impersonator_id from kept k where k.id = e.id',
      'drop table kept',
    );

    assert.deepEqual([report.firstBreak?.kind, verdict.firstBreak?.kind], ['entryChanged', 'entryChanged'], change);
  }
});

test('the second name, and the address of who acted, outlive the erasure of the person', async (t) => {
  const app = await testApp(t);
  const { sara, reza, read, erase } = await open(app);

  await erase(reza);

  const told = (await read()).map(({ impersonatorId, payload, ip }: Record<string, unknown>) => [
    impersonatorId,
    payload === null,
    ip,
  ]);
  assert.deepEqual(told, [
    [sara, false, origin.ip],
    [sara, true, null], // about the person
    [sara, false, origin.ip],
  ]);
  assert.equal((await reportOf(app)).isValid, true);
  assert.equal((await verdictOf(app)).isValid, true);
});

test('the erasure of who acted deletes their address and agent, and leaves the ids', async (t) => {
  const app = await testApp(t);
  const { sara, reza, read, erase } = await open(app);

  await erase(sara);

  const told = (await read()).map((entry: Record<string, unknown>) => [
    entry['actorId'],
    entry['impersonatorId'],
    entry['payload'] === null,
    entry['ip'],
    entry['userAgent'],
  ]);
  assert.deepEqual(told, [
    [reza, sara, true, null, null], // about who acted
    [reza, sara, false, null, null],
    [reza, sara, false, null, null],
  ]);
  const { rows } = await app.database.pool.query(
    `select 1 from audit.payload p join audit.entry e on e.id = p.entry_id
     where e.impersonator_id = $1 and (p.salt is not null or p.origin is not null)`,
    [sara],
  );
  assert.equal(rows.length, 0);
  assert.equal((await reportOf(app)).isValid, true);
  assert.equal((await verdictOf(app)).isValid, true);
});
