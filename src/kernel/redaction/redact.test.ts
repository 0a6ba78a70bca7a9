import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HARMLESS, LEAKS, secretsIn } from '#testing/logging/leaks.ts';
import { createRedact, REDACTED } from './redact.ts';

const HOSTILE = [
  `password="x${'\\'.repeat(60_000)}x"`,
  '\\"a\\":\\"', 'a=', 'password=\\"', '1 ', '"', '{', 'a.', '-----BEGIN A PRIVATE KEY-----', 'name=[', 'name=\\"', 'value=[name=pass ',
  '"key","', '"pass",[', '"pass",1', 'pass key: ', 'value=pass\nname=pass\n',
]; // prettier-ignore

const redacted = (value: unknown) => JSON.stringify(createRedact([]).field('field', value));

test('no secret of the corpus is left', () => {
  const leaks = LEAKS.filter((value) => {
    const safe = redacted(value);
    return secretsIn(safe).length > 0 || !safe.includes(REDACTED);
  });

  assert.deepEqual(leaks.map(redacted), []);
});

test('numbers, ids, and sentences about secrets stay', () => {
  assert.deepEqual(HARMLESS.filter((value) => redacted(value) !== JSON.stringify(value)).map(redacted), []);
});

test('a pattern of the operator is removed too', () => {
  assert.equal(createRedact([/IR\d{24}/gu]).text('to IR062960000000100324200001'), `to ${REDACTED}`);
});

test('hostile texts take less than a second of CPU', () => {
  const { text } = createRedact([]);
  const begun = process.cpuUsage(); // other tests run on the same machine

  for (const part of HOSTILE) text(part.repeat(65_536 / part.length));

  const { user, system } = process.cpuUsage(begun);
  assert.ok(user + system < 1e6, `${(user + system) / 1000} ms`);
});
