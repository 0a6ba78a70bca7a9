import type { Orchestration, OrchestrationState } from '#platform/orchestration/port.ts';
import type { Registry, Sample } from './port.ts';

/** What waits in the database: the same from every process. One collection reads it once. */
export function measureOrchestration(registry: Registry, orchestration: Orchestration): void {
  let reading: Promise<OrchestrationState> | null = null;

  function gauge(
    name: string,
    help: string,
    labels: readonly string[],
    toSamples: (state: OrchestrationState) => Sample[],
  ) {
    const read = async () => {
      reading ??= orchestration.read().finally(() => (reading = null));
      return toSamples(await reading);
    };
    registry.gauge({ name, help, labels, read });
  }

  gauge('bonyan_messages', 'Messages whose last attempt failed', ['box', 'state'], ({ outbox, inbox, work }) =>
    Object.entries({ outbox, inbox, work }).flatMap(([box, { failed, retrying }]) => [
      { labels: [box, 'failed'], value: failed },
      { labels: [box, 'retrying'], value: retrying },
    ]),
  );
  gauge('bonyan_outbox_pending', 'Events that wait in the log, counted up to 1,000', [], ({ outbox }) => [
    { labels: [], value: outbox.pending },
  ]);
  gauge('bonyan_outbox_oldest_seconds', 'Age of the oldest event that waits in the log', [], ({ outbox }) => [
    { labels: [], value: outbox.oldestSeconds },
  ]);
  gauge(
    'bonyan_inbox_oldest_seconds',
    'Age of the oldest event that a consumer has not handled',
    ['consumer'],
    (state) => state.inbox.consumers.map(({ name, oldestSeconds }) => ({ labels: [name], value: oldestSeconds })),
  );
  gauge('bonyan_work_due', 'Work items that could begin now', ['queue'], ({ queues }) =>
    queues.map(({ name, due }) => ({ labels: [name], value: due })),
  );
  gauge('bonyan_work_oldest_due_seconds', 'How long the oldest of them has waited', ['queue'], ({ queues }) =>
    queues.map(({ name, oldestDueSeconds }) => ({ labels: [name], value: oldestDueSeconds })),
  );
  gauge('bonyan_nodes', 'Processes by what their heartbeat says', ['kind', 'status'], ({ nodes }) =>
    [...Map.groupBy(nodes, ({ kind, status }) => `${kind} ${status}`)].map(([key, all]) => ({
      labels: key.split(' '),
      value: all.length,
    })),
  );
}
