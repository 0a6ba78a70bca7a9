import { setTimeout as sleep } from 'node:timers/promises';
import { createAccounts } from './accounts.ts';
import { median, toRow } from './compare.ts';
import { LIST_PATH, createTodos } from './list.ts';
import { send } from './others/load.ts';
import type { Report } from './report.ts';
import { onStage, PASSWORD, type Stage } from './servers.ts';

const ROUNDS = 5;
const PROBES = 400;
const FLOODERS = 64;
const SURPLUS = 100; // more than can be hashed or wait
const SLOWER_AT_MOST = 3;

/** The effect of many sign-ins at once on other requests, and the answers to the surplus sign-ins. */
export function flood(): Promise<Report> {
  return onStage(async (stage) => {
    await createTodos(stage);
    const emails = await createAccounts(stage, 'flood', SURPLUS);
    const probe = {
      url: stage.bonyan.url + LIST_PATH,
      method: 'GET' as const,
      headers: { authorization: `Bearer ${stage.accessToken}` },
      connections: 1,
      amount: PROBES,
    };
    await send(probe);
    const idle = [];
    const during = [];
    for (let round = 0; round < ROUNDS; round++) {
      idle.push((await send(probe)).p99Ms);
      const stop = startFlood(stage, emails.slice(0, FLOODERS));
      during.push((await send(probe)).p99Ms);
      await stop();
    }
    const stop = startFlood(stage, emails);
    await sleep(3000);
    const { accepted, refused, withoutRetryAfter, other } = await stop();
    const rows = [
      toRow('list of todos p99, idle', 'ms', idle),
      toRow(`list of todos p99, ${FLOODERS} sign-ins at once`, 'ms', during),
      { measure: `${SURPLUS} sign-ins at once: accepted`, bonyan: accepted, unit: '' },
      { measure: `${SURPLUS} sign-ins at once: refused with 503`, bonyan: refused, unit: '' },
    ];
    const bounds = [
      { what: 'list p99 against idle', actual: median(during) / median(idle), atMost: SLOWER_AT_MOST, unit: '×' },
      { what: 'surplus sign-ins refused', actual: refused, atLeast: 1, unit: '' },
      { what: 'refusals without Retry-After', actual: withoutRetryAfter, atMost: 0, unit: '' },
      { what: 'answers that are neither', actual: other, atMost: 0, unit: '' },
    ];
    return { rows, bounds };
  });
}

/** Each address signs in repeatedly until `stop`, and waits a second after a refusal. */
function startFlood({ bonyan }: Stage, emails: readonly string[]) {
  const counts = { accepted: 0, refused: 0, withoutRetryAfter: 0, other: 0 };
  let isOn = true;
  const all = emails.map(async (email) => {
    while (isOn) {
      const response = await fetch(`${bonyan.url}/api/v1/users/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password: PASSWORD }),
      });
      await response.arrayBuffer();
      if (response.status === 200) counts.accepted++;
      else if (response.status === 503) {
        counts.refused++;
        if (!response.headers.get('retry-after')) counts.withoutRetryAfter++;
        await sleep(1000);
      } else counts.other++;
    }
  });
  return async () => {
    isOn = false;
    await Promise.all(all);
    return counts;
  };
}
