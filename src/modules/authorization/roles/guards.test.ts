import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditPermissions } from '#modules/audit/contract.ts';
import { testApp } from '#testing/app.ts';
import { everything, subject } from '#testing/authorization.ts';

const LACKED = auditPermissions.read.code;
const MAKE_ADMINISTRATOR = `insert into "authorization".subject_role (user_id, role_id)
  select $1, id from "authorization".role where name = 'admin'`;
type Way = 'grant' | 'role' | 'denial' | 'administrator' | 'none';

/** What one holder of the role has, and whether its change is then refused to a caller who lacks the permission. */
const ways: readonly (readonly [Way, isRefused: boolean])[] = [
  ['grant', true],
  ['role', true],
  ['denial', false],
  ['administrator', false],
  ['none', false],
];

for (const others of [0, 300])
  test(`with ${others} other holders, a role is taken only by callers who hold all that a holder has`, async (t) => {
    const app = await testApp(t);
    const admin = everything(app);
    await admin.post('/authorization/roles', { name: 'auditor', permissions: [LACKED] });
    const manager = app.signIn(
      ...app.modules.flatMap(({ permissions = [] }) => permissions.filter(({ code }) => code !== LACKED)),
    );
    // Others have the permission too, and not the role.
    await admin.post('/authorization/grant-permission', { userId: await subject(app), permissionCode: LACKED });

    const refused: Record<string, boolean> = {};
    for (const [way] of ways) {
      const { body: base } = await admin.post('/authorization/roles', { name: `${way} base` });
      await admin.post('/authorization/roles', { name: `${way} top`, includes: [`${way} base`] });
      const userId = await subject(app);
      await app.database.pool.query(
        `with made as (
           insert into "authorization".subject (user_id) select gen_random_uuid() from generate_series(1, $1) returning user_id)
         insert into "authorization".subject_role (user_id, role_id) select user_id, $2 from made`,
        [others, base.id],
      );
      const assign = (roleName: string) => admin.post('/authorization/assign-role', { userId, roleName });
      const change = (verb: string) =>
        admin.post(`/authorization/${verb}-permission`, { userId, permissionCode: LACKED });
      await assign(`${way} top`);
      if (way === 'role') await assign('auditor');
      else if (way !== 'none') await change('grant');
      if (way === 'administrator') await app.database.pool.query(MAKE_ADMINISTRATOR, [userId]);
      if (way === 'denial') await change('deny');
      const { status, body } = await manager.delete(`/authorization/roles/${base.id}`);
      refused[way] = status === 403;
      if (status === 403) assert.deepEqual([body.code, body.permissions], ['authorization.exceeds_own', [LACKED]]);
    }

    assert.deepEqual(refused, Object.fromEntries(ways));
  });
