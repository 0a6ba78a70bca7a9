import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from 'rabbitmq-client';
import type { Log } from '#platform/log/port.ts';

const CONNECT_MS = 3000;
const RETRY_MS = { least: 100, most: 1000 }; // back within seconds of the broker
const HEARTBEAT_SECONDS = 10;
const CLOSE_MS = 2000;

/**
 * Two connections, each opened by its first use: a broker short of memory stops reading from those who publish,
 * and the acknowledgements of those who consume must still get through.
 */
export function createConnections(url: string, log: Log) {
  const opened = new Map<string, Connection>();
  const listeners: (() => void)[] = [];
  let isClosed = false;

  function open(name: 'publish' | 'consume'): Connection {
    const known = opened.get(name);
    if (known) return known;
    if (isClosed) throw new Error('the connections to RabbitMQ were closed');
    const connection = new Connection({
      url,
      connectionName: `bonyan ${name}`,
      connectionTimeout: CONNECT_MS,
      acquireTimeout: CONNECT_MS,
      retryLow: RETRY_MS.least,
      retryHigh: RETRY_MS.most,
      heartbeat: HEARTBEAT_SECONDS,
      noDelay: true,
    });
    connection.on('error', (error: unknown) =>
      log.warn({ err: error }, 'RabbitMQ is away; events wait in the log until it is back'),
    );
    connection.on('connection', () => listeners.forEach((listener) => listener()));
    opened.set(name, connection);
    return connection;
  }

  return {
    publishing: () => open('publish'),
    consuming: () => open('consume'),
    /** Told whenever the broker is there (again). */
    onConnected: (listener: () => void) => void listeners.push(listener),
    /** Ends what channels are still open. */
    async close(): Promise<void> {
      isClosed = true;
      await Promise.all([...opened.values()].map(closeSoon));
    },
  };
}

export type Connections = ReturnType<typeof createConnections>;

/** A close waits for every channel, and for ever when the broker went away meanwhile. */
async function closeSoon(connection: Connection): Promise<void> {
  const isLate = new AbortController();
  const late = sleep(CLOSE_MS, undefined, { signal: isLate.signal }).catch(() => {});
  await Promise.race([connection.close(), late]);
  isLate.abort();
  connection.unsafeDestroy();
}
