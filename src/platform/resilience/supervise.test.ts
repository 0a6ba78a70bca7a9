import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Component } from '#platform/health/port.ts';
import { defaultPolicy, supervise } from './supervise.ts';

const policy = { ...defaultPolicy, backoffMs: 1 };

/** A driver whose every method fails `failures` times, then answers with its own call count. */
function flaky(failures: number) {
  let calls = 0;
  const answer = async () => {
    if (++calls <= failures) throw new Error('down');
    return calls;
  };
  return { name: 'flaky', port: { read: answer, write: answer }, idempotent: ['read'] as const, probe: async () => {} };
}

test('an idempotent call is retried until it succeeds', async () => {
  const port = supervise(flaky(2), policy, []);
  assert.equal(await port.read(), 3);
});

test('an idempotent call is given up after the attempts of its policy', async () => {
  const port = supervise(flaky(3), policy, []);
  await assert.rejects(port.read(), /down/);
});

test('a call that may not run twice is tried once', async () => {
  const port = supervise(flaky(1), policy, []);
  await assert.rejects(port.write(), /down/);
  assert.equal(await port.write(), 2);
});

test('after five failures in a row the sixth call does not reach the driver', async () => {
  const driver = flaky(5);
  const port = supervise(driver, policy, []);
  for (let call = 1; call <= 5; call++) await assert.rejects(port.write(), /down/);

  await assert.rejects(port.write());

  assert.equal(await driver.port.write(), 6);
});

test('a call that fails by a mistake of the caller is neither retried nor counted', async () => {
  let calls = 0;
  const wrong = async () => {
    throw new RangeError(`wrong ${++calls}`);
  };
  const driver = { name: 'strict', port: { read: wrong }, idempotent: ['read'] as const, probe: async () => {} };
  const port = supervise(driver, { ...policy, breakAfter: 1 }, []);

  await assert.rejects(port.read(), /wrong 1/);
  await assert.rejects(port.read(), /wrong 2/);
});

test('a call that hangs is given up after its timeout', async () => {
  const hang = {
    name: 'hang',
    port: { read: () => new Promise<void>(() => {}) },
    idempotent: [],
    probe: async () => {},
  };
  const port = supervise(hang, { ...policy, timeoutMs: 5 }, []);
  await assert.rejects(port.read());
});

test('health probes the driver under its name', async () => {
  const components: Component[] = [];
  supervise({ ...flaky(0), probe: async () => Promise.reject(new Error('gone')) }, policy, components);
  await assert.rejects(components[0]?.probe() ?? Promise.resolve(), /gone/);
});
