/**
 * `node tests/upgrade/make.ts FOLDER`, in the tree of a release: stores in FOLDER what this release keeps of people who
 * use every module: the database as SQL, the data folder, and what the test of the upgrade needs to know. TEST_DATABASE_URL
 * names a PostgreSQL server; `pg_dump` must be in PATH. README.md beside this file says when to run it.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { MAILBOX_KEY, startServer, temporaryDataDir } from '../story/server.ts';

const [, , target = 'tests/upgrade/former'] = process.argv;
const DATABASE = 'bonyan_former';
const SECRET = 'a-secret-of-a-stored-data-folder-and-of-nothing-else';
const PASSWORD = 'four quiet rivers at dawn';
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PATIENCE_MS = 60_000;
/** Rows that come from the background. When there are some, everything that was asked for has been done. */
const AWAITED = ['notifications.attempt', 'scheduler.execution', 'webhooks.delivery', 'audit.entry', 'audit.seal'];

const server = process.env['TEST_DATABASE_URL'] ?? '';
const url = Object.assign(new URL(server), { pathname: DATABASE }).href;
const folder = resolve(target);

await onServer(server, `drop database if exists ${DATABASE} with (force)`, `create database ${DATABASE}`);
const { dataDir, remove } = temporaryDataDir();
try {
  const facts = await use();
  mkdirSync(folder, { recursive: true });
  const dump = execFileSync('pg_dump', ['--inserts', '--rows-per-insert=100', '--no-owner', '--no-privileges', url], {
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
  // Commands of psql.
  writeFileSync(join(folder, 'database.sql'), dump.replaceAll(/^\\(?:un)?restrict .*\n/gm, ''));
  cpSync(dataDir, join(folder, 'data'), { recursive: true });
  writeFileSync(join(folder, 'facts.json'), `${JSON.stringify(facts, null, 2)}\n`);
} finally {
  await remove();
  await onServer(server, `drop database if exists ${DATABASE} with (force)`);
}

async function use() {
  const running = startServer(dataDir, { DATABASE_URL: url, BONYAN_SECRET: SECRET, BONYAN_RATE_LIMIT_PER_MINUTE: '0' });
  try {
    const { url: address, setupToken } = await running.started;
    const admin = { email: 'admin@example.com', firstName: 'Mina', lastName: 'Rad', password: PASSWORD };
    await post(address, '/setup', { token: setupToken, ...admin });
    await work(address, await signIn(address, admin.email));
    const sara = await register(address, 'sara@example.com', 'سارا');
    const files = await keep(address, sara);
    await register(address, 'reza@example.com', 'رضا');
    await untilDone();
    assert.equal(await running.interrupt(), 0);
    return { secret: SECRET, email: 'sara@example.com', password: PASSWORD, files };
  } finally {
    await running.kill();
  }
}

/** What an administrator does. */
async function work(address: string, token: string): Promise<void> {
  await post(
    address,
    '/authorization/roles',
    { name: 'پشتیبان', permissions: ['authorization.check'], includes: [] },
    token,
  );
  await post(
    address,
    '/webhooks',
    { url: 'https://hooks.example.invalid/', eventTypes: ['*'], description: 'CRM' },
    token,
  );
  const job = await post(address, '/scheduler/jobs', { name: 'Heartbeat', type: 'platform.noop', payload: {} }, token);
  const schedule = { type: 'cron', cronExpression: '30 6 * * sat-wed', timeZone: 'Asia/Tehran' };
  await post(address, `/scheduler/jobs/${job.id}/schedule`, schedule, token);
  await post(address, `/scheduler/jobs/${job.id}/run`, undefined, token);
  const event = {
    level: 'error',
    message: 'پرداخت سفارش ۱۲ انجام نشد',
    sourceService: 'shop',
    payload: { orderId: 12 },
  };
  await post(address, '/logging/events/bulk', { events: [event, event, event] }, token);
}

/** What a person keeps; the content of each file by its id. */
async function keep(address: string, token: string): Promise<Record<string, string>> {
  for (const description of ['خرید نان و شیر', 'Call the bank', 'Water the plants'])
    await post(address, '/todos', { description, labels: ['خانه'] }, token);
  const { id: parentId } = await post(address, '/files/folders', { name: 'پاییز' }, token);
  const contents = { 'notes.txt': Buffer.from('سلام دنیا\n'.repeat(50)), 'dot.png': Buffer.from(PIXEL, 'base64') };
  const kept: Record<string, string> = {};
  for (const [name, content] of Object.entries(contents)) {
    const form = new FormData();
    if (name === 'notes.txt') form.set('folderId', parentId);
    form.set('file', new Blob([content], { type: name.endsWith('png') ? 'image/png' : 'text/plain' }), name);
    const { id } = await post(address, '/files', form, token);
    kept[id] = content.toString('base64');
  }
  await post(address, '/profiles/me', { firstName: 'سارا', lastName: 'محمدی', country: 'IR' }, token);
  return kept;
}

async function register(address: string, email: string, firstName: string): Promise<string> {
  await post(address, '/users/register', { email, firstName, lastName: 'محمدی', password: PASSWORD });
  await post(address, '/users/verify-email', { email, code: await codeFor(address, email) });
  return signIn(address, email);
}

async function signIn(address: string, email: string): Promise<string> {
  return (await post(address, '/users/login', { email, password: PASSWORD })).accessToken;
}

async function codeFor(address: string, email: string): Promise<string> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(50)) {
    const answer = await fetch(`${address}/dev/mailbox?to=${email}`, { headers: { 'x-mailbox-key': MAILBOX_KEY } });
    const { items } = (await answer.json()) as { items: { text: string }[] };
    const code = items.map(({ text }) => /\b\d{6}\b/.exec(text)?.[0]).find((one) => one !== undefined);
    if (code !== undefined) return code;
  }
  throw new Error(`no code came for ${email}`);
}

// oxlint-disable-next-line no-explicit-any -- answers of every shape
async function post(address: string, path: string, body?: object, token?: string): Promise<any> {
  const isForm = body instanceof FormData;
  const answer = await fetch(`${address}/api/v1${path}`, {
    method: 'POST',
    headers: {
      ...(body && !isForm && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: isForm ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${path}: ${answer.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

async function untilDone(): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const questions = AWAITED.map((table) => `exists (select 1 from ${table})`);
  const isDone = `select ${questions.join(' and ')} as done`;
  try {
    for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(100)) {
      if ((await client.query<{ done: boolean }>(isDone)).rows[0]?.done) return;
      assert.ok(Date.now() < deadline, `not all of ${AWAITED.join(', ')} have rows`);
    }
  } finally {
    await client.end();
  }
}

async function onServer(address: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}
