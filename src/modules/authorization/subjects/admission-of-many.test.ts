import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { testApp } from '#testing/app.ts';
import { as, auditOf, everything, holderOf, within } from '#testing/authorization.ts';

const AUDIT = auditPermissions.read.code;

test('many who are admitted at once hold their roles from the next request on, with one entry each', async (t) => {
  const app = await testApp(t);
  await everything(app).post('/authorization/roles', { name: 'auditors', permissions: [AUDIT] });
  const [sara, reza, mina] = [newId(), newId(), newId()];
  const newcomers = [
    { userId: sara, isSuspended: false, roleNames: ['Auditors', 'auditors', 'user'] },
    { userId: reza, isSuspended: false, roleNames: [] },
    { userId: mina, isSuspended: true, roleNames: ['auditors'] },
  ];

  const unknown = await within(app, system('users'), async (unit) => {
    const names = await app.authorization.holdRoles(unit, ['Auditors', 'auditors', 'none']);
    await app.authorization.admitAll(unit, newcomers);
    return names;
  });

  const statuses = [];
  for (const { userId } of newcomers) statuses.push((await as(app, userId).get('/audit')).status);
  const roles = await app.authorization.rolesOf([sara, reza, mina]);
  const entries = await auditOf(app, 'authorization.role_assigned');
  assert.deepEqual([unknown, statuses], [['none'], [200, 403, 403]]);
  assert.deepEqual([...roles.values()], [['auditors', 'user'], ['user'], ['auditors', 'user']]);
  assert.deepEqual(
    entries.filter(({ resourceId }) => resourceId === sara).map(({ payload }) => payload),
    [{ before: [], after: ['auditors', 'user'] }],
  );
});

test('who admits many gives no role beyond their own permissions, and none that there is not', async (t) => {
  const app = await testApp(t);
  await everything(app).post('/authorization/roles', { name: 'auditors', permissions: [AUDIT] });
  const admit = (actor: ReturnType<typeof holderOf>, roleName: string) =>
    within(app, actor, (unit) =>
      app.authorization.admitAll(unit, [{ userId: newId(), isSuspended: false, roleNames: [roleName] }]),
    );

  await assert.rejects(admit(holderOf(), 'auditors'), { code: 'authorization.exceeds_own' });
  await assert.rejects(admit(system('users'), 'none'), { code: 'authorization.role_not_found' });
  await admit(holderOf(AUDIT), 'auditors');
});
