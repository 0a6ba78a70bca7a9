import { hostname } from 'node:os';
import type { Log } from '#platform/log/port.ts';
import type { Pool } from './pool.ts';

const HEARTBEAT_MS = 10_000;
const TRUSTED_MS = 25_000; // after this long without a heartbeat others may have forgotten the node
const FORGOTTEN_SECONDS = 30; // above the trust of the node itself, so that it stops deciding first

export type NodeKind = 'serve' | 'worker' | 'command';

const HEARTBEAT = `
  with gone as (delete from platform.node where heartbeat_at < now() - make_interval(secs => ${FORGOTTEN_SECONDS}) and id <> $1)
  insert into platform.node (id, kind, host, pid) values ($1, $2, $3, $4)
  on conflict (id) do update set heartbeat_at = now()`;

/** This process in `platform.node`: `start` enters it and keeps it there, `close` takes it out. */
export function createNode(pool: Pool, id: string, kind: NodeKind, log: Log) {
  let lastBeatMs = -Infinity;
  let timer: NodeJS.Timeout | undefined;

  async function beat(): Promise<void> {
    const sentMs = performance.now();
    await pool.query(HEARTBEAT, [id, kind, hostname(), process.pid]);
    lastBeatMs = sentMs;
  }

  return {
    /** False while others may take this node for dead. */
    isRegistered: () => performance.now() - lastBeatMs < TRUSTED_MS,
    async start() {
      await beat();
      timer = setInterval(() => {
        beat().catch((error: unknown) => log.warn({ err: error }, 'heartbeat failed'));
      }, HEARTBEAT_MS);
    },
    async close() {
      clearInterval(timer);
      await pool.query('delete from platform.node where id = $1', [id]).catch(() => {}); // forgotten in a minute anyway
    },
  };
}
