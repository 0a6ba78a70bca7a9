import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer, temporaryDataDir, untilNobodyServes } from './server.ts';
import { request } from './telling.ts';

const SOON_MS = 5000;

test('Ctrl-C lets running requests end, and does not wait for idle open connections', async (t) => {
  const { dataDir, remove } = temporaryDataDir();
  const server = startServer(dataDir);
  t.after(async () => {
    await server.kill();
    await remove();
  });
  const { url } = await server.started;
  const register = (email: string) =>
    request(url, 'POST /api/v1/users/register', {
      body: { email, firstName: 'Sara', lastName: 'Karimi', password: 'four quiet rivers at dawn' },
    });
  // Passwords are hashed one after another: when the first is answered, the others are running.
  const answers = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => register(`${name}@example.com`));
  await Promise.race(answers);
  const beganMs = performance.now();

  const code = await server.interrupt();

  assert.equal(code, 0);
  assert.ok(performance.now() - beganMs < SOON_MS);
  assert.deepEqual([...new Set((await Promise.all(answers)).map(({ status }) => status))], [202]);
  assert.ok(await untilNobodyServes(dataDir));
});
