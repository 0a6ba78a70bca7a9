import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { isLong, SECRET, until } from './stage.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const [WRITERS, EACH, STRAGGLERS, STRAGGLE_MS] = isLong ? [64, 2000, 8, 30_000] : [16, 60, 3, 1500];
const ROLLED_BACK = 0.15;
const KILL_EVERY_MS = isLong ? 5000 : 1500;
const LIMIT_MS = 15 * 60_000;

/** Workers, one after another, each killed at a random moment; after `stop` one more starts, or goes on, and is not killed. */
function killWorkers(t: TestContext, url: string) {
  let child: ChildProcess | null = null;
  let kills = 0;
  let isStopped = false;
  const first = Promise.withResolvers<void>();

  function start(): ChildProcess {
    const environment = {
      PATH: process.env['PATH'],
      DATABASE_URL: url,
      BONYAN_SECRET: SECRET,
      BONYAN_LOG_LEVEL: 'silent',
    };
    return spawn(process.execPath, [MAIN, 'worker'], { env: environment, stdio: 'ignore' });
  }

  async function loop(): Promise<void> {
    for (;;) {
      child = start();
      await sleep(KILL_EVERY_MS * (0.5 + Math.random())); // it takes a second to start
      if (isStopped) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      kills++;
      first.resolve();
    }
  }

  const looping = loop();
  t.after(async () => {
    isStopped = true;
    await looping; // it may be about to start the last one
    child?.kill('SIGKILL');
  });
  return {
    kills: () => kills,
    async stop() {
      await first.promise;
      isStopped = true;
    },
  };
}

function record(app: TestApp, resourceId: string): Promise<void> {
  return app.database.units.write(system('probe'), async ({ audit }: AnyUnit) =>
    audit({ action: 'probe.done', resourceType: 'thing', resourceId }),
  );
}

/** One operation with its entry; some fail at the end. Resolves with whether it was committed. */
async function operate(app: TestApp, resourceId: string, holdMs = 0): Promise<boolean> {
  const fails = Math.random() < ROLLED_BACK;
  return app.database.units
    .write(system('probe'), async ({ audit }: AnyUnit) => {
      audit({ action: 'probe.done', resourceType: 'thing', resourceId });
      await sleep(holdMs);
      if (fails) throw new Error('rolled back on purpose');
      return true;
    })
    .catch((error: Error) => {
      if (error.message === 'rolled back on purpose') return false;
      throw error;
    });
}

/**
 * From now on the commit of a `late` operation takes long: its entry exists while later entries are chained before it.
 */
async function delayLateCommits({ database: { pool } }: TestApp): Promise<void> {
  await pool.query(
    `create function hold_up() returns trigger language plpgsql as $$
     begin
       perform pg_sleep(${STRAGGLE_MS / 1000}) from audit.entry where id = new.entry_id and resource_id like 'late %';
       return null;
     end $$`,
  );
  await pool.query(
    'create constraint trigger hold_up after insert on audit.unsealed deferrable initially deferred for each row execute function hold_up()',
  );
}

test(
  'with many writers and killed sealers, each committed operation has one entry in a chain without a gap',
  { timeout: LIMIT_MS },
  async (t) => {
    const app = await testApp(t, { environment: { BONYAN_DATABASE_POOL_SIZE: '40' } });
    const { rows } = await app.database.pool.query<{ count: number }>('select count(*)::int as count from audit.entry');
    const before = rows[0]?.count ?? 0;
    await delayLateCommits(app);
    const workers = killWorkers(t, app.databaseUrl);
    const committed = new Set<string>();
    const beganMs = performance.now();

    async function write(writer: number): Promise<void> {
      for (let at = 0; at < EACH; at++) {
        const name = `${writer} ${at}`;
        if (await operate(app, name)) committed.add(name);
      }
    }
    async function writeLate(number: number): Promise<void> {
      if (await operate(app, `slow ${number}`, STRAGGLE_MS)) committed.add(`slow ${number}`);
      if (await operate(app, `late ${number}`)) committed.add(`late ${number}`);
    }
    await Promise.all([
      ...Array.from({ length: WRITERS }, (_, writer) => write(writer)),
      ...Array.from({ length: STRAGGLERS }, (_, number) => writeLate(number)),
    ]);
    const wroteMs = performance.now() - beganMs;
    await workers.stop();
    const count = (sql: string) =>
      app.database.pool.query<{ count: number }>(sql).then((found) => found.rows[0]?.count);
    const sealMs = await until(
      async () => (await count('select count(*)::int as count from audit.unsealed')) === 0,
      60_000,
      'everything is chained',
    );

    const { rows: sealed } = await app.database.pool.query<{ resourceId: string; times: number }>(
      `select e.resource_id, count(*)::int as times from audit.seal s join audit.entry e on e.id = s.entry_id
       where e.action = 'probe.done' group by 1`,
    );
    const dense = await count('select (max(sequence) - count(*))::int as count from audit.seal');
    const orphans = await count(
      `select count(*)::int as count from audit.entry e where action = 'probe.done' and not exists (select 1 from audit.seal s where s.entry_id = e.id)`,
    );
    assert.deepEqual(new Set(sealed.map(({ resourceId }) => resourceId)), committed);
    assert.deepEqual(
      sealed.filter(({ times }) => times !== 1),
      [],
    );
    assert.deepEqual([dense, orphans], [0, 0]);
    const report = await wholeReport(app);
    assert.deepEqual([report.isValid, report.firstBreak], [true, null]);
    t.diagnostic(
      `${committed.size} of ${WRITERS * EACH + 2 * STRAGGLERS} committed in ${Math.round(wroteMs)} ms over ${before} others, ` +
        `${workers.kills()} sealers killed, the last entry chained ${sealMs} ms later`,
    );
  },
);

