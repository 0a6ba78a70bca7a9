import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { notificationPermissions } from '../contract.ts';

const { read, write, manageAll, access } = notificationPermissions;
const RUNS = Math.ceil(Number(process.env['BONYAN_TEST_RUNS'] ?? 100) / 8); // each run sends many requests
const SEED = Number(process.env['BONYAN_TEST_SEED'] ?? 20_261_123);
const PEOPLE = 3;
const ROLES = ['listeners', 'editors']; // the second includes the first
const person = fc.nat(PEOPLE - 1);

const setting = fc.record({
  messages: fc.array(fc.record({ by: person, to: person }), { minLength: 1, maxLength: 2 }),
  entries: fc.array(
    fc.record({
      message: fc.nat(1),
      subject: fc.oneof(fc.record({ person }), fc.record({ role: fc.constantFrom(...ROLES) })),
      canRead: fc.boolean(),
      canWrite: fc.boolean(),
    }),
    { maxLength: 4 },
  ),
  holders: fc.subarray([0, 1, 2]),
  seesAll: fc.subarray([0, 1, 2], { maxLength: 1 }),
});

test(
  'lists, single messages and explained decisions show the same messages to the same people',
  { timeout: 60_000 + RUNS * 3000 },
  async (t) => {
    const app = await testApp(t);
    const admin = app.signIn(...app.modules.flatMap(({ permissions = [] }) => permissions));
    await ok(admin.post('/authorization/roles', { name: ROLES[0] }));
    await ok(admin.post('/authorization/roles', { name: ROLES[1], includes: [ROLES[0]] }));
    t.diagnostic(`BONYAN_TEST_SEED=${SEED}, ${RUNS} runs`);

    const agrees = fc.asyncProperty(setting, async ({ messages, entries, holders, seesAll }) => {
      const people = await Promise.all(Array.from({ length: PEOPLE }, () => join(app)));
      for (const [index, { id }] of people.entries()) {
        const codes = [read, write, access, ...(seesAll.includes(index) ? [manageAll] : [])].map(({ code }) => code);
        for (const permissionCode of codes)
          await ok(admin.post('/authorization/grant-permission', { userId: id, permissionCode }));
        const roles = holders.includes(index) ? [ROLES[1]] : [];
        for (const roleName of roles) await ok(admin.post('/authorization/assign-role', { userId: id, roleName }));
      }
      const made: string[] = [];
      for (const { by, to } of messages) {
        const body = { channel: 'inApp', recipient: people[to]?.id, subject: 'x', body: 'y' };
        made.push((await ok(people[by]?.client.post('/notifications', body))).id);
      }
      for (const { message, subject, canRead, canWrite } of entries) {
        const isPerson = 'person' in subject;
        const entry = {
          subjectType: isPerson ? 'user' : 'role',
          subjectValue: isPerson ? people[subject.person]?.id : subject.role,
          canRead,
          canWrite,
        };
        const id = made[message % made.length];
        await ok(admin.put(`/notifications/${id}/permissions`, entry));
      }

      for (const { id: userId, client } of people) {
        const { items } = await ok(client.get('/notifications?pageSize=100'));
        for (const id of made) {
          const resource = { type: 'notification', id };
          const { decision } = await ok(
            admin.post('/authorization/check', { userId, permission: read.code, resource }),
          );
          const isFound = (await client.get(`/notifications/${id}`)).status === 200;
          const isListed = items.some((item: { id: string }) => item.id === id);
          assert.deepEqual([isListed, decision], [isFound, isFound]);
        }
      }
    });
    await fc.assert(agrees, { numRuns: RUNS, seed: SEED, endOnFailure: true });
  },
);

async function ok(answer: ReturnType<ReturnType<TestApp['client']>['get']> | undefined) {
  const { status = 0, body = null } = (await answer) ?? {};
  assert.ok(status >= 200 && status < 300, JSON.stringify(body));
  return body;
}

/** A user who can be reached. */
async function join(app: TestApp) {
  const id = newId();
  await app.database.units.write(system('users'), async (unit: AnyUnit) => {
    await app.authorization.admit(unit, id);
    await app.notifications.putRecipient(unit, {
      userId: id,
      email: app.randomEmail(),
      language: 'fa',
      timeZone: 'Asia/Tehran',
    });
  });
  return { id, client: app.client({ 'x-test-caller': id }) };
}
