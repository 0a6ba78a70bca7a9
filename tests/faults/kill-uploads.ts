import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { member, PASSWORD, runJob } from '#testing/accounts.ts';
import { SECRET, testApp, type TestApp } from '#testing/app.ts';
import { fetchBytes } from '#testing/files/uploads.ts';
import { startServer, type ServerProcess } from '../story/server.ts';
import { isLong, until } from './stage.ts';
import { createUploaders, hashOf, type UploadTarget } from './uploaders.ts';

const KILLS = isLong ? 50 : 3;
const LONGEST_MS = 1500; // of uploads before a kill
const DAY_MS = 86_400_000;
const BUSY_MS = 60_000; // a request that died with its process holds its upload for some seconds
const LATER_MS = 600_000; // leases are over, and attempts that failed without the storage are due again

/** Where the processes can be killed; `storage` starts again by itself. */
interface Victims {
  readonly environment: Record<string, string>;
  readonly killStorage: (() => Promise<void>) | null;
}

/** Kills processes under uploads, and compares both sides when all has recovered. */
export async function killUploads(t: TestContext, { environment, killStorage }: Victims): Promise<void> {
  const app = await testApp(t, { environment });
  const { email, id: ownerId } = await member(app);
  const uploaders = createUploaders();
  const processes = startProcesses(t, app, environment);
  const victims = ['serve', 'worker', ...(killStorage ? ['storage'] : [])] as const;
  const kills: Record<string, number> = {};

  // One session for all: an upload ends with its session.
  let target = await signIn(await processes.start('serve'), email);
  await processes.start('worker');
  for (let kill = 0; kill < KILLS; kill++) {
    const victim = victims[kill < victims.length ? kill : randomInt(victims.length)] ?? 'serve';
    kills[victim] = (kills[victim] ?? 0) + 1;
    let isOver = false;
    const running = uploaders.run(target, () => isOver);
    await sleep(randomInt(LONGEST_MS));
    isOver = true;
    if (victim === 'storage') await killStorage?.();
    else await processes.kill(victim as 'serve' | 'worker');
    await running;
    if (victim === 'serve') target = { ...target, url: await processes.start('serve') };
    if (victim === 'worker') await processes.start('worker');
  }
  const finishedMs = await until(() => uploaders.finish(target), BUSY_MS, 'interrupted uploads go on');
  await processes.kill('serve');
  await processes.kill('worker');
  await app.drainWithFailures(LATER_MS);

  t.diagnostic(
    `kills ${JSON.stringify(kills)}, ${uploaders.acknowledged.size} acknowledged files; interrupted uploads went on after ${finishedMs} ms`,
  );
  assert.deepEqual(uploaders.violations, []);
  assert.deepEqual(await notWhole(app, ownerId, uploaders.acknowledged), []);
  await reconcileOnce(app);
  assert.deepEqual(await differences(app), []);
  assert.deepEqual(await notWhole(app, ownerId, uploaders.acknowledged), []);
}

/** For each test in a file of its own: a file may take a quarter of an hour. */
export function bounded() {
  return { timeout: 120_000 + KILLS * 15_000 };
}

/** A server and a worker on the database of the app, which are killed when `t` ends. */
function startProcesses(t: TestContext, app: TestApp, environment: Record<string, string>) {
  const running = new Map<string, ServerProcess>();
  const settings = {
    ...environment,
    DATABASE_URL: app.databaseUrl,
    BONYAN_SECRET: SECRET,
    BONYAN_RATE_LIMIT_PER_MINUTE: '0',
    BONYAN_FAILURES_PER_NETWORK: '0',
    BONYAN_MAX_LOOP_DELAY_MS: '0',
    BONYAN_WORKERS: 'false',
  };
  t.after(() => Promise.all([...running.values()].map((each) => each.kill())));
  return {
    async start(command: 'serve' | 'worker'): Promise<string> {
      const started = startServer(app.dataDir, settings, command);
      running.set(command, started);
      return (await started.started).url;
    },
    kill: async (command: 'serve' | 'worker') => running.get(command)?.kill(),
  };
}

async function signIn(url: string, email: string): Promise<UploadTarget> {
  const answer = await fetch(`${url}/api/v1/users/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  assert.equal(answer.status, 200);
  const { accessToken } = (await answer.json()) as { accessToken: string };
  return { url, accessToken };
}

/** Those of the files that are not available, or have other bytes. */
async function notWhole(app: TestApp, ownerId: string, files: ReadonlyMap<string, string>): Promise<string[]> {
  const found: string[] = [];
  for (const [id, hash] of files) {
    const { status, bytes } = await fetchBytes(app, ownerId, `/files/${id}/download`);
    if (status !== 200) found.push(`${id}: ${status} ${bytes.toString()}`);
    else if (hashOf(bytes) !== hash) found.push(`${id}: other bytes`);
  }
  return found;
}

/** Two days later, when nothing can still be on its way. What is found then is not kept for a week, as it would be. */
async function reconcileOnce(app: TestApp): Promise<void> {
  const { pool } = app.database;
  await pool.query("update files.file set heartbeat_at = heartbeat_at - interval '2 days'");
  app.pass(2 * DAY_MS);
  await runJob(app, 'files.tidy');
  await runJob(app, 'files.reconcile');
  await pool.query('update files.removal set due_at = now()');
  await runJob(app, 'files.tidy');
}

/** What is on one side only, and what has not come to its end. */
async function differences({ database, storage, now }: TestApp): Promise<string[]> {
  const { rows } = await database.pool.query<{ what: string }>(`
    select 'file ' || id || ' is ' || storage_status || ', ' || coalesce(stage, reason, '') as what
    from files.file where storage_status <> 'available'
    union all select 'upload ' || id || ' is unfinished' from files.upload where file_id is null
    union all select 'part ' || id from files.upload_part
    union all select 'removal of ' || object_key from files.removal
    union all select 'blob ' || id || ' has ' || refs || ' references' from files.blob b
      where refs <> (select count(*) from files.file f where f.blob_id = b.id)
    union all select 'usage of ' || owner_id || ' is ' || bytes || ' bytes' from files.usage u
      where row (bytes, file_count) is distinct from
        (select row (coalesce(sum(size_bytes), 0)::bigint, count(*)::int) from files.file f where f.owner_id = u.owner_id)`);
  const { rows: blobs } = await database.pool.query<{ id: string }>('select id from files.blob');
  const known = new Set(blobs.map(({ id }) => `files/content/${id}`));
  const there = new Set<string>();
  for (let after: string | null = null; ;) {
    const page = await storage.list('files/', { after });
    for (const { key } of page.objects) there.add(key);
    if (page.next === null) break;
    after = page.next;
  }
  const drafts = await storage.tidy(new Date(now().getTime() + DAY_MS));
  return [
    ...rows.map(({ what }) => what),
    ...[...there].filter((key) => !known.has(key)).map((key) => `only in the storage: ${key}`),
    ...[...known].filter((key) => !there.has(key)).map((key) => `only in the database: ${key}`),
    ...(drafts === 0 ? [] : [`${drafts} unfinished objects`]),
  ];
}
