import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTurns } from '#kernel/limits/turns.ts';
import { testApp } from '#testing/app.ts';
import { fileOwner, upload } from '#testing/files/uploads.ts';
import { createPersonalTurns } from './bounds.ts';

test('calls of one person run one after the other, and those of others do not wait for them', async () => {
  const [inPersonalTurn, inTurn] = [createPersonalTurns(), createTurns(1)];
  const ended: string[] = [];
  const call = (name: string) => () =>
    inTurn(async () => {
      await new Promise(setImmediate);
      ended.push(name);
      if (name === 'sara 2') throw new Error('failed');
    });

  const calls = ['sara 1', 'sara 2', 'sara 3', 'sara 4', 'reza 1'].map((name) =>
    inPersonalTurn(name.slice(0, 4), call(name)),
  );
  await Promise.allSettled(calls);

  assert.deepEqual(ended, ['sara 1', 'reza 1', 'sara 2', 'sara 3', 'sara 4']);
});

test('one person has ten uploads and scans at once, others have their own, and places become free', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [fileOwner(app), fileOwner(app)];

  const mine = Array.from({ length: 30 }, (_, at) => upload(sara, { path: at % 2 ? '/files' : '/files/scan' }));
  const [other, ...answers] = await Promise.all([upload(reza), ...mine]);
  const after = await upload(sara);

  const refused = answers.filter(({ status }) => status === 429);
  assert.deepEqual(new Set(refused.map(({ body }) => body.code)), new Set(['http.too_many_requests']));
  assert.ok(answers.length - refused.length >= 10);
  assert.deepEqual([other.status, after.status], [202, 202]);
});
