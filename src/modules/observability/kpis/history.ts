import type { ObservabilityNeeds } from '../needs.ts';
import { BUDGET_SECONDS } from '../objectives/objectives.ts';
import { listRequests } from '../objectives/queries.ts';
import { toSpan } from '../objectives/span.ts';
import type { RequestHistory, RequestHistoryQuery } from '../schemas.ts';

/** Requests over time, as the objectives have counted them over all processes. */
export function createHistory({ db, now }: Pick<ObservabilityNeeds, 'db' | 'now'>) {
  async function read({ from, to }: RequestHistoryQuery): Promise<RequestHistory> {
    const nowMs = now().getTime();
    const toMs = Math.min(nowMs, to === undefined ? nowMs : Date.parse(to));
    const fromMs = Math.max(Date.parse(from), nowMs - BUDGET_SECONDS * 1000); // before it, nothing is kept
    const span = toSpan(fromMs, toMs, nowMs);
    const [first, last] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
    return { stepSeconds: span.stepSeconds, items: await listRequests(db.read, { ...span, from: first, to: last }) };
  }

  return { read };
}

export type RequestHistoryService = ReturnType<typeof createHistory>;
