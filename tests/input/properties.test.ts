import fc from 'fast-check';
import { test } from 'node:test';
import type { Operation } from '#testing/operations.ts';
import { assertKept, send } from './answers.ts';
import { sendWithinBounds } from './costs.ts';
import { installation } from './installation.ts';
import { hostileParts, toRequest, validParts } from './requests.ts';

const RUNS = Number(process.env['BONYAN_TEST_RUNS'] ?? 100); // per route; half of them hostile
const DELETION = 'DELETE /api/v1/users/me';
const SEED = Number(process.env['BONYAN_TEST_SEED'] ?? 20_261_123);

test(
  'every route answers any request of anybody as the document declares, at a bounded cost',
  { timeout: 600_000 },
  async (t) => {
    const made = await installation(t);
    const { app, operations, adminId, userId, todoIds, ownTodoIds, roleId, sessionId, passkeyId, messageId } = made;
    // Without the plain user: an administrator would delete the account.
    const known = [adminId, roleId, sessionId, passkeyId, messageId, ...todoIds, ...ownTodoIds];
    const caller = fc.oneof(
      { arbitrary: fc.constant(null), weight: 2 },
      { arbitrary: fc.constant(userId), weight: 3 },
      { arbitrary: fc.constant(adminId), weight: 5 },
    );
    t.diagnostic(`BONYAN_TEST_SEED=${SEED} BONYAN_TEST_RUNS=${RUNS}`);

    for (const operation of operations.filter(({ isStream }) => !isStream).toSorted(deletionLast))
      await t.test(operation.name, async () => {
        const parts = fc.oneof(validParts(operation, known), hostileParts(operation, known));
        const keeps = fc.asyncProperty(parts, caller, async (chosen, id) => {
          const headers = { ...(id !== null && { 'x-test-caller': id }), ...chosen.headers };
          const request = toRequest(operation, { ...chosen, headers });
          const answer = id === adminId ? await send(app, request) : await sendWithinBounds(app, operation, request);
          await assertKept(app, operation, answer);
        });
        await fc.assert(keeps, { numRuns: RUNS, seed: SEED, endOnFailure: true });
      });
  },
);

/** The callers keep their accounts for all other operations. */
function deletionLast(one: Operation, other: Operation): number {
  return Number(one.name === DELETION) - Number(other.name === DELETION);
}
