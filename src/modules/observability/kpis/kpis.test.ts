import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { testApp } from '#testing/app.ts';
import { observabilityPermissions } from '../contract.ts';

interface Kpi {
  readonly module: string;
  readonly name: string;
  readonly values: readonly { readonly label: string; readonly value: number }[];
}

/** What the specification names, by module. */
const PROMISED = {
  notifications: ['pending', 'last_day', 'success_ratio'],
  logging: ['events_per_second', 'waiting_events', 'corrupted_ratio'],
  files: ['pending', 'missing', 'infected'],
  scheduler: ['due', 'lag_seconds', 'quarantined', 'running'],
  audit: ['sealed', 'unsealed', 'unsealed_seconds', 'verified_seconds'],
};

test('the snapshot has the figures of each module, judged where they have a limit', async (t) => {
  const app = await testApp(t);
  const operator = app.signIn(observabilityPermissions.read);
  await app.database.pool.query(
    `insert into files.file (id, owner_id, file_name, content_type, content_id, storage_status)
     select gen_random_uuid(), $1, 'x', 'text/plain', gen_random_uuid(), s from unnest($2::text[]) s`,
    [newId(), ['missing', 'infected', 'infected', 'available']],
  );

  const { status, body } = await operator.get('/observability/metrics');

  const modules: readonly Kpi[] = body.modules;
  const namesOf = (module: string) => modules.flatMap((kpi) => (kpi.module === module ? [kpi.name] : [])).toSorted();
  const valueOf = (module: string, name: string) =>
    modules.find((kpi) => kpi.module === module && kpi.name === name)?.values[0]?.value;
  const statusOf = (module: string, name: string) =>
    body.objectives.find((each: { name: string }) => each.name === `${module}.${name}`)?.status;
  assert.equal(status, 200);
  for (const [module, names] of Object.entries(PROMISED)) assert.deepEqual(namesOf(module), names.toSorted());
  assert.deepEqual([valueOf('files', 'missing'), valueOf('files', 'infected')], [1, 2]);
  assert.equal(statusOf('files', 'missing'), 'breached');
  assert.equal(statusOf('scheduler', 'quarantined'), 'ok');
  assert.equal(statusOf('notifications', 'success_ratio'), 'noData');
  assert.deepEqual(body.inbox, { pending: 0, failed: 0, retrying: 0 });
});
