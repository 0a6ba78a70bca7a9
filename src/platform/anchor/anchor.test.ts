import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { recordMany, reportOf, runJob, tamper } from '#testing/trail/trail.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { createFileAnchor } from './file.ts';

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-anchor-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A webhook that records what is posted to it. */
async function openHook(t: TestContext) {
  const posted: { size: number; note: string }[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      posted.push(JSON.parse(body));
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { posted, url: `http://127.0.0.1:${port}/anchor` };
}

/** The current error of the anchors' health component; null when it is healthy. */
async function healthErrorOf(app: TestApp): Promise<string | null> {
  const components = app.modules.flatMap(({ health = [] }) => health);
  const error: unknown = await components
    .find(({ name }) => name === 'audit anchors')
    ?.probe()
    .catch((failure: unknown) => failure);
  return error instanceof Error ? error.message : null;
}

test('notes are read back from a file in their order, each once', async (t) => {
  const folder = await folderOf(t);
  const { port } = createFileAnchor(join(folder, 'anchors'));

  const empty = await port.read();
  await port.put({ size: 1, note: 'one\n' });
  await port.put({ size: 1, note: 'one\n' });
  await port.put({ size: 2, note: 'two\n' });

  assert.deepEqual([empty, await port.read()], [[], ['one\n', 'two\n']]);
});

test('each signed head is sent once by mail and once to a webhook', async (t) => {
  const { posted, url } = await openHook(t);
  const app = await testApp(t, {
    environment: {
      BONYAN_AUDIT_ANCHOR_WEBHOOK: url,
      BONYAN_AUDIT_ANCHOR_EMAIL: 'auditor@example.com',
    },
  });
  await recordMany(app, 2);

  const first = await app.audit.anchor();
  const second = await app.audit.anchor();

  const { rows } = await app.database.pool.query<{ note: string }>('select note from audit.checkpoint');
  const [mail] = await app.mailbox('auditor@example.com');
  assert.deepEqual([first, second], [['webhook', 'e-mail'], []]);
  assert.deepEqual(posted, [{ size: 2, note: rows[0]?.note }]);
  assert.equal(mail.text, rows[0]?.note);
});

test('an anchor that does not answer is reported, does not keep the note from other anchors, and is tried again', async (t) => {
  const app = await testApp(t, {
    environment: {
      BONYAN_AUDIT_ANCHOR_FILE: join(tmpdir(), 'bonyan-no-such-folder', 'anchors'),
      BONYAN_AUDIT_ANCHOR_EMAIL: 'auditor@example.com',
    },
  });
  await recordMany(app, 1);

  await assert.rejects(app.audit.anchor(), AggregateError);
  await assert.rejects(app.audit.anchor(), AggregateError);

  assert.equal((await app.mailbox('auditor@example.com')).length, 1);
  assert.equal((await reportOf(app)).isValid, true);
});

test('a note that a full disk cut off is not read, and the next note begins on a new line', async (t) => {
  const path = join(await folderOf(t), 'anchors');
  const { port } = createFileAnchor(path);
  await port.put({ size: 1, note: 'one\n' });
  const whole = await readFile(path, 'utf8');
  await writeFile(path, `${whole}{"at":"2026-01-01T00:00:00Z","size":2,"no`);

  const torn = await port.read();
  await port.put({ size: 2, note: 'two\n' });

  assert.deepEqual([torn, await port.read()], [['one\n'], ['one\n', 'two\n']]);
  assert.equal((await readFile(path, 'utf8')).trimEnd().split('\n').length, 2);
});

test('an anchor that has lost a note is reported by the integrity report, and later by health', async (t) => {
  const path = join(await folderOf(t), 'anchors');
  const app = await testApp(t, { environment: { BONYAN_AUDIT_ANCHOR_FILE: path } });
  await recordMany(app, 2);
  await app.audit.anchor();
  await rm(path);

  const { isValid, anchors } = await reportOf(app);
  await runJob(app, 'audit.watch');
  const soon = await healthErrorOf(app);
  await app.database.pool.query(`update audit.anchor_trouble set since = since - interval '1 hour'`);
  const later = await healthErrorOf(app);
  await recordMany(app, 1);
  await app.audit.anchor();
  await runJob(app, 'audit.watch');
  const afterRepair = await healthErrorOf(app);

  assert.equal(isValid, true);
  assert.deepEqual([anchors[0]?.checkpoints, /is missing/.test(anchors[0]?.error ?? '')], [0, true]);
  assert.deepEqual([soon, afterRepair], [null, null]);
  assert.match(later ?? '', /is missing/);
});

test('a checkpoint that nobody signed, or with a later date, is not taken for the recent one', async (t) => {
  const path = join(await folderOf(t), 'anchors');
  const app = await testApp(t, { environment: { BONYAN_AUDIT_ANCHOR_FILE: path } });
  const sizes = async () => (await createFileAnchor(path).port.read())?.map((note) => Number(note.split('\n')[1]));
  await recordMany(app, 1);
  await runJob(app, 'audit.anchor');

  await tamper(
    app,
    `insert into audit.checkpoint (id, size, note) values (gen_random_uuid(), 9, E'log\\n9\\n' || repeat('A', 44) || E'\\n')`,
  );
  await recordMany(app, 1);
  await runJob(app, 'audit.anchor');
  const afterForgery = await sizes();
  await tamper(app, `update audit.checkpoint set created_at = now() + interval '1 year'`);
  await runJob(app, 'audit.anchor');

  assert.deepEqual([afterForgery, await sizes()], [[1], [1, 2]]);
});

test('while an anchor is down, the others get one note per period, and it gets the newest note when it is back', async (t) => {
  const folder = join(await folderOf(t), 'disk');
  const { posted, url } = await openHook(t);
  const path = join(folder, 'anchors');
  const app = await testApp(t, {
    environment: { BONYAN_AUDIT_ANCHOR_FILE: path, BONYAN_AUDIT_ANCHOR_WEBHOOK: url },
  });
  const read = async () => (await createFileAnchor(path).port.read())?.map((note) => Number(note.split('\n')[1]));
  const passPeriod = () => tamper(app, `update audit.checkpoint set created_at = created_at - interval '2 hours'`);

  await recordMany(app, 1);
  await assert.rejects(runJob(app, 'audit.anchor'), AggregateError);
  await recordMany(app, 1);
  await mkdir(folder);
  await runJob(app, 'audit.anchor');
  const first = [posted.map(({ size }) => size), await read()];
  await rm(folder, { recursive: true });
  await passPeriod();
  await assert.rejects(runJob(app, 'audit.anchor'), AggregateError);
  await recordMany(app, 1);
  await passPeriod();
  const healthError = await healthErrorOf(app);
  await mkdir(folder);
  await runJob(app, 'audit.anchor');

  assert.deepEqual(first, [[1], [1]]);
  assert.match(healthError ?? '', /^file .*: has not taken the newest checkpoint$/);
  assert.deepEqual([posted.map(({ size }) => size), await read()], [[1, 2, 3], [3]]);
  assert.equal(await healthErrorOf(app), null);
});
