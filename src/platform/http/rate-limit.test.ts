import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rateLimits } from '#platform/config/rate-limits.ts';
import { createRateLimit } from './rate-limit.ts';

const cache = { increment: () => ({ count: 1, resetMs: 1 }) } as never;

test('a rule that means no route is a mistake that names it', () => {
  const rateLimit = createRateLimit({ cache, perMinute: 0, rules: rateLimits('GET /a/{id}=1/s, * /b/*=2/d') });
  rateLimit.addRoute({ method: 'HEAD', url: '/a/:id' });
  assert.throws(() => rateLimit.check(), /BONYAN_RATE_LIMITS: no route is meant by "\* \/b\/\*=2\/d"/);

  rateLimit.addRoute({ method: ['PUT', 'POST'], url: '/b/c' });
  rateLimit.check();
});

test('what is no rule is refused with an example', () => {
  const [rule] = rateLimits(' POST /api/v1/todos=30/min ');

  assert.deepEqual(rule, {
    text: 'POST /api/v1/todos=30/min',
    method: 'POST',
    path: '/api/v1/todos',
    count: 30,
    windowSeconds: 60,
  });
  assert.deepEqual(rateLimits(''), []);
  for (const text of ['POST todos=1/h', 'todos=1/h', 'post /a=1/h', 'GET /a=0/h', 'GET /a=1/w', 'GET /"=1/h', 'GET /a'])
    assert.throws(() => rateLimits(text), /expected rules such as/, text);
  assert.throws(() => rateLimits('GET /a=1/h,'.repeat(101)), /at most 100 rules/);
});
