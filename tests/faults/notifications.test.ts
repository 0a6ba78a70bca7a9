import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { sometime } from '#testing/branding.ts';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { notificationPermissions } from '#modules/notifications/contract.ts';
import type { TestApp } from '#testing/app.ts';
import { startServer, temporaryDataDir } from '../story/server.ts';
import { HOPELESS, startGateway, startMailSink } from './sinks.ts';
import { isLong, openStage, SECRET, until } from './stage.ts';

const MESSAGES = isLong ? 20_000 : 600;
const KILLS = isLong ? 15 : 3;
const BULK = isLong ? 50_000 : 1500;
const CODES = isLong ? 200 : 40;
const CODE_WAIT_MS = isLong ? 200 : 600; // in the short form other tests run on the machine
const LONGEST_LIFE_MS = isLong ? 20_000 : 2000;
const HOPELESS_EVERY = 50; // one message of 50 is deferred until its attempts are used
const QUIET_MS = 3000; // in which a message would be wrongly sent again
const { read, write } = notificationPermissions;

/** Worker processes with the app's database and settings. */
async function openWorkers(t: TestContext, environment: Record<string, string>) {
  const { app, closing } = await openStage(t, environment);
  const { dataDir, remove } = temporaryDataDir();
  closing.push(remove);
  async function start() {
    const worker = startServer(
      dataDir,
      { DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET, BONYAN_LOG_LEVEL: 'silent', ...environment },
      'worker',
    );
    closing.push(worker.kill);
    await worker.started;
    return worker;
  }
  return { app, start };
}

test(
  'with failing, slow and stopped providers and killed workers, every message ends once, and none is lost',
  { timeout: 240_000 + MESSAGES * 30 },
  async (t) => {
    const [first, second] = [await startGateway(t), await startGateway(t)];
    const { app, start } = await openWorkers(t, {
      BONYAN_PROVIDERS: 'smsHttp,twilio',
      SMS_HTTP_URL: `${first.url}/sms`,
      SMS_HTTP_BODY: '{"to":{{to|json}},"text":{{text|json}}}',
      TWILIO_URL: second.url,
      TWILIO_ACCOUNT_SID: 'AC1',
      TWILIO_AUTH_TOKEN: 'token',
      TWILIO_FROM: '+15005550006',
      BONYAN_NOTIFICATION_RETRY_BASE_MS: '100',
      BONYAN_NOTIFICATION_ATTEMPTS: '8',
    });
    const sara = app.signIn(read, write);
    const workers = [await start(), await start()];
    let accepted = 0;

    const accepting = (async () => {
      for (; accepted < MESSAGES; accepted++) {
        const isHopeless = accepted % HOPELESS_EVERY === 0;
        const recipient = `+${isHopeless ? HOPELESS : '4915100'}${String(accepted).padStart(6, '0')}`;
        const { status } = await sara.post('/notifications', { channel: 'sms', recipient, body: 'hello' });
        assert.equal(status, 201);
      }
    })();
    await until(async () => first.taken.size > 0, 60_000, 'a message at the first gateway'); // before it stops
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(randomInt(300, LONGEST_LIFE_MS));
      if (kill % 2 === 0) await first.stop();
      else await first.start();
      const at = randomInt(workers.length);
      await workers[at]?.kill();
      workers[at] = await start();
    }
    if (KILLS % 2 === 1) await first.start();
    await accepting;
    const tookMs = await until(
      async () => (await countOf(app, 'open')) === 0,
      180_000 + MESSAGES * 20,
      'all messages have ended',
    );
    await sleep(QUIET_MS);

    const states = await statesOf(app);
    const taken = [...first.taken.keys(), ...second.taken.keys()];
    const twice = taken.filter((id) => (first.taken.get(id) ?? 0) + (second.taken.get(id) ?? 0) > 1);
    const calls = Map.groupBy([...first.calls, ...second.calls], ([id]) => id);
    const failed = await failedOf(app);
    t.diagnostic(
      `${JSON.stringify(states)}, ${KILLS} kills, ${first.taken.size} and ${second.taken.size} taken, ` +
        `${new Set(twice).size} sent twice, ${failed.filter(({ attempts }) => attempts === 8).length} used all attempts, all ended after ${tookMs} ms`,
    );
    assert.equal(
      Object.values(states).reduce((sum, count) => sum + count, 0),
      MESSAGES,
      'the number of accepted messages',
    );
    assert.deepEqual(await sentBut(app, taken), [], 'no message is recorded as sent that no gateway received');
    assert.deepEqual(await withoutDoubt(app, twice), [], 'only messages with an uncertain result were sent again');
    assert.equal(await countOf(app, 'sentTwice'), 0);
    assert.ok((states['sent'] ?? 0) > MESSAGES * 0.9);
    assert.ok(first.taken.size > 0 && second.taken.size > 0, 'both gateways were used');

    assert.deepEqual(await unknownOf(app, [...calls.keys()]), [], 'every call carried the id of its message');
    for (const [id, byGateway] of calls)
      assert.equal(new Set(byGateway.flatMap(([, all]) => all.map(({ to }) => to))).size, 1, `${id} has one recipient`);
    assert.ok(failed.filter(({ attempts }) => attempts === 8).length >= MESSAGES / HOPELESS_EVERY / 2);
    for (const { id, attempts, endedAt } of failed) {
      const asked = (calls.get(id) ?? []).flatMap(([, all]) => all.map(({ at }) => at));
      assert.ok(asked.length <= attempts * 2, `${id} had more calls than two providers per attempt`);
      assert.ok(Math.max(0, ...asked) <= endedAt, `${id} was submitted after its end`);
    }
  },
);

