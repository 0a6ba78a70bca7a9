import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { Type } from 'typebox';
import { system } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { defineError, Problem } from '#kernel/problem.ts';
import { testApp } from '#testing/app.ts';
import type { AnyUnit } from './port.ts';

const happened = defineEvent('probe.happened', 1, 'id', Type.Object({ id: Type.String() }));
const refused = defineError('probe.refused', 400, 'No');

async function probe(t: Parameters<typeof testApp>[0]) {
  const { database } = await testApp(t);
  await database.pool.query('create table thing (id text primary key, n int not null default 0)');
  const count = async (table: string) =>
    (await database.pool.query<{ n: number }>(`select count(*) as n from ${table}`)).rows[0]?.n;
  return { ...database, count, before: { events: await count('platform.event'), entries: await count('audit.entry') } };
}

const insert = (unit: AnyUnit, id: string) => sql`insert into thing (id) values (${id})`.execute(unit.tx);

test('when a unit throws, nothing of it is stored', async (t) => {
  const { units, count, before } = await probe(t);
  const failing = units.write(system('probe'), async (unit: AnyUnit) => {
    await insert(unit, 'one');
    unit.publish(happened, { id: 'one' });
    unit.audit({ action: 'probe.done', resourceType: 'thing', resourceId: 'one' });
    throw new Error('no');
  });

  await assert.rejects(failing, /no/);

  assert.deepEqual(
    [await count('thing'), await count('platform.event'), await count('audit.entry')],
    [0, before.events, before.entries],
  );
});

test('a refusal that is returned is committed with its effects', async (t) => {
  const { units, count } = await probe(t);

  const result = await units.write(system('probe'), async (unit: AnyUnit) => {
    await insert(unit, 'attempt');
    return refused();
  });

  assert.ok(result instanceof Problem);
  assert.equal(await count('thing'), 1);
});

test('an event that does not fit its schema stops the unit', async (t) => {
  const { units, count } = await probe(t);
  const failing = units.write(system('probe'), async (unit: AnyUnit) => {
    await insert(unit, 'one');
    unit.publish(happened, { id: 5 } as never);
  });

  await assert.rejects(failing);

  assert.equal(await count('thing'), 0);
});

test('an error that is caught and ignored inside a unit still fails the write', async (t) => {
  const { units, count } = await probe(t);
  const failing = units.write(system('probe'), async (unit: AnyUnit) => {
    await insert(unit, 'one');
    await insert(unit, 'one').catch(() => {});
  });

  await assert.rejects(failing, /caught and ignored/);

  assert.equal(await count('thing'), 0);
});

test('units that deadlock are run again until both have committed', async (t) => {
  const { units, pool, count } = await probe(t);
  await pool.query(`insert into thing (id) values ('a'), ('b')`);
  const barrier = Promise.withResolvers<void>();
  let arrived = 0;
  const cross = (first: string, second: string) =>
    units.write(system('probe'), async (unit: AnyUnit) => {
      await sql`update thing set n = n + 1 where id = ${first}`.execute(unit.tx);
      if (++arrived === 2) barrier.resolve();
      if (arrived <= 2) await barrier.promise;
      await sql`update thing set n = n + 1 where id = ${second}`.execute(unit.tx);
      unit.publish(happened, { id: first });
    });

  await Promise.all([cross('a', 'b'), cross('b', 'a')]);

  const { rows } = await pool.query<{ n: number }>('select n from thing order by id');
  assert.deepEqual(rows, [{ n: 2 }, { n: 2 }]);
  assert.equal(await count(`platform.event where type = 'probe.happened.v1'`), 2);
});

test('an audit entry names its author and cause, and cannot be changed, deleted or truncated', async (t) => {
  const { units, pool } = await probe(t);
  const origin = {
    requestId: 'r-1',
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    ip: '192.0.2.7',
    userAgent: 'curl/8',
  };
  await units.write(system('probe', origin), async (unit: AnyUnit) => {
    unit.audit({ action: 'probe.done', resourceType: 'thing', resourceId: 'one', payload: { before: 1, after: 2 } });
  });

  const { rows } = await pool.query(
    `select actor_type, actor_id, request_id, trace_id, outcome from audit.entry where action = 'probe.done'`,
  );

  assert.deepEqual(rows, [
    { actorType: 'system', actorId: 'probe', requestId: 'r-1', traceId: 'a'.repeat(32), outcome: 'success' },
  ]);
  await assert.rejects(pool.query(`update audit.entry set actor_id = 'x'`), /append-only/);
  await assert.rejects(pool.query('delete from audit.entry'), /append-only/);
  await assert.rejects(pool.query('truncate audit.entry cascade'), /append-only/);
});
