import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertKept } from './answers.ts';
import { sendWithinBounds } from './costs.ts';
import { installation } from './installation.ts';
import { toRequest } from './requests.ts';
import { worstRequests } from './worst.ts';

test(
  'no request of a stranger or a plain user costs more than its share, whatever is in it',
  { timeout: 300_000 },
  async (t) => {
    const { app, operations, userId } = await installation(t);
    const callers = { 'a stranger': {}, 'a plain user': { 'x-test-caller': userId } };
    let count = 0;

    for (const operation of operations.filter(({ isStream }) => !isStream))
      await t.test(operation.name, async () => {
        const failures: string[] = [];
        for (const [caller, headers] of Object.entries(callers))
          for (const { name, parts } of worstRequests(operation)) {
            const request = toRequest(operation, { ...parts, headers: { ...parts.headers, ...headers } });
            count += 1;
            try {
              await assertKept(app, operation, await sendWithinBounds(app, operation, request));
            } catch (error) {
              failures.push(`${name} of ${caller}: ${(error as Error).message}`.slice(0, 600));
            }
          }
        assert.deepEqual(failures, []);
      });

    t.diagnostic(`${count} requests to ${operations.length} operations`);
  },
);
