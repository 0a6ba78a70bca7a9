import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { assertProblem, send } from './answers.ts';
import { installation, type Installation } from './installation.ts';
import { mistakesIn, rightParts, type Mistake } from './mistakes.ts';
import { toRequest } from './requests.ts';
import type { Operation } from '#testing/api/operations.ts';
import { makeRow } from '#testing/rows.ts';
import { readTables } from './tables.ts';

test('every mistake at every endpoint is refused as documented, and changes nothing', async (t) => {
  const made = await installation(t);
  let count = 0;

  for (const operation of made.operations)
    await t.test(operation.name, async () => {
      const mistakes = mistakesIn(operation);
      const before = await readTables(made.app);

      const failures = await Promise.all(mistakes.map((mistake) => failureOf(made, operation, mistake)));

      assert.deepEqual(
        failures.filter((failure) => failure !== null),
        [],
      );
      assert.deepEqual(await readTables(made.app), before);
      count += mistakes.length;
    });

  t.diagnostic(`${count} mistakes at ${made.operations.length} operations`);
});

test("somebody else's row is a 404, and does not change", async (t) => {
  const made = await installation(t);
  const { app, operations } = made;
  const shared = ['/problems', ...app.modules.flatMap(({ sharedPaths = [] }) => sharedPaths)];
  const isShared = (path: string) => shared.some((start) => path === start || path.startsWith(`${start}/`));
  const owned = operations.filter(({ path, params }) => Object.keys(params).length > 0 && !isShared(path));
  const permissions = app.modules.flatMap((module) => module.permissions ?? []);
  const stranger = app.signIn(...permissions.filter(({ code }) => !code.endsWith('.manage_all')));
  const rows = new Map<string, string>();
  for (const { path } of owned) rows.set(path, await rowOf(made, path));
  const before = await readTables(app);

  for (const operation of owned)
    await t.test(operation.name, async () => {
      const row = rows.get(operation.path) ?? '';
      const params = Object.fromEntries(Object.keys(operation.params).map((name) => [name, row]));
      const headers = { 'x-test-caller': stranger.userId };

      const answer = await send(app, toRequest(operation, { ...rightParts(operation), params, headers }));

      assert.equal(answer.status, 404, NOT_SHARED);
      await assertProblem(app, operation, answer);
    });

  assert.deepEqual(await readTables(app), before);
  assert.ok(owned.length >= 9, 'there are too few operations with ids');
});

const NOT_SHARED =
  'a row of somebody else must be a 404; if it does not belong to a single user, add its path to `sharedPaths` of module.ts';

/** A row of the administrator: a new one by POST to the collection, or an existing one of the installation. */
async function rowOf(
  {
    app,
    adminId,
    operations,
    messageId,
    scheduleId,
    sessionId,
    apiKeyId,
    impersonationId,
    passkeyId,
    identityId,
    fileId,
    uploadId,
    executionId,
  }: Installation,
  path: string,
): Promise<string> {
  if (path.startsWith('/api/v1/notifications/schedules/')) return scheduleId;
  if (path.startsWith('/api/v1/notifications/')) return messageId;
  if (path.startsWith('/api/v1/scheduler/executions/')) return executionId;
  if (path.startsWith('/api/v1/files/uploads/')) return uploadId;
  if (path.startsWith('/api/v1/files/folders/'))
    return (await app.client({ 'x-test-caller': adminId }).post('/files/folders', { name: newId() })).body.id;
  if (path.startsWith('/api/v1/files/')) return fileId;
  if (path.startsWith('/api/v1/users/sessions/')) return sessionId;
  if (path.startsWith('/api/v1/users/api-keys/')) return apiKeyId;
  if (path.startsWith('/api/v1/users/impersonations/')) return impersonationId;
  if (path.startsWith('/api/v1/users/passkeys/')) return passkeyId;
  if (path.startsWith('/api/v1/users/identities/')) return identityId;
  return makeRow(app.client({ 'x-test-caller': adminId }), operations, path);
}

/** What is wrong with the refusal; null if it is correct. */
async function failureOf({ app, adminId }: Installation, operation: Operation, mistake: Mistake) {
  const { name, parts, status, code, path } = mistake;
  const headers = { 'x-test-caller': adminId, ...parts.headers };
  const answer = await send(app, toRequest(operation, { ...parts, headers }));
  try {
    const problem = await assertProblem(app, operation, answer);
    assert.equal(answer.status, status);
    assert.match(problem.code, typeof code === 'string' ? new RegExp(`^${code}$`) : code);
    if (path !== null) assert.ok(problem.errors.some((error: { path: string }) => error.path === path));
    return null;
  } catch (error) {
    return `${name}: ${(error as Error).message} ${answer.text}`.slice(0, 600);
  }
}
