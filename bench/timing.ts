import { createAccounts } from './accounts.ts';
import { median } from './compare.ts';
import type { Bound, Report } from './report.ts';
import { onStage, PASSWORD } from './servers.ts';

const PAIRS = 240;
const WARM_UPS = 20;
const APART = 0.1; // of the median: less than the noise of any network

type Body = (email: string) => Record<string, string>;

const person = { firstName: 'Sara', lastName: 'Amini', password: 'a long enough password' };
/** In this order: first a reset is requested, so that a code exists for which a wrong code can be counted. */
const calls: readonly { path: string; body: Body }[] = [
  { path: 'register', body: (email) => ({ email, ...person }) },
  { path: 'login', body: (email) => ({ email, password: `not ${PASSWORD}` }) },
  { path: 'forgot-password', body: (email) => ({ email }) },
  { path: 'resend-verification-code', body: (email) => ({ email }) },
  { path: 'reset-password', body: (email) => ({ email, code: '000000', newPassword: 'a long enough password' }) },
];

/**
 * Whether the response time shows that an address is known. Known and unknown addresses are sent in pairs, in
 * alternating order.
 */
export function timing(): Promise<Report> {
  return onStage(async (stage) => {
    const known = await createAccounts(stage, 'known', PAIRS + WARM_UPS);
    const rows = [];
    const bounds: Bound[] = [];
    for (const { path, body } of calls) {
      const unknown = known.map((_, n) => `${path}-${n}@example.com`);
      const times = { known: [] as number[], unknown: [] as number[] };
      for (const n of known.keys()) {
        const pair = [
          ['known', known[n] ?? ''],
          ['unknown', unknown[n] ?? ''],
        ] as const;
        for (const [kind, email] of n % 2 === 0 ? pair : pair.toReversed()) {
          const tookMs = await ask(`${stage.bonyan.url}/api/v1/users/${path}`, body(email));
          if (n >= WARM_UPS) times[kind].push(tookMs);
        }
      }
      const [ofKnown, ofUnknown] = [median(times.known), median(times.unknown)];
      rows.push({ measure: `${path}: known address, p50`, bonyan: ofKnown, unit: 'ms' });
      rows.push({ measure: `${path}: unknown address, p50`, bonyan: ofUnknown, unit: 'ms' });
      bounds.push({ what: `${path}: known to unknown`, actual: ofKnown / ofUnknown, atMost: 1 + APART, unit: '×' });
      bounds.push({ what: `${path}: known to unknown`, actual: ofKnown / ofUnknown, atLeast: 1 - APART, unit: '×' });
    }
    return { rows, bounds };
  });
}

async function ask(url: string, body: Record<string, string>): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  const tookMs = performance.now() - startedAt;
  if (![202, 400, 401].includes(response.status)) throw new Error(`${url} answered ${response.status}`);
  return tookMs;
}
