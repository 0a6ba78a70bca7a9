import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { bonyan, MAIN } from '#testing/command-line.ts';
import { startServer } from '../story/server.ts';
import { request } from '../story/telling.ts';
import {
  ask,
  missingRows,
  readSchema,
  readTables,
  restoreFormer,
  type Facts,
  type Row,
  type Tables,
} from './stored.ts';

const TIMEOUT_MS = 300_000;
/** Locked, so that a migration in the middle waits for it. */
const HELD = 'users."user"';
/** What a start changes in rows that are the program's own: columns, and which rows those are. */
const RENEWED: Readonly<Record<string, readonly [columns: readonly string[], isOwn: (row: Row) => boolean]>> = {
  'platform.cursor': [['known_at'], () => true],
  '"authorization".role': [['version'], (row) => row['built_in'] === true],
  'notifications.template': [
    ['subject_template', 'body_template', 'shipped_subject', 'shipped_body', 'revision', 'updated_at'],
    (row) => row['is_shipped'] === true && row['is_edited'] === false,
  ],
  'scheduler.job': [
    ['description', 'status', 'next_run_at_utc', 'version', 'updated_at', 'search_text'],
    (row) => row['is_declared'] === true,
  ],
};
/** Schedules of the program's own jobs, which come and go with it: the one of a person is a cron expression. */
const isOfProgram = (name: string, { type }: Row) => name === 'scheduler.schedule' && type === 'interval';

test(
  'a stored data folder upgrades: every row, object and the audit chain are there',
  { timeout: TIMEOUT_MS },
  async (t) => {
    const restored = await restoreFormer(t);
    const { url, dataDir, facts } = restored;
    const environment = environmentOf(restored);
    const former = await readTables(url);

    const server = startServer(dataDir, { ...environment, BONYAN_WORKERS: 'false' });
    t.after(() => server.kill());
    const { url: address } = await server.started;
    const upgraded = await readTables(url);
    const contents = await readFiles(address, facts);
    await server.interrupt();
    const trail = join(dataDir, '..', 'trail.ndjson');
    const exported = await bonyan(['audit', 'export', '--out', trail], environment);
    const verified = await bonyan(['audit', 'verify', '--json', trail], environment);

    assert.deepEqual(lostRows(former, upgraded), {});
    assert.deepEqual(contents, facts.files);
    assert.equal(exported.code, 0, exported.err);
    const { isValid, entriesChecked } = JSON.parse(verified.out);
    assert.ok(isValid && entriesChecked >= (former.get('audit.seal')?.length ?? Infinity), verified.out);
  },
);

test(
  'an upgrade that was killed between its migrations is repeated, and ends the same',
  { timeout: TIMEOUT_MS },
  async (t) => {
    const whole = await restoreFormer(t);
    const killed = await restoreFormer(t);
    const former = await readTables(killed.url);
    await migrate(whole);

    await killInTheMiddle(t, killed);
    const [between] = await ask(killed.url, 'select count(*)::int as count from bonyan.migration');
    await migrate(killed);

    const schema = await readSchema(whole.url);
    const counts = [former.get('bonyan.migration')?.length ?? 0, Number(between?.['count'])] as const;
    assert.ok(counts[0] < counts[1], `no migration was applied before the kill: ${counts.join()}`);
    assert.ok(counts[1] < schema.filter((line) => line.startsWith('migration ')).length, 'nothing was left to migrate');
    assert.deepEqual(await readSchema(killed.url), schema);
    assert.deepEqual(lostRows(former, await readTables(killed.url)), {});
  },
);

/** By table; none where everything is there. */
function lostRows(former: Tables, now: Tables): Record<string, unknown> {
  const lost = [...former].map(([name, all]) => {
    const rows = all.filter((row) => !isOfProgram(name, row));
    const [columns, isOwn] = RENEWED[name] ?? [[], () => false];
    const current = now.get(name) ?? [];
    const theirs = rows.filter((row) => !isOwn(row));
    return [name, [...missingRows(theirs, current), ...missingRows(rows.filter(isOwn), current, columns)]] as const;
  });
  return Object.fromEntries(lost.filter(([, rows]) => rows.length > 0));
}

/** What the person of the stored folder downloads, as base64. */
async function readFiles(address: string, { email, password, files }: Facts): Promise<Record<string, string>> {
  const signedIn = await request(address, 'POST /api/v1/users/login', { body: { email, password } });
  assert.equal(signedIn.status, 200, JSON.stringify(signedIn.body));
  const headers = { authorization: `Bearer ${signedIn.body.accessToken}` };
  const contents = Object.keys(files).map(async (id) => {
    const answer = await fetch(`${address}/api/v1/files/${id}/download`, { headers });
    return [id, Buffer.from(await answer.arrayBuffer()).toString('base64')] as const;
  });
  return Object.fromEntries(await Promise.all(contents));
}

type Restored = Awaited<ReturnType<typeof restoreFormer>>;

function environmentOf({ url, dataDir, facts }: Restored): Record<string, string> {
  // The name of the audit trail has the port.
  return { DATABASE_URL: url, BONYAN_SECRET: facts.secret, BONYAN_DATA_DIR: dataDir, PORT: '0' };
}

async function migrate(restored: Restored): Promise<void> {
  const { code, out, err } = await bonyan(['migrate'], environmentOf(restored));
  assert.equal(code, 0, out + err);
}

/** `kill -9` while a migration waits for a table that somebody else uses. */
async function killInTheMiddle(t: TestContext, restored: Restored): Promise<void> {
  const others = `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  const waiting = `${others} and wait_event_type = 'Lock'`;
  const holder = new pg.Client({ connectionString: restored.url });
  await holder.connect();
  try {
    await holder.query(`begin; lock table ${HELD} in access exclusive mode`);
    const env = { PATH: process.env['PATH'], ...environmentOf(restored) };
    const child = spawn(process.execPath, [MAIN, 'migrate'], { env });
    t.after(() => child.kill('SIGKILL'));
    while ((await ask(restored.url, waiting)).length === 0) await sleep(20);
    child.kill('SIGKILL');
    await once(child, 'exit');
  } finally {
    await holder.end();
  }
  // The server notices the end of a client when the statement of that client has the lock.
  while ((await ask(restored.url, others)).length > 0) await sleep(20);
}
