import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { observabilityPermissions } from '../contract.ts';
import { toSpan } from '../objectives/span.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

test('requests over time are those that all processes have recorded, by minute', async (t) => {
  const app = await testApp(t);
  const operator = app.signIn(observabilityPermissions.read);
  const minute = (ago: number) =>
    new Date(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - ago * MINUTE_MS).toISOString();
  await app.database.pool.query(
    `insert into observability.objective_minute (objective, minute, good, bad)
     values ('availability', $1, 90, 10), ('reads', $1, 40, 20), ('faults', $1, 95, 5), ('availability', $2, 7, 0)`,
    [minute(10), minute(90)],
  );

  const { body } = await operator.get(`/observability/requests?from=${minute(60)}`);
  const earlier = await operator.get(`/observability/requests?from=${minute(120)}&to=${minute(60)}`);

  assert.deepEqual(body, {
    stepSeconds: 60,
    items: [{ at: minute(10), total: 100, errors: 10, reads: 60, slowReads: 20 }],
  });
  assert.deepEqual(
    earlier.body.items.map(({ total }: { total: number }) => total),
    [7],
  );
  assert.equal((await app.signIn().get(`/observability/requests?from=${minute(60)}`)).status, 403);
});

test('a longer time has longer steps, and what is older than the minutes is read from the slots', () => {
  const now = Date.UTC(2026, 10, 23);
  const span = (fromDays: number, toDays = 0) => toSpan(now - fromDays * DAY_MS, now - toDays * DAY_MS, now);

  assert.deepEqual(span(1 / 24), { stepSeconds: 60, isByMinute: true });
  assert.deepEqual(span(1), { stepSeconds: 300, isByMinute: true });
  assert.deepEqual(span(7), { stepSeconds: 1800, isByMinute: false });
  assert.deepEqual(span(10, 9.99), { stepSeconds: 600, isByMinute: false });
  assert.deepEqual(span(30), { stepSeconds: 7200, isByMinute: false });
});
