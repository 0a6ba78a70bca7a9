import assert from 'node:assert/strict';
import { test } from 'node:test';
import { member } from '#testing/accounts.ts';
import { begun, idIn, untilThere } from '#testing/files/resumable.ts';
import { anyBytes } from '#testing/files/stores.ts';
import { fileOf } from '#testing/files/tus-client.ts';
import { ApiError, createClient, type UploadProgress } from '../../client/client.ts';
import { openProxy } from '../faults/proxy.ts';
import { signedIn } from './session.ts';

const MIB = 1024 * 1024;
const BYTES = 18 * MIB; // two requests: the first has 16 MiB
const FIRST = 16 * MIB;
/** No request writes an upload, and its first one has ended. */
const IDLE = `select 1 from files.upload where received_bytes >= ${FIRST} and writer is null`;

/** A file like that of a page: the same name, size and time of change each time. */
const fileWith = (content: Buffer) => new File([new Uint8Array(content)], 'داده‌ها.bin', { lastModified: 1 });

function createStore() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, url: string) => void kept.set(key, url),
    removeItem: (key: string) => void kept.delete(key),
  };
}

test('a file is uploaded into a folder with progress, and has the bytes, the name and the tags that were sent', async (t) => {
  const { app, client, sara } = await signedIn(t);
  const content = anyBytes(BYTES);
  const seen: UploadProgress[] = [];

  const options = { folder: 'گزارش‌ها', tags: ['مالی'], onProgress: (one: UploadProgress) => void seen.push(one) };
  const id = await client.upload(fileWith(content), options).done;
  const file = await fileOf(app, sara, { url: `/uploads/${id}` });

  assert.deepEqual([file.fileName, file.folder, file.tags], ['داده‌ها.bin', 'گزارش‌ها', ['مالی']]);
  assert.ok(content.equals(file.bytes));
  assert.ok(seen.some(({ sentBytes }) => sentBytes > 0 && sentBytes < BYTES));
  assert.deepEqual(seen.at(-1), { sentBytes: BYTES, totalBytes: BYTES });
});

test('an upload goes on where it was after its connection was cut and the server was away', async (t) => {
  const { app, client, sara } = await signedIn(t);
  const proxy = await openProxy(t, { host: '127.0.0.1', port: Number(new URL(app.origin).port) });
  let isAway = false;
  const away = createClient({
    baseUrl: `http://127.0.0.1:${proxy.port}`,
    token: client.accessToken,
    retry: { wait: async () => (isAway ? proxy.restore().then(() => void (isAway = false)) : undefined) },
  });
  const content = anyBytes(BYTES);
  const seen: number[] = [];

  const id = await away.upload(fileWith(content), {
    onProgress({ sentBytes }) {
      if (sentBytes > FIRST && !isAway && !seen.includes(-1)) {
        seen.push(-1);
        isAway = true;
        void proxy.cut();
      } else seen.push(sentBytes);
    },
  }).done;

  const file = await fileOf(app, sara, { url: `/uploads/${id}` });
  assert.ok(content.equals(file.bytes));
  const after = seen.slice(seen.indexOf(-1) + 1);
  assert.ok(after.length > 0 && after.every((bytes) => bytes >= FIRST), 'what was there was not sent again');
});

test('a paused upload sends nothing until it is resumed', async (t) => {
  const { app, client, sara } = await signedIn(t);
  const content = anyBytes(BYTES);
  const paused = Promise.withResolvers<void>();
  let isPaused = false;
  let late = 0;

  const upload = client.upload(fileWith(content), {
    onProgress({ sentBytes }) {
      if (isPaused) late++;
      if (sentBytes <= FIRST || isPaused) return;
      isPaused = true;
      upload.pause();
      paused.resolve();
    },
  });
  await paused.promise;
  await untilThere(app, IDLE);
  const { rows } = await app.database.pool.query('select file_id as "fileId" from files.upload');
  const lateInPause = late;
  upload.resume();
  const id = await upload.done;

  assert.deepEqual([rows, lateInPause], [[{ fileId: null }], 0]);
  assert.ok(content.equals((await fileOf(app, sara, { url: `/uploads/${id}` })).bytes));
});

