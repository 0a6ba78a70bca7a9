import { DURATIONS, REQUESTS, type Family, type HistogramSample } from '#platform/telemetry/port.ts';
import type { ObservabilityNeeds } from '../needs.ts';
import { gaugesOfModules, judgeModules, judgeOutbox } from '../objectives/levels.ts';
import type { Objectives } from '../objectives/service.ts';
import type { KpiSnapshot } from '../schemas.ts';
import { quantileOf } from './quantile.ts';
import type { Recent, RecentCounts } from './recent.ts';

const MILLISECONDS = 1000;

interface KpiNeeds extends Pick<ObservabilityNeeds, 'registry' | 'nodeId' | 'moduleNames' | 'now'> {
  readonly objectives: Objectives;
  readonly recent: Pick<RecentCounts, 'read'>;
}

/** One picture of the system: what this process measures, what the database knows, and how both stand to the objectives. */
export function createKpis({ registry, nodeId, moduleNames, now, objectives, recent }: KpiNeeds) {
  async function read(): Promise<KpiSnapshot> {
    const [families, judged] = await Promise.all([registry.collect(), objectives.read()]);
    const valueOf = (name: string, ...labels: string[]) => findValue(families, name, labels);
    const uptimeSeconds = valueOf('bonyan_process_uptime_seconds') ?? 0;
    const outboxOldest = valueOf('bonyan_outbox_oldest_seconds');
    const outboxFailed = valueOf('bonyan_messages', 'outbox', 'failed');
    return {
      at: now().toISOString(),
      nodeId,
      uptimeSeconds: shown(uptimeSeconds),
      requests: toRequests(recent.read()),
      eventLoop: {
        p50Ms: shown((valueOf('bonyan_event_loop_delay_seconds', '50') ?? 0) * MILLISECONDS),
        p95Ms: shown((valueOf('bonyan_event_loop_delay_seconds', '95') ?? 0) * MILLISECONDS),
        p99Ms: shown((valueOf('bonyan_event_loop_delay_seconds', '99') ?? 0) * MILLISECONDS),
        utilization: shown(valueOf('bonyan_event_loop_utilization_ratio') ?? 0),
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
        ...[...judgeOutbox(outboxOldest, outboxFailed), ...judgeModules(families, moduleNames())].map((level) => ({
          ...level,
          alert: null,
          budget: null,
        })),
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

function toRequests({ families, seconds }: Recent): KpiSnapshot['requests'] {
  const counted = families.find(({ name }) => name === REQUESTS);
  const measured = families.find(({ name }) => name === DURATIONS);
  const counts = counted?.type === 'counter' ? counted.samples : [];
  const bounds = measured?.type === 'histogram' ? measured.bounds : [];
  const durations = measured?.type === 'histogram' ? measured.samples : [];
  const total = sum(counts.map(({ value }) => value));
  const errors = sum(counts.filter(({ labels }) => labels[2] === '5xx').map(({ value }) => value));
  return {
    total,
    windowSeconds: shown(seconds),
    perSecond: seconds === 0 ? 0 : shown(total / seconds),
    errors,
    errorShare: total === 0 ? null : shown(errors / total),
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

/** For people: more digits than these mean nothing. */
function shown(value: number): number {
  return Number(value.toPrecision(6));
}

function toQuantiles(bounds: readonly number[], sample: HistogramSample) {
  const at = (share: number) => shown((quantileOf(share, bounds, sample) ?? 0) * MILLISECONDS);
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}

/** What modules measure of themselves. */
function toModules(families: readonly Family[], modules: readonly string[]): KpiSnapshot['modules'] {
  return gaugesOfModules(families, modules).map(({ module, name, family: { samples } }) => {
    return { module, name, values: samples.map(({ labels, value }) => ({ label: labels.join(' '), value })) };
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
