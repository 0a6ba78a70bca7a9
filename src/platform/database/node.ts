import { hostname } from 'node:os';
import type { Log } from '#platform/log/port.ts';
import type { Pool } from './pool.ts';

const HEARTBEAT_MS = 10_000;
const REGISTERED_MS = 25_000; // after this time without a heartbeat other nodes may have deleted this node's row
const EXPIRED_SECONDS = 30; // above REGISTERED_MS, so that the node stops using its decision cache first

export type NodeKind = 'serve' | 'worker' | 'command';

const HEARTBEAT = `
  with expired as (
    delete from platform.node where heartbeat_at < now() - make_interval(secs => ${EXPIRED_SECONDS}) and id <> $1 returning *
  ),
  stopped as (
    insert into platform.stopped_node (id, kind, host, pid, started_at, heartbeat_at, state)
    select id, kind, host, pid, started_at, heartbeat_at, state from expired where kind <> 'command'
    on conflict do nothing
  )
  insert into platform.node (id, kind, host, pid, state) values ($1, $2, $3, $4, $5)
  on conflict (id) do update set heartbeat_at = now(), state = excluded.state`;

const SERVING = `
  select from platform.node
  where kind <> 'command' and heartbeat_at > now() - make_interval(secs => ${EXPIRED_SECONDS}) limit 1`;

/** What a node says about itself with each heartbeat. */
export interface NodeState {
  /** Whether it delivers events and runs work. */
  readonly runsBackground: boolean;
  /** Work items that it holds, by queue. */
  readonly held: Readonly<Record<string, number>>;
}

/** This process's row in `platform.node`: `start` inserts it and keeps it alive, `close` deletes it. */
export function createNode(pool: Pool, id: string, kind: NodeKind, log: Log) {
  let lastBeatMs = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  let readState = (): NodeState => ({ runsBackground: false, held: {} });

  async function beat(): Promise<void> {
    const sentMs = performance.now();
    await pool.query(HEARTBEAT, [id, kind, hostname(), process.pid, JSON.stringify(readState())]);
    lastBeatMs = sentMs;
  }

  return {
    /** False while other nodes may consider this node dead. */
    isRegistered: () => performance.now() - lastBeatMs < REGISTERED_MS,
    /** Whether some process runs that is no command. */
    async isAnyServing(): Promise<boolean> {
      const { rows } = await pool.query(SERVING, []);
      return rows.length > 0;
    },
    /** Asked at each heartbeat. */
    reportState: (read: () => NodeState) => void (readState = read),
    async start() {
      await beat();
      timer = setInterval(() => {
        beat().catch((error: unknown) =>
          log.warn(
            { err: error },
            'the heartbeat of this node failed; without one for 25 s it stops caching access decisions',
          ),
        );
      }, HEARTBEAT_MS);
    },
    async close() {
      clearInterval(timer);
      await pool.query('delete from platform.node where id = $1', [id]).catch(() => {}); // it expires anyway
    },
  };
}
