import assert from 'node:assert/strict';
import type { TestApp } from '#testing/app.ts';
import type { Operation } from '#testing/api/operations.ts';
import { send, type RawAnswer } from './answers.ts';
import type { RawRequest } from './requests.ts';

/** What one call of a stranger or a plain user may take: time of this process's CPU, PostgreSQL's beside it, and in all. */
const MAX_CPU_MS = 50;
const MAX_MS = 2000;
// The machine has other work, and the first call compiles: the cheapest of so many calls says what the request costs.
const REPEATS = 6;

/** Slow on purpose: they hash a password with argon2id, which takes a core tens of milliseconds. */
const HASHES_A_PASSWORD = new Set([
  'POST /api/v1/setup',
  'POST /api/v1/users/register',
  'POST /api/v1/users/verify-email/link',
  'POST /api/v1/users/login',
  'POST /api/v1/users/step-up',
  'POST /api/v1/users/change-password',
  'POST /api/v1/users/reset-password',
  'POST /api/v1/users/reset-password/link',
  'POST /api/v1/users/accept-invitation',
]);
// CPU time of the work of `slowness` on a machine of 2026; where the same work takes longer, every bound is longer by as much.
const FIXED_MS = 3;
const ROWS = Array.from({ length: 2000 }, (_, n) => ({ id: n, name: `row ${n}` }));
const MAX_HASH_MS = 400; // one hash on a machine with other work; how many run at once is bounded (`users.busy`)

/** Sends a request, and again if it took too long. Asserts the bounds of the cheapest; returns the first answer. */
export async function sendWithinBounds(app: TestApp, operation: Operation, request: RawRequest): Promise<RawAnswer> {
  const maxCpuMs = HASHES_A_PASSWORD.has(operation.name) ? MAX_HASH_MS : MAX_CPU_MS;
  const first = await measure(app, request);
  let { cpuMs, ms } = first;
  for (let repeat = 0; repeat < REPEATS && (cpuMs > maxCpuMs || ms > MAX_MS); repeat += 1) {
    const again = await measure(app, request);
    cpuMs = Math.min(cpuMs, again.cpuMs / slowness());
    ms = Math.min(ms, again.ms);
  }
  assert.ok(cpuMs <= maxCpuMs, `took ${cpuMs} ms of CPU, answered ${first.answer.status}`);
  assert.ok(ms <= MAX_MS, `took ${ms} ms, answered ${first.answer.status}`);
  return first.answer;
}

/** How many times longer than usual this machine takes just now; at least 1. */
function slowness(): number {
  const begun = process.cpuUsage();
  for (let round = 0; round < 4; round++) JSON.parse(JSON.stringify(ROWS));
  const { user, system } = process.cpuUsage(begun);
  return Math.max(1, (user + system) / 1000 / FIXED_MS);
}

async function measure(app: TestApp, request: RawRequest) {
  const begunMs = performance.now();
  const begun = process.cpuUsage();
  const answer = await send(app, request);
  const { user, system } = process.cpuUsage(begun);
  return { answer, cpuMs: (user + system) / 1000, ms: performance.now() - begunMs };
}
