import fc from 'fast-check';
import { test } from 'node:test';
import { assertKept, send } from './answers.ts';
import { installation } from './installation.ts';
import { hostileParts, toRequest, validParts } from './requests.ts';

const RUNS = Number(process.env['BONYAN_TEST_RUNS'] ?? 100); // per route; half of them hostile
const SEED = Number(process.env['BONYAN_TEST_SEED'] ?? 20_261_123);

test('every route answers any request as the document declares', { timeout: 300_000 }, async (t) => {
  const { app, operations, adminId, todoIds, roleId, sessionId, passkeyId, messageId } = await installation(t);
  const known = [adminId, roleId, sessionId, passkeyId, messageId, ...todoIds];
  const caller = fc.constantFrom({}, ...Array.from({ length: 9 }, () => ({ 'x-test-caller': adminId })));
  t.diagnostic(`BONYAN_TEST_SEED=${SEED} BONYAN_TEST_RUNS=${RUNS}`);

  for (const operation of operations.filter(({ isStream }) => !isStream))
    await t.test(operation.name, async () => {
      const parts = fc.oneof(validParts(operation, known), hostileParts(operation, known));
      const keeps = fc.asyncProperty(parts, caller, async (made, headers) => {
        const request = toRequest(operation, { ...made, headers: { ...headers, ...made.headers } });
        await assertKept(app, operation, await send(app, request));
      });
      await fc.assert(keeps, { numRuns: RUNS, seed: SEED, endOnFailure: true });
    });
});