async function wholeReport(app: TestApp) {
  const auditor = app.signIn(auditPermissions.read);
  const { status, body } = await auditor.get('/audit/integrity');
  if (status === 200) return body;
  const run = async () => (await auditor.get(`/audit/integrity/runs/${body.id}`)).body; // too long for a request
  await until(
    async () => {
      await app.drain(); // or a worker does it
      return (await run()).status === 'succeeded';
    },
    120_000,
    'the report is ready',
  );
  return (await run()).report;
}

test('an entry is chained within a second of its commit, and usually within 200 ms', async (t) => {
  const app = await testApp(t);
  app.background.start();
  t.after(() => app.background.stop(1000));
  const tookMs: number[] = [];

  for (let at = 0; at < 20; at++) {
    await record(app, `quick ${at}`);
    const waiting = async () => (await app.database.pool.query('select 1 from audit.unsealed')).rowCount === 0;
    tookMs.push(await until(waiting, 5000, 'it is chained'));
  }

  const sorted = tookMs.toSorted((a, b) => a - b);
  t.diagnostic(`median ${sorted[10]} ms, longest ${sorted[19]} ms`);
  assert.ok((sorted[10] ?? Infinity) <= 200, `median ${sorted[10]} ms`);
  assert.ok((sorted[19] ?? Infinity) <= 1000, `longest ${sorted[19]} ms`);
});

const PAUSE_KEY = 4711; // of an advisory lock: the first sealer holds it, and is slow

/** The first sealer to write a seal stays in that statement for a second. */
async function pauseFirstSealer({ database: { pool } }: TestApp): Promise<void> {
  await pool.query(
    `create function pause() returns trigger language plpgsql as $$
     begin
       if pg_try_advisory_lock(${PAUSE_KEY}) then perform pg_sleep(1); end if;
       return null;
     end $$`,
  );
  await pool.query('create trigger pause after insert on audit.seal for each statement execute function pause()');
}

test(
  'a frozen sealer loses the lock of the head, and so does a frozen process that waits for it; others continue',
  { timeout: 30_000 },
  async (t) => {
    const app = await testApp(t);
    await pauseFirstSealer(app);
    const environment = {
      PATH: process.env['PATH'],
      DATABASE_URL: app.databaseUrl,
      BONYAN_SECRET: SECRET,
      BONYAN_LOG_LEVEL: 'silent',
    };
    const worker = spawn(process.execPath, [MAIN, 'worker'], { env: environment, stdio: 'ignore' });
    t.after(() => worker.kill('SIGKILL'));
    await record(app, 'waits'); // the worker finds it
    const isPaused = async () =>
      (await app.database.pool.query(`select 1 from pg_locks where locktype = 'advisory' and objid = ${PAUSE_KEY}`))
        .rowCount === 1;
    await until(isPaused, 20_000, 'the worker seals');
    worker.kill('SIGSTOP');
    const beganMs = performance.now();

    await app.audit.sealer.drain();

    const tookMs = performance.now() - beganMs;
    const { body: report } = await app.signIn(auditPermissions.read).get('/audit/integrity');
    assert.deepEqual([report.isValid, report.headSequence], [true, 1]);
    // The pause of its statement, and its time-out of 0.8 s.
    assert.ok(tookMs > 700 && tookMs < 8000, `${Math.round(tookMs)} ms`);
    t.diagnostic(`the head was free again after ${Math.round(tookMs)} ms`);
  },
);
