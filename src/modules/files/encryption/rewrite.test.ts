import assert from 'node:assert/strict';
import { readdir, readlink, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { withoutTables, type AnyUnit } from '#platform/database/port.ts';
import { member, runJob } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import {
  encryptFile,
  fetchBytes,
  fileOwner,
  putContent,
  releasedFile,
  removeKept,
  storedObjects,
  upload,
} from '#testing/files/uploads.ts';

type Owner = ReturnType<typeof fileOwner>;
const HIGHEST_ID = 'ffffffff-ffff-4fff-bfff-ffffffffffff';

const keyOf = (blobId: string | null | undefined) => `files/content/${blobId}`;

async function rowOf({ database }: TestApp, id: string) {
  const { rows } = await database.pool.query<{ blobId: string; rewriteId: string | null }>(
    'select blob_id, rewrite_id from files.file where id = $1',
    [id],
  );
  return rows[0] ?? { blobId: 'none', rewriteId: null };
}

const put = ({ storage }: TestApp, key: string, content: string) =>
  storage.put(key, Readable.from([Buffer.from(content)]), { maxBytes: content.length });

const retrySoon = ({ database }: TestApp) =>
  database.pool.query("update platform.work set due_at = now() where queue = 'files.encryption'");

/** The next attempt is the last. */
const useAttempts = ({ database }: TestApp) =>
  database.pool.query("update platform.work set due_at = now(), attempt = 39 where queue = 'files.encryption'");

async function erase(app: TestApp, userId: string): Promise<void> {
  const files = app.modules.find(({ name }) => name === 'files');
  await app.database.units.write(
    system('platform'),
    (unit) => files?.privacy.erase(withoutTables(unit), userId) ?? Promise.resolve(),
  );
}

async function purge(sara: Owner, id: string): Promise<void> {
  await sara.delete(`/files/${id}`);
  await sara.delete(`/files/${id}/purge`);
}

/** Drains, and when a work item waits for what `lock` holds, runs `meanwhile` in the transaction that holds it. */
async function drainBehind(
  app: TestApp,
  lock: string,
  meanwhile: (query: (text: string, values?: unknown[]) => Promise<unknown>) => Promise<void>,
) {
  const holder = await app.database.pool.connect();
  await holder.query('begin');
  await holder.query(lock);
  let isOver = false;
  const drained = app.drainWithFailures().finally(() => (isOver = true));
  const waiting = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  try {
    while (!isOver && (await holder.query(waiting)).rows.length === 0);
    await meanwhile((text, values) => holder.query(text, values));
  } finally {
    await holder.query('commit');
    holder.release();
  }
  return drained;
}

test('after the last attempt the file is as it was and says why, and administrators hear of one person once an hour', async (t) => {
  const app = await testApp(t);
  const administrator = await member(app);
  await app.database.units.write(system('users'), (unit: AnyUnit) =>
    app.authorization.makeAdministrator(unit, administrator.id),
  );
  const [sara, reza] = [fileOwner(app), fileOwner(app)];
  const failed: [Owner, string, () => Promise<unknown>][] = [];

  for (const [owner, content, what] of [
    [sara, 'one', 'encrypt'],
    [sara, 'two', 'decrypt'],
    [reza, 'three', 'encrypt'],
  ] as const) {
    const id = await releasedFile(app, owner, { content });
    if (what === 'decrypt') await encryptFile(app, owner, id);
    const key = keyOf((await rowOf(app, id)).blobId);
    const stored = await app.storage.get(key);
    const whole = Buffer.concat(stored ? await stored.content.toArray() : []);
    await put(app, key, 'x'.repeat(whole.length));
    await owner.post(`/files/${what}/${id}`);
    await useAttempts(app);
    await app.drainWithFailures();
    await retrySoon(app);
    await app.drain();
    const repair = () => app.storage.put(key, Readable.from([whole]), { maxBytes: whole.length });
    failed.push([owner, id, () => repair().then(() => owner.post(`/files/${what}/${id}`))]);
  }
  const look = async ([owner, id]: (typeof failed)[number]) => {
    const { storageStatus, isEncrypted, encryptionStage, reason } = (await owner.get(`/files/${id}`)).body;
    return [storageStatus, isEncrypted, encryptionStage, reason];
  };
  const before = await Promise.all(failed.map(look));
  for (const [, , askAgain] of failed) await askAgain();
  await app.drain();
  const after = await Promise.all(failed.map(look));

  assert.deepEqual(before, [
    ['available', false, null, 'encryption_failed'],
    ['available', true, null, 'decryption_failed'],
    ['available', false, null, 'encryption_failed'],
  ]);
  assert.deepEqual(after, [
    ['available', true, null, null],
    ['available', false, null, null],
    ['available', true, null, null],
  ]);
  const mails = (await app.mailbox(administrator.email)) as { subject: string }[];
  assert.equal(mails.filter(({ subject }) => subject.includes('rewritten')).length, 2);
});

test('at most four files of one person are rewritten at once; others of theirs are refused until one is done', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [fileOwner(app), fileOwner(app)];
  const ids = await Promise.all(
    Array.from({ length: 6 }, async (_, at) => (await upload(sara, { content: `file ${at}` })).body.id),
  );
  const ofReza = await releasedFile(app, reza);
  const ask = async () => Promise.all(ids.map((id) => sara.post(`/files/encrypt/${id}`)));

  const first = await ask();
  const again = await ask();
  const other = await reza.post(`/files/encrypt/${ofReza}`);
  await app.drain();
  const last = await ask();

  const codes = (answers: Awaited<ReturnType<typeof ask>>) =>
    answers.map(({ body }) => String(body.code ?? (body.isEncrypted ? 'encrypted' : body.encryptionStage)));
  const refused = 'http.too_many_requests';
  assert.deepEqual(codes(first).toSorted(), ['encrypting', 'encrypting', 'encrypting', 'encrypting', refused, refused]);
  assert.deepEqual(codes(again), codes(first));
  assert.equal(other.status, 202);
  assert.deepEqual(codes(last).toSorted(), [
    'encrypted',
    'encrypted',
    'encrypted',
    'encrypted',
    'encrypting',
    'encrypting',
  ]);
});

