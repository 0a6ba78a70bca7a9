import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, type Channel } from 'rabbitmq-client';
import { createOutageLog } from '#platform/log/outages.ts';
import type { Log } from '#platform/log/port.ts';

const CONNECT_MS = 3000;
const RETRY_MS = { min: 100, max: 1000 }; // reconnects within seconds of the broker's return
const HEARTBEAT_SECONDS = 10;
const CLOSE_MS = 2000;

/**
 * Two connections, each opened at its first use. A broker that is short of memory stops reading from connections that
 * publish, and acknowledgements of consumers must still reach it.
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
      retryLow: RETRY_MS.min,
      retryHigh: RETRY_MS.max,
      heartbeat: HEARTBEAT_SECONDS,
      noDelay: true,
    });
    const outages = createOutageLog(log, {
      gone: `RabbitMQ is not reachable (connection to ${name}); events wait in the log until it is back`,
      back: `RabbitMQ is reachable again (connection to ${name})`,
    });
    connection.on('error', outages.failed);
    connection.on('connection', () => {
      outages.answered();
      listeners.forEach((listener) => listener());
    });
    opened.set(name, connection);
    return connection;
  }

  return {
    publishing: () => open('publish'),
    consuming: () => open('consume'),
    /** Called at each connect and reconnect. */
    onConnected: (listener: () => void) => void listeners.push(listener),
    /** Also ends channels that are still open. */
    async close(): Promise<void> {
      isClosed = true;
      await Promise.all([...opened.values()].map(closeConnection));
    },
  };
}

export type Connections = ReturnType<typeof createConnections>;

/** Also ends channels that are still open, and does not wait for a broker that is away. */
export async function closeConnection(connection: Connection): Promise<void> {
  await closeSoon(connection);
  connection.unsafeDestroy();
}

/** `close` waits for an answer, and would wait for ever for a broker that is away, or whose queue does not answer. */
export async function closeSoon(open: Pick<Channel, 'close'>): Promise<void> {
  await within(CLOSE_MS, open.close()).catch(() => {});
}

/** What `call` answers; rejects when that takes longer. The client has no limit of its own for an answer of the broker. */
export async function within<T>(ms: number, call: Promise<T>): Promise<T> {
  const isOver = new AbortController();
  const late = sleep(ms, undefined, { signal: isOver.signal }).then(() => {
    throw new Error(`RabbitMQ has not answered within ${ms} ms`);
  });
  late.catch(() => {}); // aborted: the call has ended
  return Promise.race([call, late]).finally(() => isOver.abort());
}
