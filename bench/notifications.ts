import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { system } from '#kernel/access.ts';
import { loadConfig } from '#platform/config/load.ts';
import { openEmbeddedPostgres } from '#platform/database/embedded/open.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { createLog } from '#platform/log/pino.ts';
import { createApp, type App } from '../src/app.ts';
import { median, toRow } from './compare.ts';
import type { Report } from './report.ts';
import { temporaryFolder } from './servers.ts';

const MAILS = 2000;
const ROUNDS = 3;
const WARM_UPS = 1;
const CONNECTIONS = 5; // as Bonyan's own pool
const SLOTS = 32; // a setting for bulk mail; most of the time each slot waits for the server
const PICK_UPS = 100;
const QUIET_MS = 40; // between two pick-ups: the previous one is completed
const WARM_UP_MS = 2000; // after a start, before it counts as idle
const SECRET = 'only-for-benchmarks-only-for-benchmarks';

/**
 * Mails per second through the notifications module and through the bare mail library, in turns, over one SMTP server.
 */
export async function notifications(): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const folder = temporaryFolder();
  cleanup.defer(() => folder.remove());
  const database = await openEmbeddedPostgres({ dataDir: join(folder.path, 'postgres'), mode: 'own' });
  cleanup.defer(() => database.close());
  const sink = await startSink();
  cleanup.defer(sink.stop);
  const open = async () => {
    const config = loadConfig({
      DATABASE_URL: database.url,
      BONYAN_SECRET: SECRET,
      SMTP_URL: sink.url,
      BONYAN_WORK_CONCURRENCY: String(SLOTS),
    });
    const opened = await createApp({ config, kind: 'worker', log: createLog('warn') });
    await opened.prepare();
    return opened;
  };
  const transport = createTransport({ url: sink.url, pool: true, maxConnections: CONNECTIONS, maxMessages: Infinity });
  cleanup.defer(() => transport.close());

  const ours: number[] = [];
  const accepted: number[] = [];
  const theirs: number[] = [];
  for (let round = -WARM_UPS; round < ROUNDS; round++) {
    const bare = await perSecond(sink, () => sendBare(transport));
    const sender = await open();
    const startedAt = performance.now();
    await accept(sender, emails(MAILS, `r${round}`));
    const accepting = (MAILS / (performance.now() - startedAt)) * 1000;
    const whole = await perSecond(sink, async () => sender.background.start());
    await untilAllSent(sender);
    await sender.background.stop(5000);
    await sender.close();
    if (round < 0) continue;
    theirs.push(bare);
    accepted.push(accepting);
    ours.push(whole);
  }
  const app = await open();
  cleanup.defer(() => app.close());
  app.background.start();
  cleanup.defer(() => app.background.stop(5000));
  await sleep(WARM_UP_MS);
  const waits = await arrivalsOf(app, sink);
  const pickUps = await pickUpsOf(app);
  const at = (sorted: readonly number[], percent: number) => sorted[Math.floor((sorted.length * percent) / 100)] ?? NaN;
  return {
    rows: [
      toRow('mails through SMTP', 'mails/s', ours, theirs),
      toRow('mails accepted, rendered and encrypted', 'mails/s', accepted),
      ...[50, 95, 99].flatMap((percent) => [
        { measure: `idle: created to picked up, p${percent}`, bonyan: at(pickUps, percent), unit: 'ms' },
        { measure: `idle: requested to arrived, p${percent}`, bonyan: at(waits, percent), unit: 'ms' },
      ]),
    ],
    bounds: [
      { what: 'mails per second against nodemailer', actual: median(ours) / median(theirs), atLeast: 0.7, unit: '×' },
      { what: 'created to picked up, p95', actual: at(pickUps, 95), atMost: 10, unit: 'ms' },
      { what: 'created to picked up, p99', actual: at(pickUps, 99), atMost: 50, unit: 'ms' },
    ],
  };
}

type Sink = Awaited<ReturnType<typeof startSink>>;

async function startSink() {
  const child = fork(join(import.meta.dirname, 'notifications', 'sink.ts'));
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  let count = 0;
  let wanted = Infinity;
  let reached = () => {};
  child.on('message', () => {
    if (++count === wanted) reached();
  });
  return {
    url,
    /** Resolves when `amount` more mails have arrived. */
    next(amount: number): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      wanted = count + amount;
      reached = resolve;
      return promise;
    },
    async stop() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/** Mails per second, from the call of `ask` until the last mail has arrived. */
async function perSecond(sink: Sink, ask: () => Promise<unknown>): Promise<number> {
  const all = sink.next(MAILS);
  const startedAt = performance.now();
  await Promise.all([ask(), all]);
  return (MAILS / (performance.now() - startedAt)) * 1000;
}

/** The library gets mails of about the same length as ours have with the layout. */
function sendBare(transport: ReturnType<typeof createTransport>): Promise<unknown> {
  const html = `<!doctype html><p>${'x'.repeat(1900)}</p>`;
  const mail = { from: 'Bonyan <no-reply@localhost>', subject: 'A reminder', text: 'x'.repeat(60), html };
  return Promise.all(emails(MAILS, 'bare').map((to) => transport.sendMail({ ...mail, to })));
}

async function accept({ database, notifications: api }: App, to: readonly string[]): Promise<void> {
  for (let at = 0; at < to.length; at += 100)
    await database.units.write(system('bench'), async (unit: AnyUnit) => {
      for (const email of to.slice(at, at + 100))
        await api.send(unit, {
          template: 'todos.reminder',
          to: { email, language: 'en' },
          category: 'general',
          variables: { description: 'Buy bread', dueDate: '' },
        });
    });
}

function emails(count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}@example.com`);
}

/** Milliseconds from the call that accepts a mail, its commit included, to its arrival; one at a time. */
async function arrivalsOf(app: App, sink: Sink): Promise<number[]> {
  const measured: number[] = [];
  for (let index = 0; index < PICK_UPS; index++) {
    const arrived = sink.next(1);
    const startedAt = performance.now();
    await Promise.all([accept(app, [`idle-${index}@example.com`]), arrived]);
    measured.push(performance.now() - startedAt);
    await sleep(QUIET_MS + Math.random() * QUIET_MS);
  }
  return measured.toSorted((a, b) => a - b);
}

/** By the database's clock: from the start of the unit that accepted a mail to the start of its attempt. */
async function pickUpsOf({ database }: App): Promise<number[]> {
  const { rows } = await database.pool.query<{ ms: number }>(
    `select (extract(epoch from begun_at - created_at) * 1000)::float8 as ms from notifications.message
     order by id desc limit ${PICK_UPS}`,
  );
  return rows.map(({ ms }) => ms).toSorted((a, b) => a - b);
}

async function untilAllSent({ database }: App): Promise<void> {
  const open = `select from notifications.message where status <> 'sent' limit 1`;
  while ((await database.pool.query(open)).rows.length > 0) await sleep(10);
}
