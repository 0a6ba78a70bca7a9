import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { auditPermissions } from '../contract.ts';

/** Entries that are an hour and a half apart, newest last, written as a unit would at that time. */
const FILL = `insert into audit.entry (id, timestamp_utc, actor_type, actor_id, subject_id, action, resource_type, resource_id,
    outcome, request_id, payload_hash)
  select (left(h, 8) || '-' || right(h, 4) || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, at, 'system',
    case when n % 2 = 0 then 'even' else 'odd' end, '', 'probe.a_' || n % 3, 'thing', 'no ' || n,
    case when n = 7 then 'denied' else 'success' end, 'r', decode(repeat('00', 32), 'hex')
  from (select n, at, lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') as h
    from (select n, timestamptz '2026-01-01' + n * interval '90 minutes' as at from generate_series(1, 12000) n) t) e`;

test('each filter of the trail, alone or with others, finds the newest entries that match', async (t) => {
  const app = await testApp(t);
  await app.database.pool.query(FILL);
  const auditor = app.signIn(auditPermissions.read);
  const at = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 5_400_000).toISOString();
  const cases: [string, number | null, string | undefined][] = [
    ['action=probe.', 10_000, 'no 12000'],
    ['action=probe.a_1', 4000, 'no 11998'],
    ['action=probe.none', 0, undefined],
    [`from=${at(11_999)}&to=${at(13_000)}`, 2, 'no 12000'],
    [`to=${at(3)}&action=probe.`, 2, 'no 2'],
    ['outcome=denied', 1, 'no 7'],
    ['outcome=denied&action=probe.', 1, 'no 7'],
    ['actorId=even&action=probe.a_0', 2000, 'no 12000'],
    ['resourceId=no 5&actorId=odd', 1, 'no 5'],
    ['resourceType=thing&outcome=success', 10_000, 'no 12000'], // of more
    [`from=${at(500)}`, 10_000, 'no 12000'],
    [`from=${at(2500)}&outcome=success`, 9501, 'no 12000'],
    [`from=${at(2500)}&actorId=even&resourceType=thing`, 4751, 'no 12000'],
    [`to=${at(11_000)}&actorId=even`, 5499, 'no 10998'],
    [`to=${at(1)}`, 0, undefined],
    ['isTampered=true&actorId=odd', 0, undefined],
  ];

  for (const [query, total, newest] of cases) {
    const { body } = await auditor.get(`/audit?${query}&pageSize=1`);
    assert.deepEqual([body.totalCount, body.items[0]?.resourceId], [total, newest], query);
  }
});

test('filters that share no entry stop after the newest 10,000 of the rarest, and go on by cursor', async (t) => {
  const app = await testApp(t);
  await app.database.pool.query(FILL);
  await app.database.pool.query(
    FILL.replace('2026-01-01', '2020-01-01').replaceAll(/'(success|denied)'/g, "'failure'"),
  );
  const auditor = app.signIn(auditPermissions.read);
  const query = '/audit?outcome=success&resourceType=thing&action=probe.&actorId=none';

  const none = (await auditor.get(query)).body;
  const stopped = (await auditor.get('/audit?outcome=failure&resourceType=thing')).body;
  const next = (await auditor.get(`/audit?outcome=failure&resourceType=thing&cursor=${stopped.nextCursor}`)).body;

  assert.deepEqual([none.totalCount, none.nextCursor], [0, null]);
  assert.deepEqual([stopped.items.length, stopped.totalCount], [0, null]);
  assert.equal(next.items[0].resourceId, 'no 12000'); // behind the newest 10,000, which all succeeded
});
