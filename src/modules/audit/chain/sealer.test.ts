import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { reportOf, tamper } from '#testing/trail/trail.ts';

test('entries that are chained too late are published', async (t) => {
  const app = await testApp(t);
  await recordMinuteAgo(app);

  await app.audit.sealer.drain();

  const { rows } = await app.database.pool.query<{ body: { fromSequence: number; ageMs: number } }>(
    `select body from platform.event where type = 'audit.sealed_late.v1'`,
  );
  assert.deepEqual([rows.length, rows[0]?.body.fromSequence, (rows[0]?.body.ageMs ?? 0) >= 60_000], [1, 1, true]);
});

for (const [kind, ageSeconds, fault] of [
  ['serve', 0, /^audit_unsealed_age_seconds 6\d/],
  ['worker', 0, /^audit_unsealed_age_seconds 6\d/],
  ['serve', 60, /^$/], // it was killed: the next one chains them
  ['command', 0, /^$/],
] as const)
  test(`entries that wait long to be chained are reported while a server runs: ${kind}, heard of ${ageSeconds} s ago`, async (t) => {
    const app = await testApp(t);
    await recordMinuteAgo(app);
    await app.database.pool.query(
      `insert into platform.node (id, kind, host, pid, heartbeat_at)
       values (gen_random_uuid(), $1, 'x', 1, now() - make_interval(secs => $2))`,
      [kind, ageSeconds],
    );

    const { components } = await app.health.report();

    const found = components.find(({ name }) => name === 'audit');
    assert.match(found?.lastError ?? '', fault);
  });

for (const at of [`'infinity'`, `'-infinity'`, `'294276-01-01'`])
  test(`entries that wait since ${at} are reported on and chained`, async (t) => {
    const app = await testApp(t);
    await recordMinuteAgo(app);
    await tamper(app, `update audit.unsealed set at = ${at}`);

    const waiting = await reportOf(app);
    await app.audit.sealer.drain();

    assert.equal(waiting.isValid, true);
    assert.equal((await reportOf(app)).headSequence >= 1, true);
  });

async function recordMinuteAgo(app: TestApp): Promise<void> {
  await app.database.units.write(system('probe'), async ({ audit }: AnyUnit) =>
    audit({ action: 'probe.a', resourceType: 'thing', resourceId: 'one' }),
  );
  await app.database.pool.query(`update audit.unsealed set at = at - interval '1 minute'`);
}
