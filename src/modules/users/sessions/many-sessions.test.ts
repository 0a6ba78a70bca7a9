import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { login, member, runJob } from '#testing/accounts.ts';

const COLUMNS = `id, user_id, secret, rotated_at, created_at, last_used_at, idle_expires_at, absolute_expires_at, device,
  ip, proved_at, revoked_at`;

/** Copies of the session that the account began by signing in, with other ids and what `change` says. */
async function addSessions(
  { database }: TestApp,
  userId: string,
  count: number,
  change: Record<string, string> = {},
): Promise<void> {
  const values = COLUMNS.split(/,\s+/).map((column) => ({ id: 'gen_random_uuid()', ...change })[column] ?? column);
  await database.pool.query(
    `insert into users.session (${COLUMNS}) select ${values.join(', ')} from generate_series(1, ${count}),
       (select * from users.session where user_id = $1 and id::text like '________-____-7%') signed_in`,
    [userId],
  );
}

async function countSessions({ database }: TestApp, where: string): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    `select count(*) as count from users.session where ${where}`,
  );
  return rows[0]?.count ?? -1;
}

test('a list with more than 10,000 items answers page numbers up to there, and goes on by cursor', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  await addSessions(app, sara.id, 9_999);
  const atCap = await sara.get('/users/sessions?page=101&pageSize=100');
  await addSessions(app, sara.id, 1);

  const last = await sara.get('/users/sessions?page=100&pageSize=100');
  const beyond = await sara.get('/users/sessions?page=101&pageSize=100');
  const next = await sara.get(`/users/sessions?pageSize=100&cursor=${last.body.nextCursor}`);

  assert.deepEqual([atCap.status, atCap.body.items, atCap.body.totalCount], [200, [], 10_000]);
  assert.deepEqual([last.body.items.length, last.body.totalCount, last.body.totalCountCapped], [100, 10_000, true]);
  assert.deepEqual([beyond.status, beyond.body.code], [400, 'http.page_too_far']);
  assert.deepEqual([next.body.items.length, next.body.nextCursor, next.body.totalCount], [1, null, null]);
});

test('a device is known by any of the addresses from which the account has used it, and by no other', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  await addSessions(app, sara.id, 1, { ip: "'2001:db8:1:2:3::4'" });
  await addSessions(app, sara.id, 1, { ip: 'null' });
  await addSessions(app, sara.id, 1, { ip: "'192.0.2.7'", revoked_at: 'now()' });
  const notices = async () =>
    (await app.mailbox(sara.email)).filter(({ text }: { text: string }) => text.includes('new device')).length;
  const signIn = async (ip: string) => {
    await app.http.inject({
      method: 'POST',
      url: '/api/v1/users/login',
      remoteAddress: ip,
      payload: { email: sara.email, password: 'correct horse battery' },
    });
    await app.drain();
    return notices();
  };
  const before = await notices();

  const counts = [await signIn('2001:db8:1:2:9::9'), await signIn('192.0.2.7'), await signIn('192.0.2.8')];

  assert.deepEqual(
    counts.map((count) => count - before),
    [0, 0, 1],
  );
});

test('sessions that ended a month ago are deleted by whichever end came first, more than one batch of each', async (t) => {
  const app = await testApp(t);
  const sara = await member(app);
  const past = "now() - interval '31 days'";
  const ends = ['revoked_at', 'idle_expires_at', 'absolute_expires_at'];
  for (const end of ends) await addSessions(app, sara.id, 1_500, { [end]: past, device: `'old'` });
  await addSessions(app, sara.id, 1, { revoked_at: "now() - interval '29 days'", device: `'kept'` });
  await addSessions(app, sara.id, 1, { revoked_at: past, device: `'old'` });
  const holder = await app.database.pool.connect();
  await holder.query('begin');
  await holder.query(`select 1 from users.session where device = 'old' order by id limit 1 for update`);

  await runJob(app, 'users.tidy');
  const whileLocked = await countSessions(app, `device = 'old'`);
  await holder.query('commit');
  holder.release();
  await runJob(app, 'users.tidy');

  assert.equal(whileLocked, 1);
  assert.equal(await countSessions(app, `device = 'old'`), 0);
  assert.equal(await countSessions(app, `device = 'kept'`), 1);
  assert.equal((await login(app, sara.email)).status, 200);
});