test('an attempt that cannot begin to write leaves nothing open', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const id = await releasedFile(app, sara, { content: 'x'.repeat(1_000_000) }); // more than buffers have
  const openObjects = async () => {
    const targets = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
    return (await Promise.all(targets)).filter((path) => path.startsWith(app.dataDir));
  };
  const drafts = join(app.dataDir, 'objects', '.drafts');

  for (const what of ['encrypt', 'decrypt']) {
    await sara.post(`/files/${what}/${id}`);
    await rename(drafts, `${drafts}-away`);
    await writeFile(drafts, ''); // no draft can be made

    const failures = await app.drainWithFailures();

    await rename(`${drafts}-away`, `${drafts}-again`);
    await rename(drafts, `${drafts}-file`);
    await rename(`${drafts}-again`, drafts);
    for (let looks = 0; looks < 100 && (await openObjects()).length > 0; looks++); // it is closed in a thread
    assert.equal(failures.length, 1, what);
    assert.deepEqual(await openObjects(), [], what);
    await retrySoon(app);
    await app.drain();
  }
});

test('what an interrupted attempt has written goes with the next attempt, the last one, purge and erasure', async (t) => {
  const app = await testApp(t);
  const { pool } = app.database;
  await pool.query(
    `create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$`,
  );
  const ends: Record<string, (sara: Owner, id: string) => Promise<unknown>> = {
    'next attempt': () => retrySoon(app),
    'last attempt': async (_, id) => {
      await put(app, keyOf((await rowOf(app, id)).blobId), 'damaged'.padEnd(20)); // an encrypted object of four bytes
      await useAttempts(app);
      await app.drainWithFailures();
      await retrySoon(app);
    },
    purge: purge,
    erasure: (sara) => erase(app, sara.userId),
  };

  for (const [name, end] of Object.entries(ends)) {
    const sara = fileOwner(app);
    const id = await releasedFile(app, sara, { content: 'abcd' });
    await encryptFile(app, sara, id);
    await pool.query(
      'create trigger refuse before update of blob_id on files.file for each row execute function public.refuse()',
    );
    await sara.post(`/files/decrypt/${id}`);
    await app.drainWithFailures();
    const { rewriteId } = await rowOf(app, id);
    const before = await app.storage.head(keyOf(rewriteId));
    await pool.query('drop trigger refuse on files.file');

    await end(sara, id);
    await app.drain();

    assert.equal(before?.sizeBytes, 4, name);
    assert.equal(await app.storage.head(keyOf(rewriteId)), null, name);
  }
});

/** An encrypted file, and a plain object with the same bytes. */
async function encryptedBesidePlain(app: TestApp, owner: ReturnType<typeof fileOwner>) {
  const id = await releasedFile(app, owner, { content: 'the same bytes' });
  const { sha256 } = (await owner.get(`/files/${id}`)).body;
  await encryptFile(app, owner, id);
  await put(app, keyOf(HIGHEST_ID), 'the same bytes');
  return { id, sha256 };
}

