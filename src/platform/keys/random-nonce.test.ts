import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomNonce } from './random-nonce.ts';

test('no nonce is handed out twice, and none changes afterwards', () => {
  const nonces = Array.from({ length: 2000 }, () => randomNonce(12));
  const copies = nonces.map((nonce) => nonce.toString('hex'));
  const whole = randomNonce(4096);

  assert.equal(new Set(copies).size, 2000);
  assert.deepEqual(
    nonces.map((nonce) => nonce.toString('hex')),
    copies,
  );
  assert.ok(whole.length === 4096 && nonces.every(({ length }) => length === 12));
});
