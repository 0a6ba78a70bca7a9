import type { TestContext } from 'node:test';
import { newId } from '../../../src/kernel/id.ts';
import { startServer } from '../../../src/testing/servers/message-providers.ts';
import type { Member } from './people.ts';
import { ok, type Stage } from './stage.ts';

const HOUR_MS = 3_600_000;
const HEARTBEAT_MS = 10_000;

/** Two receivers of events with deliveries: one answers, the other is down. */
export async function fillWebhooks(
  t: TestContext,
  { app, words, admin }: Stage,
): Promise<{ readonly webhookId: string }> {
  const { url } = await startServer(t, ({ path }) => ({ status: path === '/chat' ? 503 : 204 }));
  const [bookkeeping, chat] = words.webhooks;
  const eventTypes = ['todos.created.v1', 'todos.completed.v1', 'files.uploaded.v1'];
  const { id } = await ok(admin.post('/webhooks', { url: `${url}/orders`, eventTypes, description: bookkeeping }));
  await ok(admin.post('/webhooks', { url: `${url}/chat`, eventTypes: ['todos.completed.v1'], description: chat }));
  await ok(admin.post(`/webhooks/${id}/test`));
  await app.drainWithFailures();
  return { webhookId: id };
}

/** Reminders whose handler fails: dead messages, and an alert about them. */
export async function failWork({ app, words, admin }: Stage): Promise<void> {
  const { pool } = app.database;
  const remindAt = new Date(Date.now() + HOUR_MS / 2).toISOString();
  await app.drainWithFailures();
  for (const description of words.reminders) await ok(admin.post('/todos', { description, remindAt }));
  await pool.query('alter table notifications.recipient rename to gone');
  await app.drainWithFailures(HOUR_MS);
  await pool.query('alter table notifications.gone rename to recipient');
  await ok(admin.post('/observability/orchestration/replay/work', { take: 1 }));
  await app.drain();
}

/** Kept views, API keys, fields of an account, and a check of the trail. */
export async function fillAccount({ app, words, admin, bossId }: Stage, members: readonly Member[]): Promise<void> {
  const [urgent, payments] = words.views;
  await ok(admin.post('/views', { page: '/todos', name: urgent, search: 'state=open&priority=high' }));
  await ok(admin.post('/views', { page: '/logs', name: payments, search: 'query=service%3Apayments%20level%3Aerror' }));
  const [bookkeeping, dashboard] = words.keys;
  await ok(admin.post('/users/api-keys', { name: bookkeeping, scopes: ['files.read', 'files.write'] }));
  await ok(admin.post('/users/api-keys', { name: dashboard, scopes: ['todos.read'] }));
  const [developer] = members;
  await ok(admin.patch(`/users/${developer?.id}/metadata`, { publicMetadata: { team: 'web' }, privateMetadata: { contract: 'HC-17' } })); // prettier-ignore
  await ok(admin.patch('/profiles/me/social-links', { links: { website: `https://${words.domain}` } }));
  await ok(admin.get(`/users/${bossId}`));
  await app.drain();
  await ok(admin.get('/audit/integrity?updateFlags=true'));
  await ok(admin.post('/exports', { path: '/api/v1/users', format: 'csv' }));
  await app.drain();
}

/** What the objectives counted in the last days, one bad half-hour included: this server has only just started. */
export async function fillObjectives({ app }: Stage): Promise<void> {
  await app.database.pool.query(
    `insert into observability.objective_slot (objective, slot, good, bad)
     select objective, date_bin('10 minutes', now(), 'epoch') - at * interval '10 minutes',
            800 + at * 37 % 300, case when at between 52 and 54 then 40 else 0 end
     from generate_series(1, 400) at, unnest(array['availability', 'reads']) objective
     on conflict do nothing`,
  );
  await app.database.pool.query(
    `insert into observability.objective_minute (objective, minute, good, bad)
     select objective, date_trunc('minute', now()) - at * interval '1 minute',
            (620 + 140 * sin(at / 17.0) + at * 53 % 70) * share,
            case when objective = 'faults' then 0 when at between 21 and 27 then 6 + at % 4 when at % 11 = 3 then 1 else 0 end
     from generate_series(1, 180) at, (values ('availability', 1), ('reads', 0.7), ('faults', 1)) kind (objective, share)
     on conflict do nothing`,
  );
  await app.database.pool.query(
    `insert into observability.alert (id, subject, tier, severity, details, opened_at, closed_at)
     values ($1, 'objective.availability', 'fast', 'critical', $2, now() - interval '530 minutes', now() - interval '490 minutes')`,
    [newId(), 'Requests answered with a status below 500: the error budget burns more than 14.4 times too fast'],
  );
}

/** From now on the server works as `npm start` lets it: this process is a command, which no page shows as a node. */
export async function startWork(t: TestContext, { app }: Stage): Promise<void> {
  const { pool } = app.database;
  const id = newId();
  const beat = () =>
    pool.query(
      `insert into platform.node (id, kind, host, pid, state) values ($1, 'serve', 'shop-1', 812, '{"runsBackground":true,"held":{}}')
       on conflict (id) do update set heartbeat_at = now()`,
      [id],
    );
  await beat();
  const timer = setInterval(() => void beat().catch(() => {}), HEARTBEAT_MS);
  t.after(() => clearInterval(timer));
  app.background.start();
}

/** Requests as people make them, refused ones among them. */
export async function makeTraffic({ app, admin }: Stage, members: readonly Member[]): Promise<void> {
  for (const path of ['/todos', '/files/search', '/notifications/inbox', '/users', '/audit', '/scheduler/jobs'])
    await admin.get(path);
  for (const { client } of members) {
    await client.get('/todos');
    await client.get('/profiles/me');
    await client.get('/audit');
  }
  await app.anonymous.get('/todos');
}