test('an upload of the same bytes that is released meanwhile costs the decryption no attempt', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const { id, sha256 } = await encryptedBesidePlain(app, sara);
  await sara.post(`/files/decrypt/${id}`);

  const failures = await drainBehind(app, 'lock table files.blob in share mode', async (query) => {
    await query('insert into files.blob (id, sha256, size_bytes, refs) values ($1, $2, 14, 1)', [HIGHEST_ID, sha256]);
  });

  await removeKept(app);
  assert.deepEqual(failures, []);
  assert.equal((await rowOf(app, id)).blobId, HIGHEST_ID);
  assert.equal((await storedObjects(app)).length, 1);
  assert.equal((await fetchBytes(app, sara.userId, `/files/${id}/download`)).text, 'the same bytes');
});

test('a decryption locks the object that it leaves and the one that it shares in the order of all units', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);
  const { id, sha256 } = await encryptedBesidePlain(app, sara);
  await app.database.pool.query('insert into files.blob (id, sha256, size_bytes, refs) values ($1, $2, 14, 1)', [
    HIGHEST_ID,
    sha256,
  ]);
  await sara.post(`/files/decrypt/${id}`);

  const lower = 'select 1 from files.blob where key_sealed is not null for update';
  const failures = await drainBehind(app, lower, async (query) => {
    await query('select 1 from files.blob where key_sealed is null for update nowait');
  });

  assert.deepEqual(failures, []);
  assert.equal((await rowOf(app, id)).blobId, HIGHEST_ID);
});

test('an object that is mended for a file that is purged meanwhile is removed again', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [fileOwner(app), fileOwner(app)];
  const lost = await releasedFile(app, sara, { content: 'the same bytes' });
  const { blobId } = await rowOf(app, lost);
  await app.storage.delete(keyOf(blobId));
  const { body } = await upload(reza, { content: 'the same bytes' });

  const failures = await drainBehind(app, 'lock table files.blob in share mode', async (query) => {
    await query('delete from files.file where id = $1', [lost]);
    await query('delete from files.blob where id = $1', [blobId]);
  });

  assert.deepEqual(failures, []);
  assert.equal(await app.storage.head(keyOf(blobId)), null);
  assert.equal((await fetchBytes(app, reza.userId, `/files/${body.id}/download`)).text, 'the same bytes');
});

/** How a version of a file gets behind its file; `then` brings what was in the way to an end. */
const BEHIND: Record<
  string,
  (app: TestApp, sara: Owner, file: { id: string; versionId: string; key: string }) => Promise<void>
> = {
  'its rewriting has failed': async (app, sara, { id, key }) => {
    const whole = Buffer.from('secret one');
    await put(app, key, 'x'.repeat(whole.length));
    await sara.post(`/files/encrypt/${id}`);
    await useAttempts(app);
    await app.drainWithFailures();
    await retrySoon(app);
    await app.drainWithFailures();
    await put(app, key, 'secret one');
    await sara.post(`/files/encrypt/${id}`);
    await app.drain();
  },
  'its object was away': async (app, sara, { id, key }) => {
    await app.storage.delete(key);
    await runJob(app, 'files.reconcile');
    await encryptFile(app, sara, id);
    await put(app, key, 'secret one');
    await runJob(app, 'files.reconcile');
    await app.drain();
  },
};

for (const [name, happen] of Object.entries(BEHIND))
  test(`a version is encrypted with its file in the end, although ${name}`, async (t) => {
    const app = await testApp(t);
    const sara = fileOwner(app);
    const id = await releasedFile(app, sara, { content: 'secret one' });
    const { blobId } = await rowOf(app, id);
    await putContent(sara, id, { content: 'secret two' });
    await app.drain();
    const [version] = (await sara.get(`/files/${id}/versions`)).body.items;

    await happen(app, sara, { id, versionId: version.id, key: keyOf(blobId) });

    const [after] = (await sara.get(`/files/${id}/versions`)).body.items;
    assert.deepEqual(
      [after.storageStatus, after.isEncrypted, after.encryptionStage, after.reason],
      ['available', true, null, null],
    );
    assert.equal((await sara.get(`/files/${id}`)).body.isEncrypted, true);
  });

for (const [wanted, other] of [
  ['encrypt', 'decrypt'],
  ['decrypt', 'encrypt'],
] as const)
  test(`a file is not to ${wanted} while a version of it waits for the opposite`, async (t) => {
    const app = await testApp(t);
    const sara = fileOwner(app);
    const id = await releasedFile(app, sara, { content: 'secret one' });
    await putContent(sara, id, { content: 'secret two' });
    await app.drain();
    if (other === 'decrypt') await encryptFile(app, sara, id);
    await app.database.pool.query('update files.file set encryption_stage = $2 where version_of = $1', [
      id,
      `${other}ing`,
    ]);

    const { status, body } = await sara.post(`/files/${wanted}/${id}`);

    assert.deepEqual([status, body.code], [409, 'files.encryption_busy']);
  });