test('an upload goes on after a reload, and its address is forgotten when it is done', async (t) => {
  const { app, client, sara } = await signedIn(t);
  const content = anyBytes(BYTES);
  const store = createStore();
  const gone = Promise.withResolvers<void>();
  const left = client.upload(fileWith(content), {
    store,
    onProgress({ sentBytes }) {
      if (sentBytes <= FIRST) return;
      left.pause(); // nothing more comes from this page
      gone.resolve();
    },
  });
  await gone.promise;
  await untilThere(app, IDLE);
  const [url = ''] = store.kept.values();
  const reloaded = createClient({ baseUrl: app.origin });
  reloaded.accept(sara.tokens);
  const seen: number[] = [];

  const { done } = reloaded.upload(fileWith(content), {
    store,
    onProgress: ({ sentBytes }) => void seen.push(sentBytes),
  });
  const id = await done;

  assert.equal(id, idIn(url));
  assert.ok(
    seen.every((bytes) => bytes >= FIRST),
    'what was there was not sent again',
  );
  assert.deepEqual([...store.kept], []);
  assert.ok(content.equals((await fileOf(app, sara, { url })).bytes));
});

test('an address that the server does not know any more is replaced by a new upload', async (t) => {
  const { app, client, sara } = await signedIn(t);
  const content = anyBytes(1000);
  const store = createStore();
  const path = await begun(app.withToken(sara.tokens.accessToken), { 'upload-length': '1000' });
  await app.database.pool.query('delete from files.upload');

  const stale = { ...store, getItem: () => `${app.origin}${path}` };
  const id = await client.upload(fileWith(content), { store: stale }).done;

  assert.notEqual(id, idIn(path));
  assert.ok(content.equals((await fileOf(app, sara, { url: `/uploads/${id}` })).bytes));
});

test('with tokens from elsewhere, nobody goes on with the upload of another person', async (t) => {
  const { app, sara } = await signedIn(t);
  const people = [sara, await member(app)];
  const [content, store] = [anyBytes(BYTES), createStore()];

  for (const { tokens } of people) {
    const client = createClient({ baseUrl: app.origin, token: () => tokens.accessToken });
    const isBegun = Promise.withResolvers<void>();
    const onProgress = () => {
      left.pause();
      isBegun.resolve();
    };
    const left = client.upload(fileWith(content), { store, onProgress });
    await isBegun.promise;
  }

  assert.equal(new Set(store.kept.values()).size, 2);
});

test('the same file twice at a time is two files', async (t) => {
  const { client } = await signedIn(t);
  const [file, store] = [fileWith(anyBytes(1000)), createStore()];

  const ids = await Promise.all([1, 2].map(() => client.upload(file, { store }).done));

  assert.equal(new Set(ids).size, 2);
  assert.deepEqual([...store.kept], []);
});

test('an upload that is cancelled rejects with the reason, and is gone from the server and from the store', async (t) => {
  const { app, client } = await signedIn(t);
  const store = createStore();
  const over = new AbortController();

  const { done } = client.upload(fileWith(anyBytes(BYTES)), {
    store,
    signal: over.signal,
    onProgress: ({ sentBytes }) => void (sentBytes > FIRST && over.abort(new Error('not this one'))),
  });

  await assert.rejects(done, { message: 'not this one' });
  await untilThere(app, 'select 1 where not exists (select 1 from files.upload)');
  assert.deepEqual([...store.kept], []);
});

test('a file that is refused rejects with the code of the server', async (t) => {
  const { client } = await signedIn(t, {}, { BONYAN_FILES_MAX_BYTES: '2000' });
  const text = new File(['x'], 'a.txt', { type: 'image/png' });

  const codes = await Promise.all(
    [fileWith(anyBytes(2001)), text].map((file) =>
      client.upload(file).done.catch((error: unknown) => (error instanceof ApiError ? error.code : error)),
    ),
  );

  assert.deepEqual(codes, ['files.too_large', 'files.type_mismatch']);
});

test('a Blob, which has no time of change, is not resumed', async (t) => {
  const { client } = await signedIn(t);

  const { done } = client.upload(new Blob(['x']), { fileName: 'a.txt', store: createStore() });

  await assert.rejects(done, TypeError);
});
