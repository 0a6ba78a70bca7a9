import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { fileOwner, upload } from '#testing/files/uploads.ts';
import { createPersonalTurns, createTurns } from './bounds.ts';

test('calls beyond the bound wait, and each runs, also after one that failed', async () => {
  const inTurn = createTurns(2);
  const ended: number[] = [];
  let [running, peak] = [0, 0];

  const calls = await Promise.allSettled(
    Array.from({ length: 6 }, (_, at) =>
      inTurn(async () => {
        peak = Math.max(peak, ++running);
        await new Promise(setImmediate);
        running--;
        if (at === 1) throw new Error('failed');
        ended.push(at);
      }),
    ),
  );

  assert.deepEqual([peak, ended], [2, [0, 2, 3, 4, 5]]);
  assert.equal(calls.filter(({ status }) => status === 'rejected').length, 1);
});

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
