import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { testApp, type TestApp } from '#testing/app.ts';
import { loggingPermissions } from '../contract.ts';

const { read, write, delete: remove } = loggingPermissions;
const EVENT = { message: 'started', level: 'WARN', sourceService: 'shop', custom: 7 };

async function count({ database }: TestApp): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>('select count(*) from logging.event');
  return rows[0]?.count ?? 0;
}

const batchOf = (size: number, bad: readonly number[] = []) => ({
  events: Array.from({ length: size }, (_, n) =>
    bad.includes(n) ? { level: 'info' } : { ...EVENT, message: `event ${n}` },
  ),
});

test('an event is stored as transform shows it, and its checksum fits', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const sent = { ...EVENT, timestampUtc: 1_795_420_800_000, payload: { password: 'x', a: [1] }, httpStatusCode: 200 };

  const { body: shown } = await sara.post('/logging/transform', sent);
  const { status, body } = await sara.post('/logging/events', sent);

  assert.equal(status, 201);
  const { body: stored } = await sara.get(`/logging/events/${body.id}?recalculateIntegrity=true`);
  const { id, receivedAt, checksum, integrity, ...rest } = stored;
  assert.deepEqual(rest, shown);
  assert.deepEqual([id, integrity, checksum.length, receivedAt.length], [body.id, 'valid', 64, 24]);
  assert.deepEqual([rest.level, rest.payload], ['warn', { password: '[redacted]', a: [1], custom: 7 }]);
});

test('of 5,000 events with three bad ones 4,997 are stored, and the bad ones are named', async (t) => {
  const app = await testApp(t);

  const { status, body } = await app.signIn(write).post('/logging/events/bulk', batchOf(5000, [0, 2500, 4999]));

  assert.equal(status, 200);
  assert.deepEqual(
    body.rejected.map(({ index, code }: { index: number; code: string }) => [index, code]),
    [0, 2500, 4999].map((index) => [index, 'logging.event_invalid']),
  );
  assert.equal(body.accepted.length, 4997);
  assert.equal(await count(app), 4997);
});

test('the same batch with one key, five times at once and again later, is stored once', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(write);
  const headers = { 'idempotency-key': 'once' };

  const answers = await Promise.all(
    Array.from({ length: 5 }, () => sara.post('/logging/events/bulk', batchOf(20), headers)),
  );
  const later = await sara.post('/logging/events/bulk', batchOf(20), headers);
  const other = await sara.post('/logging/events/bulk', batchOf(21), headers);

  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200, 409]));
  assert.equal(later.headers['idempotency-replayed'], 'true');
  assert.deepEqual(later.body, answers.find(({ status }) => status === 200)?.body);
  assert.equal(other.status, 422);
  assert.equal(await count(app), 20);
});

test('a batch whose connection was cut is stored once, however often it is sent again with its key', async (t) => {
  const app = await testApp(t);
  const { userId } = app.signIn(write);
  const address = await app.http.listen({ port: 0, host: '127.0.0.1' });
  const send = (key: string, signal: AbortSignal | null) =>
    fetch(`${address}/api/v1/logging/events/bulk`, {
      method: 'POST',
      headers: { 'x-test-caller': userId, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(batchOf(200)),
      signal,
    });

  for (const cutAfterMs of [0, 1, 2, 5, 10, 20, 40, 80]) {
    const key = `cut-${cutAfterMs}`;
    await send(key, AbortSignal.timeout(cutAfterMs)).catch(() => null);
    await send(key, null); // 409 while the first one runs, or if it was cut behind its claim, which then lapses
    await app.database.pool.query(
      `update platform.idempotency set claimed_at = claimed_at - interval '2 minutes' where answer is null`,
    );
    let status = 0;
    for (let call = 0; call < 3 && status !== 200; call++) ({ status } = await send(key, null));
    assert.equal(status, 200, key);
  }

  assert.equal(await count(app), 8 * 200);
});

test('lines of JSON and gzip are taken, and what gzip becomes is bounded', async (t) => {
  const app = await testApp(t);
  const { userId } = app.signIn(write);
  const send = (payload: Buffer | string, headers: Record<string, string>) =>
    app.http.inject({
      method: 'POST',
      url: '/api/v1/logging/events/bulk',
      headers: { 'x-test-caller': userId, ...headers },
      payload,
    });
  const lines = `${JSON.stringify(EVENT)}\nnot json\n\n${JSON.stringify(EVENT)}\n`;

  const plain = await send(lines, { 'content-type': 'application/x-ndjson' });
  const zipped = await send(gzipSync(lines), { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' });
  const bomb = await send(gzipSync(Buffer.alloc(50_000_000)), {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
  });
  const broken = await send('not gzip', { 'content-type': 'application/json', 'content-encoding': 'gzip' });

  assert.deepEqual(
    plain.json().rejected.map(({ index }: { index: number }) => index),
    [1],
  );
  assert.equal(zipped.json().accepted.length, 2);
  assert.deepEqual([bomb.statusCode, bomb.json().code], [413, 'http.too_large']);
  assert.deepEqual([broken.statusCode, broken.json().code], [400, 'http.malformed']);
  assert.equal(await count(app), 4);
});

test('beyond the bytes in flight the answer is 429 with Retry-After, and nothing is stored', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_LOGGING_MAX_BYTES: '8388608' } });
  const sara = app.signIn(write);
  const large = { events: Array.from({ length: 1000 }, () => ({ message: 'x'.repeat(5000) })) };

  const answers = await Promise.all([1, 2].map(() => sara.post('/logging/events/bulk', large)));

  assert.deepEqual(answers.map(({ status }) => String(status)).toSorted(), ['200', '429']);
  const refused = answers.find(({ status }) => status === 429);
  assert.equal(refused?.body.code, 'logging.ingest_busy');
  assert.ok(Number(refused?.headers['retry-after']) > 0);
  assert.equal(await count(app), 1000);
});

test('a changed row is found corrupted, and only that one', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const { body } = await sara.post('/logging/events/bulk', batchOf(3));
  const { id } = body.accepted[1];
  await app.database.pool.query(`update logging.event set message = 'changed' where id = $1`, [id]);

  const { body: found } = await sara.get('/logging/events/corrupted?recalculate=true');
  const { body: listed } = await sara.get('/logging/events/corrupted');

  assert.deepEqual([found.checked, found.items.map((item: { id: string }) => item.id)], [3, [id]]);
  assert.deepEqual(listed.items, found.items);
  assert.equal((await sara.get(`/logging/events/${id}`)).body.integrity, 'corrupted');
});

test('a deleted event is not found any more', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write, remove);
  const { body } = await sara.post('/logging/events', EVENT);

  assert.equal((await sara.delete(`/logging/events/${body.id}`)).status, 204);

  assert.equal((await sara.get(`/logging/events/${body.id}`)).body.code, 'logging.event_not_found');
  assert.equal((await sara.delete(`/logging/events/${body.id}`)).status, 404);
});

test('an event is validated without being stored', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);

  const { body: right } = await sara.post('/logging/validate', EVENT);
  const { body: wrong } = await sara.post('/logging/validate', { ...EVENT, level: 'loud' });

  assert.deepEqual([right.isValid, wrong.isValid, wrong.errors[0].path], [true, false, '/level']);
  assert.equal(await count(app), 0);
  assert.equal((await sara.get('/logging/schema')).body.required[0], 'message');
  assert.equal((await sara.get('/logging/health')).body.status, 'healthy');
});
