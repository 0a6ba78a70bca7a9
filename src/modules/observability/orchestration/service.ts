import type { NodeReport, OrchestrationState } from '#platform/orchestration/port.ts';
import type { ObservabilityNeeds } from '../needs.ts';
import type { OrchestrationHealth } from '../schemas.ts';

const LATE_SECONDS = 120; // events or due work that wait for so long wait for something that is wrong

/** What runs where, and what is wrong with it. */
export function createOrchestrationHealth({ orchestration, now }: ObservabilityNeeds) {
  async function read(): Promise<OrchestrationHealth> {
    const state = await orchestration.read();
    const problems = findProblems(state, now());
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

export function findProblems(state: OrchestrationState, now: Date): string[] {
  const { outbox, inbox, work, broker, nodes, queues } = state;
  const count = (failed: number, what: string) => (failed > 0 ? [`${failed} ${what}`] : []);
  return [
    ...(broker && broker.status !== 'healthy' ? [`the broker does not answer: ${broker.lastError}`] : []),
    ...count(outbox.failed, 'messages of the outbox have failed'),
    ...count(inbox.failed, 'messages of the inbox have failed'),
    ...count(work.failed, 'work items have failed'),
    ...inbox.consumers
      .filter(({ oldestSeconds }) => oldestSeconds > LATE_SECONDS)
      .map(({ name, oldestSeconds }) => `consumer ${name} is ${Math.round(oldestSeconds)} s behind the event log`),
    ...queues
      .filter(({ oldestDueSeconds }) => oldestDueSeconds > LATE_SECONDS)
      .map(({ name, oldestDueSeconds }) => `work of queue ${name} has waited for ${Math.round(oldestDueSeconds)} s`),
    ...nodes.filter((node) => isMissing(node, nodes)).map((node) => toMissing(node, now)),
    ...(nodes.some(({ status, runsBackground }) => status === 'alive' && runsBackground)
      ? []
      : ['no process delivers events and runs work']),
  ];
}

/** A process that was started again on the same machine after it is in its place. */
function isMissing({ status, kind, host, lastHeartbeatAt }: NodeReport, nodes: readonly NodeReport[]): boolean {
  const isSuccessor = (other: NodeReport) =>
    other.status === 'alive' && other.kind === kind && other.host === host && other.startedAt > lastHeartbeatAt;
  return status === 'stopped' && !nodes.some(isSuccessor);
}

function toMissing({ kind, pid, host, lastHeartbeatAt }: NodeReport, now: Date): string {
  const seconds = Math.round((now.getTime() - Date.parse(lastHeartbeatAt)) / 1000);
  return `${kind} ${pid} on ${host} has sent no heartbeat for ${seconds} s`;
}
