import assert from 'node:assert/strict';
import { test } from 'node:test';
import { member, MINUTE_MS } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import { begun, TUS } from '#testing/files/resumable.ts';

const DAY_MS = 24 * 60 * MINUTE_MS;

test('what outlives its access token ends when its session was idle for too long, and not after a refresh', async (t) => {
  const app = await testApp(t);
  const [idle, busy] = [await member(app), await member(app)];
  const urls = [await begun(idle), await begun(busy)];
  await app.database.pool.query("update files.upload set expires_at = now() + interval '60 days'");
  const ask = async () => {
    const answers = [];
    for (const url of urls) answers.push((await app.http.inject({ method: 'HEAD', url, headers: TUS })).statusCode);
    return answers;
  };

  const before = await ask();
  app.pass(10 * DAY_MS);
  await busy.post('/users/refresh', { refreshToken: busy.tokens.refreshToken });
  app.pass(10 * DAY_MS);

  assert.deepEqual(
    [before, await ask()],
    [
      [200, 200],
      [404, 200],
    ],
  );
});
