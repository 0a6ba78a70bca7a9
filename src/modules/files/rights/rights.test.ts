import assert from 'node:assert/strict';
import { test } from 'node:test';
import { member } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { everything } from '#testing/authorization.ts';
import { stalled, untilThere } from '#testing/files/resumable.ts';
import { formOf, releasedFile, sentUpload } from '#testing/files/uploads.ts';
import { filePermissions } from '../contract.ts';

type Member = Awaited<ReturnType<typeof member>>;

/** How the right ends, by its code, and the answer from then on. */
const ENDS = {
  '401 http.not_signed_in': (_: TestApp, { tokens, ...sara }: Member) =>
    sara.post('/users/revoke', { refreshToken: tokens.refreshToken }),
  '403 http.forbidden': (app: TestApp, { id }: Member, code: string) =>
    everything(app).post('/authorization/deny-permission', { userId: id, permissionCode: code }),
};

/** Runs `work` until it waits for what another transaction has taken by `sql`, then `meanwhile`, and then its rest. */
async function heldBy<R>(
  app: TestApp,
  sql: string,
  values: unknown[],
  work: () => Promise<R>,
  meanwhile: () => unknown,
) {
  const holder = await app.database.pool.connect();
  await holder.query('begin');
  await holder.query(sql, values);
  try {
    const running = work();
    running.catch(() => {});
    await untilThere(
      app,
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    await meanwhile();
    return { running };
  } finally {
    await holder.query('rollback');
    holder.release();
  }
}

test('a form whose sender has lost session or right is refused while it arrives, and at its end', async (t) => {
  const app = await testApp(t);
  const origin = await app.http.listen({ host: '127.0.0.1', port: 0 });
  for (const [code, end] of Object.entries(ENDS))
    for (const way of ['POST', 'PUT'] as const)
      for (const isAtEnd of [false, true]) {
        const sara = await member(app);
        const authorization = `Bearer ${sara.tokens.accessToken}`;
        const path = way === 'POST' ? '/files' : `/files/${await releasedFile(app, sara)}/content`;
        const { payload, headers } = formOf({ content: 'x'.repeat(10_000) });
        const sending = await stalled(
          `${origin}/api/v1${path}`,
          payload.subarray(0, 5000),
          { ...headers, authorization },
          way,
        );
        await untilThere(app, "select 1 from files.file where stage = 'uploading'");

        await end(app, sara, filePermissions.write.code);
        if (isAtEnd) sending.end(payload.subarray(5000));
        else {
          app.pass(1000);
          sending.write(payload.subarray(5000, 8000));
        }
        const answer = await sending.answer;
        sending.cut();

        assert.equal(`${answer.status} ${answer.code}`, code, `${way} ${isAtEnd}`);
        await untilThere(app, 'select where not exists (select from files.file where stage is not null)');
      }
});

test('the bytes of an upload to the storage become no file when its owner has lost session or right', async (t) => {
  const app = await testApp(t);
  for (const [code, end] of Object.entries(ENDS)) {
    const sara = await member(app);
    const id = await sentUpload(app, { userId: sara.id }, 'hello');

    const { running } = await heldBy(
      app,
      `insert into files.file (id, owner_id, file_name, content_type, content_id, stage)
       values ($1, $2, 'a', '', gen_random_uuid(), 'uploading')`,
      [id, sara.id],
      () => sara.post(`/files/uploads/${id}/complete`),
      () => end(app, sara, filePermissions.write.code),
    );
    const answer = await running;

    assert.equal(`${answer.status} ${answer.body.code}`, code);
    assert.equal((await app.database.pool.query('select from files.file')).rowCount, 0);
  }
});

test('an archive ends when its reader has lost session or right', async (t) => {
  const app = await testApp(t);
  for (const end of Object.values(ENDS)) {
    const sara = await member(app);
    const ids = [await releasedFile(app, sara), await releasedFile(app, sara)];

    const { running } = await heldBy(
      app,
      'lock table files.access',
      [],
      () => sara.post('/files/archive', { ids }),
      () => end(app, sara, filePermissions.read.code),
    );

    await assert.rejects(running, /destroyed/); // cut off: nobody takes a part for the whole
    assert.equal((await app.database.pool.query('select from files.access where user_id = $1', [sara.id])).rowCount, 1);
  }
});
