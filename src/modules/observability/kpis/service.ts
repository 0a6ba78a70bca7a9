import { DURATIONS, REQUESTS, type Family, type HistogramSample, type Limits } from '#platform/telemetry/port.ts';
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
        pending: sumOf(families, 'bonyan_inbox_pending'),
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
        judge('outboxOldestSeconds', 'Age of the oldest event that waits in the log', outboxOldest, {
          atMost: OUTBOX_SECONDS,
        }),
        judge('outboxFailed', 'Messages of the outbox that wait for an operator', outboxFailed, { atMost: 0 }),
        ...toModuleObjectives(families, moduleNames()),
      ],
    };
  }

  return { read };
}

export type Kpis = ReturnType<typeof createKpis>;

/** Null where it could not be read. */
function sumOf(families: readonly Family[], name: string): number | null {
  const family = families.find((each) => each.name === name);
  if (family?.type !== 'gauge' || family.samples.length === 0) return null;
  return sum(family.samples.map(({ value }) => value));
}

function findValue(families: readonly Family[], name: string, labels: readonly string[]): number | null {
  const family = families.find((each) => each.name === name);
  if (!family || family.type === 'histogram') return null;
  const sample = family.samples.find((each) => each.labels.every((label, index) => label === labels[index]));
  return sample?.value ?? null;
}

/** A value that must not be beyond a limit: a warning where half of what is allowed is used. */
function judge(name: string, about: string, value: number | null, { atMost, atLeast }: Limits) {
  const target = atMost ?? atLeast ?? 0;
  const half = atMost === undefined ? (1 + target) / 2 : target / 2; // the best share is 1
  const isBeyond = (limit: number) => value !== null && (atMost === undefined ? value < limit : value > limit);
  const status = value === null ? 'noData' : isBeyond(target) ? 'breached' : isBeyond(half) ? 'warning' : 'ok';
  return { name, about, status, target, value, alert: null, budget: null } as const;
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
function gaugesOfModules(families: readonly Family[], modules: readonly string[]) {
  return families.flatMap((family) => {
    const [, module = '', ...rest] = family.name.split('_');
    if (family.type !== 'gauge' || !modules.includes(module)) return [];
    return [{ module, name: rest.join('_'), family }];
  });
}

function toModules(families: readonly Family[], modules: readonly string[]): KpiSnapshot['modules'] {
  return gaugesOfModules(families, modules).map(({ module, name, family: { samples } }) => {
    return { module, name, values: samples.map(({ labels, value }) => ({ label: labels.join(' '), value })) };
  });
}

function toModuleObjectives(families: readonly Family[], modules: readonly string[]) {
  return gaugesOfModules(families, modules).flatMap(({ module, name, family }) => {
    const { help, atMost, atLeast, samples } = family;
    if (atMost === undefined && atLeast === undefined) return [];
    return [judge(`${module}.${name}`, help, samples[0]?.value ?? null, family)];
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
