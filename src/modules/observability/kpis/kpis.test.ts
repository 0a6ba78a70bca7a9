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

test('the age of the last verified backup is an objective where backups are configured, also when none was verified', async (t) => {
  const objectiveOf = async (environment: Record<string, string>, verifiedAt: string | null) => {
    const app = await testApp(t, { environment });
    await app.database.pool.query(
      `insert into platform.backup (file, made_at, bytes, is_encrypted, verified_at)
       values ('old', now() - interval '9 days', 1, false, now()), ('older', now() - interval '10 days', 1, false, null)`,
    );
    await app.database.pool.query(`update platform.backup set verified_at = $1::timestamptz where file = 'old'`, [
      verifiedAt,
    ]);
    const { body } = await app.signIn(observabilityPermissions.read).get('/observability/metrics');
    const found = body.objectives.find(({ name }: { name: string }) => name === 'backup.verified_age_seconds');
    return found && { status: found.status, days: Math.floor(found.value / 86_400) };
  };
  const BONYAN_BACKUP_DIR = '/nowhere';

  const verified = await objectiveOf({ BONYAN_BACKUP_DIR }, new Date().toISOString());
  const unverified = await objectiveOf({ BONYAN_BACKUP_DIR }, null);

  assert.deepEqual(verified, { status: 'breached', days: 9 });
  assert.deepEqual(unverified, { status: 'breached', days: 10 });
  assert.equal(await objectiveOf({}, null), undefined);
});
