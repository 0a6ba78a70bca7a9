import type { Translated } from '#kernel/language.ts';
import type { NodeReport, OrchestrationState } from '#platform/orchestration/port.ts';
import type { ObservabilityNeeds } from '../needs.ts';
import type { OrchestrationHealth } from '../schemas.ts';
import { says } from './words.ts';

const LATE_SECONDS = 120; // events or due work that wait for so long wait for something that is wrong
const GROWING_SECONDS = 20; // a queue that has not caught up for so long is shown; an alert waits, since a burst may end

/** What runs where, and what is wrong with it. */
export function createOrchestrationHealth({ orchestration, now }: ObservabilityNeeds) {
  async function read(): Promise<OrchestrationHealth> {
    const state = await orchestration.read();
    const problems = findProblems(state, now(), GROWING_SECONDS).map(({ key, text }) => ({ key, text }));
    const status = problems.length === 0 ? 'healthy' : 'degraded';
    const { transport, outbox, inbox, work, broker, nodes, queues } = state;
    return {
      status,
      problems,
      outbox: { transport, ...outbox },
      inbox: { ...inbox, consumers: [...inbox.consumers] },
      work,
      broker,
      nodes: nodes.map((node) => ({ ...node, running: [...node.running], delivering: [...node.delivering] })),
      queues: [...queues],
    };
  }

  return { read };
}

export type OrchestrationHealthService = ReturnType<typeof createOrchestrationHealth>;

/** What is wrong; `key` stays the same while its numbers change. */
export interface OrchestrationProblem {
  readonly key: string;
  readonly text: Translated;
  /** How many things or seconds it is about. */
  readonly amount: number;
}

export function findProblems(
  state: OrchestrationState,
  now: Date,
  queueLateSeconds = LATE_SECONDS,
): OrchestrationProblem[] {
  const { outbox, inbox, work, broker, nodes, queues } = state;
  const count = (key: string, failed: number, what: (failed: number) => Translated) =>
    failed > 0 ? [{ key, text: what(failed), amount: failed }] : [];
  const isRun = nodes.some(({ status, runsBackground }) => status === 'alive' && runsBackground);
  return [
    ...(broker && broker.status !== 'healthy'
      ? [{ key: 'broker', text: says.broker(broker.lastError), amount: 0 }]
      : []),
    ...count('outbox', outbox.failed, says.outbox),
    ...count('inbox', inbox.failed, says.inbox),
    ...count('work', work.failed, says.work),
    ...inbox.consumers
      .filter(({ oldestSeconds }) => oldestSeconds > LATE_SECONDS)
      .map(({ name, oldestSeconds }) => ({
        key: `consumer.${name}`,
        text: says.consumer(name, Math.round(oldestSeconds)),
        amount: oldestSeconds,
      })),
    ...queues
      .filter(({ oldestDueSeconds }) => oldestDueSeconds > queueLateSeconds)
      .map(({ name, oldestDueSeconds }) => ({
        key: `queue.${name}`,
        text: says.queue(name, Math.round(oldestDueSeconds)),
        amount: oldestDueSeconds,
      })),
    ...nodes.filter((node) => isMissing(node, nodes)).map((node) => toMissing(node, now)),
    ...(isRun ? [] : [{ key: 'background', text: says.background, amount: 0 }]),
  ];
}

/** A process that was started again on the same machine after it is in its place. */
function isMissing({ status, kind, host, lastHeartbeatAt }: NodeReport, nodes: readonly NodeReport[]): boolean {
  const isSuccessor = (other: NodeReport) =>
    other.status === 'alive' && other.kind === kind && other.host === host && other.startedAt > lastHeartbeatAt;
  return status === 'stopped' && !nodes.some(isSuccessor);
}

function toMissing({ id, kind, pid, host, lastHeartbeatAt }: NodeReport, now: Date): OrchestrationProblem {
  const seconds = Math.round((now.getTime() - Date.parse(lastHeartbeatAt)) / 1000);
  return { key: `node.${id}`, text: says.node(`${kind} ${pid}`, host, seconds), amount: 0 };
}
