import type { EventDef } from '#kernel/event.ts';
import type { Pool } from '#platform/database/pool.ts';
import { RELAY } from '#platform/events/cursor.ts';
import type { Consumer } from '#platform/events/delivery.ts';
import { readLags } from '#platform/events/health.ts';
import { createHealth } from '#platform/health/health.ts';
import type { Component } from '#platform/health/port.ts';
import type { NodeReport, Orchestration, OrchestrationState, QueueReport } from './port.ts';

const MISSING_SECONDS = 20; // two heartbeats
const COUNT_CAP = 10_000;

/** What runs in the program; known when all modules are. */
export interface ProgramParts {
  readonly consumers: readonly Consumer[];
  readonly published: readonly EventDef[];
  readonly queues: readonly string[];
}

interface OrchestrationNeeds {
  readonly pool: Pool;
  readonly broker: Component | null;
  readonly parts: () => ProgramParts;
}

export function createOrchestration({ pool, broker, parts }: OrchestrationNeeds): Orchestration {
  const health = broker && createHealth([broker]);

  let reading: Promise<OrchestrationState> | null = null;

  async function readAll(): Promise<OrchestrationState> {
    const { consumers, published, queues } = parts();
    const relay = { name: RELAY, subscriptions: published.map((event) => ({ event, handle: async () => {} })) };
    const [lags, counts, nodes, queueReports, report] = await Promise.all([
      readLags(pool, [...consumers, ...(broker ? [relay] : [])]),
      countMessages(pool),
      readNodes(pool),
      readQueues(pool, queues),
      health?.report() ?? null,
    ]);
    const all = lags.map(({ consumer, pending, seconds }) => ({ name: consumer, pending, oldestSeconds: seconds }));
    const own = all.filter(({ name }) => name !== RELAY);
    // Without a broker the log is where consumers read: what waits in it waits for the slowest of them.
    const out = broker ? all.find(({ name }) => name === RELAY) : own.toSorted(byAge)[0];
    const { pending = 0, oldestSeconds = 0 } = out ?? {};
    const [component] = report?.components ?? [];
    return {
      transport: broker ? 'rabbitmq' : 'inProcess',
      outbox: { pending, oldestSeconds, ...countsOf(counts, 'outbox') },
      inbox: { consumers: own, ...countsOf(counts, 'inbox') },
      work: countsOf(counts, 'work'),
      broker: component ?? null,
      nodes,
      queues: queueReports,
    };
  }

  return { read: () => (reading ??= readAll().finally(() => (reading = null))) };
}

const byAge = (one: { oldestSeconds: number }, other: { oldestSeconds: number }) =>
  other.oldestSeconds - one.oldestSeconds;

interface BoxCount {
  readonly box: string;
  readonly state: string;
  readonly count: number;
}

async function countMessages(pool: Pool): Promise<readonly BoxCount[]> {
  const { rows } = await pool.query<BoxCount>(
    `select b.box, s.state, c.count
     from unnest(array['inbox', 'outbox', 'work']) b (box) cross join unnest(array['failed', 'retrying']) s (state)
     cross join lateral (
       select count(*) as count from (
         select from platform.failed_message m where m.box = b.box and m.state = s.state limit ${COUNT_CAP}) counted
     ) c`,
  );
  return rows;
}

function countsOf(counts: readonly BoxCount[], box: string) {
  const count = (state: string) => counts.find((each) => each.box === box && each.state === state)?.count ?? 0;
  return { failed: count('failed'), retrying: count('retrying') };
}

/** Nodes that run, and those that stopped within the last hour. */
async function readNodes(pool: Pool): Promise<NodeReport[]> {
  interface Row extends Omit<NodeReport, 'runsBackground' | 'running'> {
    readonly state: { readonly runsBackground?: boolean; readonly held?: Readonly<Record<string, number>> };
  }
  const { rows } = await pool.query<Row>(
    `select n.id, n.kind, n.host, n.pid, n.started_at as "startedAt", n.heartbeat_at as "lastHeartbeatAt", n.state,
       case when n.heartbeat_at < now() - interval '${MISSING_SECONDS} s' then 'stopped' else 'alive' end as status,
       array(select c.consumer from platform.cursor c where c.owner = n.id and c.due_at > now() order by 1) as delivering
     from (
       select id, kind, host, pid, started_at, heartbeat_at, state from platform.node where kind <> 'command'
       union all
       select id, kind, host, pid, started_at, heartbeat_at, state from platform.stopped_node
     ) n order by n.started_at`,
  );
  return rows.map(({ state, ...node }) => ({
    ...node,
    runsBackground: state.runsBackground ?? false,
    running: Object.entries(state.held ?? {}).map(([queue, count]) => ({ queue, count })),
  }));
}

async function readQueues(pool: Pool, queues: readonly string[]): Promise<QueueReport[]> {
  const { rows } = await pool.query<QueueReport>(
    `select q.queue as name, least(sum(d.due), ${COUNT_CAP})::int as due,
       coalesce(extract(epoch from now() - min(d.oldest)), 0)::float8 as "oldestDueSeconds"
     from unnest($1::text[]) q (queue) cross join unnest(array[0, 1, 2]::smallint[]) l (lane)
     cross join lateral (
       select count(*) as due, min(due_at) as oldest from (
         select due_at from platform.work w
         where w.queue = q.queue and w.lane = l.lane and not w.parked and w.due_at <= now()
         order by w.due_at limit ${COUNT_CAP}) due
     ) d
     group by 1 order by 1`,
    [queues],
  );
  return rows;
}
