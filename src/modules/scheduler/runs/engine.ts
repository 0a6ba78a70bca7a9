import { sql } from 'kysely';
import type { Work, WorkResult } from '#platform/work/port.ts';
import { followAll } from '../dependencies/follow.ts';
import { isUnfinished } from '../executions/create.ts';
import { createMask } from '../handlers/mask.ts';
import type { Payloads } from '../handlers/payload.ts';
import type { HandlerRegistry } from '../handlers/registry.ts';
import type { JobStatuses } from '../jobs/status.ts';
import type { SchedulerNeeds } from '../needs.ts';
import type { SchedulerTables, SchedulerUnit } from '../tables.ts';
import { createAttempt } from './attempt.ts';
import { createBeginning, placesOf, type Begun } from './begin.ts';
import type { SchedulerMetrics } from './metrics.ts';
import { createOutcomes, type Traces } from './outcome.ts';
import { createWaitingLine } from './waiting-line.ts';
import type { RunWatch } from './watch.ts';

export interface RunEngineNeeds extends Pick<SchedulerNeeds, 'db' | 'permissionsOf' | 'nodeId'> {
  readonly registry: HandlerRegistry;
  readonly payloads: Payloads;
  readonly statuses: JobStatuses;
  readonly metrics: SchedulerMetrics;
  readonly watch: RunWatch;
}

const noTraces: Traces = { progress: null, progressNote: null, log: [] };
const nothing: WorkResult<SchedulerTables> = { write: async () => {} };

/** Runs what is due: one attempt per claimed work item. Claims, leases and fencing are those of the platform's queue. */
export function createRunEngine({ payloads, statuses, metrics, watch, ...needs }: RunEngineNeeds) {
  const { begin } = createBeginning(needs);
  const { succeed, fail } = createOutcomes({ statuses, metrics });
  const line = createWaitingLine();

  async function handle(work: Work, signal: AbortSignal): Promise<WorkResult<SchedulerTables>> {
    const begun = await begin(work);
    if (begun.kind === 'over') return nothing;
    if (begun.kind === 'full') return { ...nothing, retryInMs: line.wait(begun.place, work.ref), isUntried: true };
    if (begun.kind === 'leftOut') return { write: (unit) => leaveOut(unit, begun) };
    const error = 'the process ended during every attempt';
    if (begun.kind === 'usedUp') return fail({ ...noTraces, run: begun, outcome: 'lost', error, isPermanent: false });
    for (const place of placesOf(begun)) line.leave(place, work.ref);
    return attempt(begun, signal);
  }

  async function attempt(
    run: Extract<Begun, { kind: 'begun' }>,
    signal: AbortSignal,
  ): Promise<WorkResult<SchedulerTables>> {
    const { id, jobId, handler, fencingToken, secret, actor, maxExecutionSeconds } = run;
    if (!handler) return refuse(run, `this program has no handler ${run.type}`);
    const secrets = payloads.open(jobId, secret);
    const payload = { ...run.payload, ...secrets };
    const fault = payloads.findFault(handler, payload); // the handler may have changed since it was saved
    if (fault)
      return refuse(run, createMask(secrets)(`the payload does not fit: ${fault.path || '/'} ${fault.message}`));
    const current = createAttempt({
      handler,
      run: { jobId, executionId: id, attempt: run.attempt, fencingToken },
      payload,
      secrets,
      actor,
      maxExecutionMs: maxExecutionSeconds * 1000,
      signal,
    });
    watch.add(id, current);
    const beganMs = performance.now();
    const end = await current.perform().finally(() => watch.remove(id));
    if (end.outcome === 'dropped') return dropped(signal);
    metrics.count(run.type, end.outcome === 'succeeded' ? 'succeeded' : 'failed', performance.now() - beganMs);
    if (end.outcome === 'succeeded') return succeed({ run, write: end.result?.write ?? null, ...current.traces() });
    return fail({ run, ...end, ...current.traces() });
  }

  /** The run cannot begin, and another attempt would not either. */
  function refuse(run: Extract<Begun, { kind: 'begun' }>, error: string): WorkResult<SchedulerTables> {
    metrics.count(run.type, 'failed', 0);
    return fail({ ...noTraces, run, outcome: 'failed', error, isPermanent: true });
  }

  /** A cancelled run is recorded already. Without its lease, nothing may be recorded. */
  function dropped(signal: AbortSignal): WorkResult<SchedulerTables> {
    if (signal.aborted) throw new Error('the lease of the run was lost, or the process ends');
    return nothing;
  }

  async function leaveOut(
    unit: SchedulerUnit,
    { id, jobId, occurrenceAtUtc, reason }: Extract<Begun, { kind: 'leftOut' }>,
  ): Promise<void> {
    if (reason === 'owner') await statuses.pauseForOwner(unit, jobId);
    await unit.tx
      .updateTable('scheduler.execution')
      .set({ status: 'skipped', skipReason: reason, finishedAtUtc: sql<string>`now()` })
      .where('id', '=', id)
      .where(isUnfinished)
      .execute();
    await followAll(unit, [{ jobId, occurrenceAtUtc }]);
  }

  return { handle };
}
