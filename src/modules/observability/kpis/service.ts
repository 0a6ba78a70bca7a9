import { DURATIONS, REQUESTS, type Family, type HistogramSample } from '#platform/telemetry/port.ts';
import type { ObservabilityNeeds } from '../needs.ts';
import type { Objectives } from '../objectives/service.ts';
import type { KpiSnapshot } from '../schemas.ts';
import { quantileOf } from './quantile.ts';

const OUTBOX_SECONDS = 300;
const MILLISECONDS = 1000;

/** One picture of the system: what this process measures, what the database knows, and how both stand to the objectives. */
export function createKpis({
  registry,
  nodeId,
  moduleNames,
  now,
  objectives,
}: ObservabilityNeeds & { readonly objectives: Objectives }) {
  async function read(): Promise<KpiSnapshot> {
    const [families, judged] = await Promise.all([registry.collect(), objectives.read()]);
    const valueOf = (name: string, ...labels: string[]) => findValue(families, name, labels);
    const uptimeSeconds = valueOf('bonyan_process_uptime_seconds') ?? 0;
    const outboxOldest = valueOf('bonyan_outbox_oldest_seconds');
    const outboxFailed = valueOf('bonyan_messages', 'outbox', 'failed');
    return {
      at: now().toISOString(),
      nodeId,
      uptimeSeconds,
      requests: toRequests(families, uptimeSeconds),
      eventLoop: {
        p50Ms: (valueOf('bonyan_event_loop_delay_seconds', '50') ?? 0) * MILLISECONDS,
        p95Ms: (valueOf('bonyan_event_loop_delay_seconds', '95') ?? 0) * MILLISECONDS,
        p99Ms: (valueOf('bonyan_event_loop_delay_seconds', '99') ?? 0) * MILLISECONDS,
        utilization: valueOf('bonyan_event_loop_utilization_ratio') ?? 0,
      },
      memory: {
        rssBytes: valueOf('bonyan_process_memory_bytes', 'rss') ?? 0,
        heapUsedBytes: valueOf('bonyan_process_memory_bytes', 'heapUsed') ?? 0,
      },
      databasePool: {
        busy: valueOf('bonyan_database_pool_connections', 'busy') ?? 0,
        idle: valueOf('bonyan_database_pool_connections', 'idle') ?? 0,
        waiting: valueOf('bonyan_database_pool_connections', 'waiting') ?? 0,
      },
      outbox: {
        pending: valueOf('bonyan_outbox_pending'),
        failed: outboxFailed,
        oldestSeconds: outboxOldest,
      },
      inbox: {
        failed: valueOf('bonyan_messages', 'inbox', 'failed'),
        retrying: valueOf('bonyan_messages', 'inbox', 'retrying'),
      },
      work: {
        failed: valueOf('bonyan_messages', 'work', 'failed'),
        retrying: valueOf('bonyan_messages', 'work', 'retrying'),
      },
      modules: toModules(families, moduleNames()),
      objectives: [
        ...judged.map(({ name, target, about, status, value, burnRate, alert, budgetLeft, budgetEndsAt }) => ({
          name: name as string,
          about,
          status,
          target,
          value,
          alert: alert as string | null,
          budget: { windowDays: 30, left: budgetLeft, burnRate, endsAt: budgetEndsAt },
        })),
        toLimit('outboxOldestSeconds', 'Age of the oldest event that waits in the log', outboxOldest, OUTBOX_SECONDS),
        toLimit('outboxFailed', 'Messages of the outbox that wait for an operator', outboxFailed, 0),
      ],
    };
  }

  return { read };
}

export type Kpis = ReturnType<typeof createKpis>;

function findValue(families: readonly Family[], name: string, labels: readonly string[]): number | null {
  const family = families.find((each) => each.name === name);
  if (!family || family.type === 'histogram') return null;
  const sample = family.samples.find((each) => each.labels.every((label, index) => label === labels[index]));
  return sample?.value ?? null;
}

/** A value that must not be above a limit: a warning from half of it on. */
function toLimit(name: string, about: string, value: number | null, limit: number) {
  const isOver = value !== null && value > limit;
  const status = value === null ? 'noData' : isOver ? 'breached' : value > limit / 2 ? 'warning' : 'ok';
  return { name, about, status, target: limit, value, alert: null, budget: null } as const;
}

function toRequests(families: readonly Family[], uptimeSeconds: number): KpiSnapshot['requests'] {
  const counted = families.find(({ name }) => name === REQUESTS);
  const measured = families.find(({ name }) => name === DURATIONS);
  const counts = counted?.type === 'counter' ? counted.samples : [];
  const bounds = measured?.type === 'histogram' ? measured.bounds : [];
  const durations = measured?.type === 'histogram' ? measured.samples : [];
  const total = sum(counts.map(({ value }) => value));
  const errors = sum(counts.filter(({ labels }) => labels[2] === '5xx').map(({ value }) => value));
  return {
    total,
    perSecond: uptimeSeconds === 0 ? 0 : total / uptimeSeconds,
    errors,
    errorShare: total === 0 ? null : errors / total,
    routes: durations.map((sample) => {
      const [method = '', route = ''] = sample.labels;
      const own = counts.filter(({ labels }) => labels[0] === method && labels[1] === route);
      return {
        method,
        route,
        total: sum(own.map(({ value }) => value)),
        errors: sum(own.filter(({ labels }) => labels[2] === '5xx').map(({ value }) => value)),
        ...toQuantiles(bounds, sample),
      };
    }),
  };
}

function toQuantiles(bounds: readonly number[], sample: HistogramSample) {
  const at = (share: number) => (quantileOf(share, bounds, sample) ?? 0) * MILLISECONDS;
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}

/** What modules measure of themselves: the second word of the name is the module's. */
function toModules(families: readonly Family[], modules: readonly string[]): KpiSnapshot['modules'] {
  return families.flatMap((family) => {
    const [, module = '', ...rest] = family.name.split('_');
    if (family.type !== 'gauge' || !modules.includes(module)) return [];
    const values = family.samples.map(({ labels, value }) => ({ label: labels.join(' '), value }));
    return [{ module, name: rest.join('_'), values }];
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