test(
  'a code does not wait behind bulk mail, and bulk mail continues meanwhile',
  { timeout: 120_000 + BULK * 12 },
  async (t) => {
    const sink = await startMailSink(t);
    const { app, start } = await openWorkers(t, { SMTP_URL: sink.url });
    const send = (emails: readonly string[], priority: 'high' | 'low', category: 'security' | 'general') =>
      app.database.units.write(system('users'), async (unit: AnyUnit) => {
        const variables = { code: '123456', minutes: 10, link: 'https://example.com/verify' };
        const about = category === 'security' ? { category, occurrence: sometime } : { category };
        const message = { template: 'users.verification', ...about, priority, variables };
        for (const email of emails) await app.notifications.send(unit, { ...message, to: { email, language: 'en' } });
      });
    for (let at = 0; at < BULK; at += 100) {
      const emails = Array.from({ length: 100 }, (_, index) => `bulk${at + index}@example.com`);
      await send(emails, 'low', 'general');
    }
    await start();
    await until(() => sink.arrivedAt.size > BULK / 20, 30_000, 'bulk mail is sent');

    const waits: number[] = [];
    const bulkBefore = sink.arrivedAt.size;
    for (let code = 0; code < CODES && sink.arrivedAt.size < BULK + code; code++) {
      const email = `code${code}@example.com`;
      const askedAt = performance.now();
      await send([email], 'high', 'security');
      await until(() => sink.arrivedAt.has(email), 10_000, 'a code arrives');
      waits.push((sink.arrivedAt.get(email) ?? Infinity) - askedAt);
      await sleep(10);
    }

    const sorted = waits.toSorted((a, b) => a - b);
    const at = (share: number) => Math.round(sorted[Math.floor(sorted.length * share)] ?? Infinity);
    const bulkMeanwhile = sink.arrivedAt.size - bulkBefore - waits.length;
    t.diagnostic(
      `${waits.length} codes behind ${BULK} mails: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms; ${bulkMeanwhile} bulk mails meanwhile`,
    );
    assert.ok(waits.length >= 10, 'the bulk mail ended before enough codes were measured');
    assert.ok(at(0.95) < CODE_WAIT_MS, `p95 is ${at(0.95)} ms`);
    assert.ok(bulkMeanwhile > 0);
  },
);

const COUNTS = {
  open: `select count(*)::int as count from notifications.message where status in ('pending', 'scheduled', 'sending')`,
  sentTwice: `select count(*)::int as count from (select 1 from notifications.attempt where outcome = 'sent'
    group by message_id having count(*) > 1) twice`,
};

async function countOf({ database }: TestApp, what: keyof typeof COUNTS): Promise<number> {
  return (await database.pool.query<{ count: number }>(COUNTS[what])).rows[0]?.count ?? NaN;
}

async function statesOf({ database }: TestApp): Promise<Record<string, number>> {
  const { rows } = await database.pool.query<{ status: string; count: number }>(
    'select status, count(*)::int as count from notifications.message group by 1',
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

/**
 * Messages that failed, with the recorded attempts and the instant, in ms since 1970, after which nothing may be sent.
 */
async function failedOf({ database }: TestApp): Promise<{ id: string; attempts: number; endedAt: number }[]> {
  const { rows } = await database.pool.query<{ id: string; attempts: number; endedAt: number }>(
    `select id, attempt_count as attempts, extract(epoch from updated_at)::float8 * 1000 as ended_at
     from notifications.message where status = 'failed'`,
  );
  return rows;
}

/** The keys that are not the id of a message. */
async function unknownOf({ database }: TestApp, keys: readonly string[]): Promise<string[]> {
  const { rows } = await database.pool.query<{ key: string }>(
    `select key from unnest($1::text[]) key where not exists (select 1 from notifications.message where id::text = key)`,
    [keys],
  );
  return rows.map(({ key }) => key);
}

/** Messages that are recorded as sent and are not in `ids`. */
async function sentBut({ database }: TestApp, ids: readonly string[]): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>(
    `select id from notifications.message where status = 'sent' and id <> all($1::uuid[])`,
    [ids],
  );
  return rows.map(({ id }) => id);
}

/** The messages without an attempt of uncertain result. */
async function withoutDoubt({ database }: TestApp, ids: readonly string[]): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>(
    `select m.id from notifications.message m where m.id = any($1::uuid[]) and not exists (
       select 1 from notifications.attempt a where a.message_id = m.id and a.outcome in ('lost', 'deferred', 'error'))`,
    [ids],
  );
  return rows.map(({ id }) => id);
}
