import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { OneOf } from '#kernel/schema.ts';
import { createOutageLog } from '#platform/log/outages.ts';
import type { Log } from '#platform/log/port.ts';

const CHANNEL = 'bonyan';
// One NOTIFY for all commits of a burst after the first; inside the transaction it would serialise them.
const COALESCE_MS = 4;
const PROOF_TIMEOUT_MS = 3000;
const RECONNECT_MS = 500;
const WATCH_MS = 10_000; // how often the connection is checked (until then polls find what was signalled), and
const SILENT_MS = 1500; // how long the check waits for an answer before it closes the connection
const OUTAGE = {
  gone: 'the LISTEN connection is lost: events and work wait for the next poll, changes of access take up to a second; reconnecting',
  back: 'the LISTEN connection is back',
};
const END_MS = 1000; // for closing a connection whose server may be unreachable

/**
 * What has changed in the database: events to deliver, work to claim, invalidations to read, inboxes to show, audit
 * entries to seal (`sealing`: the sender seals them itself, unless it dies).
 */
export type Signal = 'events' | 'work' | 'invalidation' | 'inbox' | 'audit' | 'sealing';
const ALL: readonly Signal[] = ['events', 'work', 'invalidation', 'inbox', 'audit', 'sealing'];

/**
 * The wire form: the sending node, what has changed, and as acknowledgement of an invalidation the snapshot it has
 * read.
 */
interface Message {
  readonly from: string;
  readonly changed?: readonly Signal[];
  readonly read?: string;
}

export interface Signals {
  /**
   * Sends to the other nodes, at once or a few milliseconds after the last time. Never throws: polls find what was
   * lost.
   */
  send(changed: readonly Signal[]): void;
  /** Acknowledges that this node has applied all invalidations that `snapshot` sees. */
  acknowledge(snapshot: string): void;
  /** Called for each signal of another node; and once with all signals when a lost connection is back. */
  onChanged(listener: (changed: readonly Signal[]) => void): void;
  onAcknowledged(listener: (nodeId: string, snapshot: string) => void): void;
  close(): Promise<void>;
}

const Wire = Type.Object({
  from: Type.String(),
  changed: Type.Optional(Type.Array(OneOf(...ALL))),
  read: Type.Optional(Type.String({ pattern: '^\\d+:\\d+:[\\d,]*$' })),
});

/** Null for foreign messages: everybody who may connect to the database can send on the channel. */
function parse(text: string | undefined): Message | null {
  try {
    const message: unknown = JSON.parse(text ?? '');
    return Value.Check(Wire, message) ? message : null;
  } catch {
    return null;
  }
}

/**
 * Opens the node's one LISTEN connection. `url` must not lead through a transaction pooler: there
 * LISTEN fails in silence, so the start proves that a message from another connection arrives.
 */
export async function openSignals(url: string, nodeId: string, log: Log): Promise<Signals> {
  const changedListeners: ((changed: readonly Signal[]) => void)[] = [];
  const acknowledgedListeners: ((nodeId: string, snapshot: string) => void)[] = [];
  const pending = new Set<Signal>();
  const outages = createOutageLog(log, OUTAGE);
  let client: pg.Client | null = null;
  let isClosed = false;
  let isResting = false;

  function receive(text: string | undefined): void {
    const message = parse(text);
    if (!message || message.from === nodeId) return;
    if (message.changed) for (const listener of changedListeners) listener(message.changed);
    if (message.read) for (const listener of acknowledgedListeners) listener(message.from, message.read);
  }

  async function open(): Promise<void> {
    const options = {
      connectionString: url,
      keepAlive: true,
      connectionTimeoutMillis: PROOF_TIMEOUT_MS,
      pipeline: true,
    };
    const fresh = new pg.Client(options); // pipelined: notifications do not wait for each other
    fresh.on('error', () => {}); // 'end' follows and reconnects
    await fresh.connect();
    await prove(fresh, url);
    fresh.on('notification', ({ payload }) => receive(payload));
    const watch = setInterval(() => void dropIfSilent(fresh), WATCH_MS);
    fresh.once('end', () => {
      clearInterval(watch);
      void reopen();
    });
    client = fresh;
  }

  async function reopen(): Promise<void> {
    client = null;
    while (!isClosed) {
      try {
        await open();
        outages.answered();
        for (const listener of changedListeners) listener(ALL);
        return;
      } catch (error) {
        outages.failed(error);
        await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
      }
    }
  }

  function notify(message: Message): void {
    client?.query('select pg_notify($1, $2)', [CHANNEL, JSON.stringify(message)]).catch(() => {}); // polls find it
  }

  function sendPending(): void {
    isResting = pending.size > 0;
    if (!isResting) return;
    notify({ from: nodeId, changed: [...pending] });
    pending.clear();
    setTimeout(sendPending, COALESCE_MS);
  }

  await open();
  return {
    send(changed) {
      for (const signal of changed) pending.add(signal);
      if (!isResting) sendPending();
    },
    acknowledge: (snapshot) => notify({ from: nodeId, read: snapshot }),
    onChanged: (listener) => void changedListeners.push(listener),
    onAcknowledged: (listener) => void acknowledgedListeners.push(listener),
    async close() {
      isClosed = true;
      const last = client;
      if (last) await Promise.race([last.end(), sleep(END_MS, null, { ref: false }).then(() => drop(last))]);
    },
  };
}

/** A connection that only listens does not notice when the server is gone, so it is queried regularly. */
async function dropIfSilent(client: pg.Client): Promise<void> {
  const answered = client.query('select 1').then(
    () => true,
    () => true, // it has ended; the 'end' event follows
  );
  const hasAnswered = await Promise.race([answered, sleep(SILENT_MS, false, { ref: false })]);
  if (!hasAnswered) drop(client);
}

function drop(client: pg.Client): void {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection; // not in its types
  stream.destroy();
}

/**
 * Sends from a second connection: through a pooler a connection would get its own message on the shared server
 * connection.
 */
async function prove(client: pg.Client, url: string): Promise<void> {
  const sender = new pg.Client({ connectionString: url, connectionTimeoutMillis: PROOF_TIMEOUT_MS });
  sender.on('error', () => {}); // the query rejects with it
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    reject(
      new Error(
        'LISTEN does not work on this database address (is it a pooler in transaction mode?). Set DATABASE_DIRECT_URL to the address of the server itself.',
      ),
    );
  }, PROOF_TIMEOUT_MS);
  promise.catch(() => {}); // may reject while the sender still connects
  const onNotification = () => resolve();
  client.on('notification', onNotification);
  try {
    const channel = `${CHANNEL}_proof_${process.pid}`;
    await client.query(`listen ${channel}`);
    await sender.connect();
    await sender.query(`notify ${channel}`);
    await promise;
    await client.query(`unlisten ${channel}`);
    await client.query(`listen ${CHANNEL}`);
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
    await sender.end().catch(() => {});
    client.off('notification', onNotification);
  }
}
