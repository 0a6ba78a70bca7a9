import type { Orchestration } from '#platform/orchestration/port.ts';
import { gaugesOf, single, type Registry } from './port.ts';

/** What waits in the database: the same from every process. */
export function measureOrchestration(registry: Registry, orchestration: Orchestration): void {
  const gauges = gaugesOf(orchestration.read, [
    {
      name: 'bonyan_messages',
      help: 'Messages whose last attempt failed',
      labels: ['box', 'state'],
      toSamples: ({ outbox, inbox, work }) =>
        Object.entries({ outbox, inbox, work }).flatMap(([box, { failed, retrying }]) => [
          { labels: [box, 'failed'], value: failed },
          { labels: [box, 'retrying'], value: retrying },
        ]),
    },
    {
      name: 'bonyan_outbox_pending',
      help: 'Events that wait in the log, counted up to 1,000',
      labels: [],
      toSamples: ({ outbox }) => single(outbox.pending),
    },
    {
      name: 'bonyan_outbox_oldest_seconds',
      help: 'Age of the oldest event that waits in the log',
      labels: [],
      toSamples: ({ outbox }) => single(outbox.oldestSeconds),
    },
    {
      name: 'bonyan_inbox_pending',
      help: 'Events that a consumer has not handled, counted up to 1,000',
      labels: ['consumer'],
      toSamples: ({ inbox }) => inbox.consumers.map(({ name, pending }) => ({ labels: [name], value: pending })),
    },
    {
      name: 'bonyan_inbox_oldest_seconds',
      help: 'Age of the oldest event that a consumer has not handled',
      labels: ['consumer'],
      toSamples: ({ inbox }) =>
        inbox.consumers.map(({ name, oldestSeconds }) => ({ labels: [name], value: oldestSeconds })),
    },
    {
      name: 'bonyan_work_due',
      help: 'Work items that could begin now',
      labels: ['queue'],
      toSamples: ({ queues }) => queues.map(({ name, due }) => ({ labels: [name], value: due })),
    },
    {
      name: 'bonyan_work_oldest_due_seconds',
      help: 'How long the oldest of them has waited',
      labels: ['queue'],
      toSamples: ({ queues }) =>
        queues.map(({ name, oldestDueSeconds }) => ({ labels: [name], value: oldestDueSeconds })),
    },
    {
      name: 'bonyan_nodes',
      help: 'Processes by what their heartbeat says',
      labels: ['kind', 'status'],
      toSamples: ({ nodes }) =>
        [...Map.groupBy(nodes, ({ kind, status }) => `${kind} ${status}`)].map(([key, all]) => ({
          labels: key.split(' '),
          value: all.length,
        })),
    },
  ]);
  for (const gauge of gauges) registry.gauge(gauge);
}
