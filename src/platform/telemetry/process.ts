import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Pool } from '#platform/database/pool.ts';
import type { Registry } from './port.ts';

const RESOLUTION_MS = 20;
const PERCENTILES = [50, 95, 99] as const;
const WINDOW_MS = 150_000; // what is shown covers this one and the one before

/** Delay of the event loop, memory, processor time and database connections of this process, until `stop`. */
export function measureProcess(registry: Registry, pool: Pick<Pool, 'connections'>) {
  let windows = [openWindow()];
  const rotation = setInterval(() => {
    const [current, last] = windows;
    last?.delays.disable();
    windows = [openWindow(), ...(current ? [current] : [])];
  }, WINDOW_MS).unref();
  registry.gauge({
    name: 'bonyan_event_loop_delay_seconds',
    help: 'Delay of the event loop over the last five minutes at most',
    labels: ['percentile'],
    read: () =>
      PERCENTILES.map((percent) => {
        const longest = Math.max(...windows.map(({ delays }) => delays.percentile(percent)));
        return { labels: [String(percent)], value: Math.max(0, longest / 1e9 - RESOLUTION_MS / 1000) };
      }),
  });
  registry.gauge({
    name: 'bonyan_event_loop_utilization_ratio',
    help: 'Share of the time in which the event loop was busy, over the last five minutes at most',
    labels: [],
    read: () => [{ labels: [], value: performance.eventLoopUtilization(windows.at(-1)?.began).utilization }],
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
  return {
    stop(): void {
      clearInterval(rotation);
      for (const { delays } of windows) delays.disable();
    },
  };
}

function openWindow() {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  return { delays, began: performance.eventLoopUtilization() };
}
