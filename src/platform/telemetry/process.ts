import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Pool } from '#platform/database/pool.ts';
import type { Registry } from './port.ts';

const RESOLUTION_MS = 20;
const PERCENTILES = [50, 95, 99] as const;

/** Delay of the event loop, memory, processor time and database connections of this process, until `stop`. */
export function measureProcess(registry: Registry, pool: Pick<Pool, 'connections'>) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  registry.gauge({
    name: 'bonyan_event_loop_delay_seconds',
    help: 'Delay of the event loop since the process started',
    labels: ['percentile'],
    read: () =>
      PERCENTILES.map((percent) => ({
        labels: [String(percent)],
        value: Math.max(0, delays.percentile(percent) / 1e9 - RESOLUTION_MS / 1000),
      })),
  });
  registry.gauge({
    name: 'bonyan_event_loop_utilization_ratio',
    help: 'Share of the time since the start in which the event loop was busy',
    labels: [],
    read: () => [{ labels: [], value: performance.eventLoopUtilization().utilization }],
  });
  registry.gauge({
    name: 'bonyan_process_memory_bytes',
    help: 'Memory of the process',
    labels: ['kind'],
    read: () => {
      const { rss, heapUsed, external } = process.memoryUsage();
      return Object.entries({ rss, heapUsed, external }).map(([kind, value]) => ({ labels: [kind], value }));
    },
  });
  registry.gauge({
    name: 'bonyan_process_uptime_seconds',
    help: 'Time since the process started',
    labels: [],
    read: () => [{ labels: [], value: process.uptime() }],
  });
  registry.gauge({
    name: 'bonyan_database_pool_connections',
    help: 'Connections of this process to the database, and callers that wait for one',
    labels: ['state'],
    read: () => Object.entries(pool.connections()).map(([state, value]) => ({ labels: [state], value })),
  });
  return { stop: () => delays.disable() };
}
