import { compare, cpuBound, toRows } from './compare.ts';
import { LIST_PATH } from './list.ts';
import type { Report } from './report.ts';
import { onStage } from './servers.ts';

const CPU_AT_MOST = 2; // includes the delivery of events to five consumers in the same process; the reference has none
const BODY = JSON.stringify({ description: 'Buy bread', labels: ['home'], priority: 'high' });
export const createLoad = { method: 'POST' as const, bodies: [BODY], connections: 10, amount: 1500 };

/** A todo and its event in one transaction, durable before the answer. */
export function create(): Promise<Report> {
  return onStage(async (stage) => {
    const headers = { authorization: `Bearer ${stage.accessToken}`, 'content-type': 'application/json' };
    const comparison = { ...stage, path: LIST_PATH, load: { ...createLoad, headers }, rounds: 5, warmUps: 2 };
    const rows = toRows('create', await compare(comparison));
    return { rows, bounds: [cpuBound('create', rows, CPU_AT_MOST)] };
  });
}
