import { setTimeout as sleep } from 'node:timers/promises';
import { pendingCursorsQuery } from '#platform/events/cursor.ts';
import { compare, cpuBound, toRows } from './compare.ts';
import { LIST_PATH } from './list.ts';
import type { Report } from './report.ts';
import { onStage, type Stage } from './servers.ts';

const CPU_AT_MOST = 1.3; // includes the delivery of events to five consumers in the same process; the reference has none
const LOOK_MS = 50;
const BODY = JSON.stringify({ description: 'Buy bread', labels: ['home'], priority: 'high' });
export const createLoad = { method: 'POST' as const, bodies: [BODY], connections: 10, amount: 1500 };

/** A todo and its event in one transaction, durable before the answer. */
export function create(): Promise<Report> {
  return onStage(
    async (stage) => {
      const headers = { authorization: `Bearer ${stage.accessToken}`, 'content-type': 'application/json' };
      const load = { ...createLoad, headers };
      const settled = () => untilDelivered(stage);
      const measured = await compare({ ...stage, path: LIST_PATH, load, rounds: 7, warmUps: 2, settled });
      return { rows: toRows('create', measured), bounds: [cpuBound('create', measured, CPU_AT_MOST)] };
    },
    { isApart: true },
  );
}

/** Until every consumer has seen every event. The safety poll moves those that nothing wakes. */
export async function untilDelivered({ sql }: Stage): Promise<void> {
  const everybody = '(select array_agg(consumer) from platform.cursor)';
  const open = `select consumer from platform.cursor where owner is not null union all ${pendingCursorsQuery(everybody)}`;
  while ((await sql(open)).length > 0) await sleep(LOOK_MS);
}
