import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toFailureText } from './failure-text.ts';

test('what is kept of an error has an end, and none of the secrets in its message', () => {
  assert.equal(
    toFailureText(new Error('connect amqp://app:hunter2Zq9@mq:5672 failed: token=abc123def')),
    'connect amqp://[redacted]@mq:5672 failed: token=[redacted]',
  );
  const cut = toFailureText(new Error(`${'x '.repeat(243)} Authorization: Bearer hunter2Zq9hunter2Zq9`));
  assert.equal(cut.length, 500);
  assert.doesNotMatch(cut, /hunter/);
  assert.equal(toFailureText('plain'), 'plain');
});
