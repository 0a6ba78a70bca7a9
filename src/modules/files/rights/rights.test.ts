import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { member } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { everything } from '#testing/authorization.ts';
import { stalled, untilThere } from '#testing/files/resumable.ts';
import { formOf, giveAccess, putContent, releasedFile, removeKept, sentUpload } from '#testing/files/uploads.ts';
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

/** Where a form is received, and what is there when its first bytes are. */
const FORMS = {
  'an upload': {
    method: 'POST',
    path: async () => '/files',
    row: "select 1 from files.file where stage = 'uploading'",
  },
  'a new content': {
    method: 'PUT',
    path: async (app: TestApp, sara: Member) => `/files/${await releasedFile(app, sara)}/content`,
    row: "select 1 from files.file where stage = 'uploading'",
  },
  'a scan': { method: 'POST', path: async () => '/files/scan', row: 'select 1 from files.removal' },
};

for (const [way, { method, path, row }] of Object.entries(FORMS))
  test(`a form for ${way} whose sender has lost session or right is refused while it arrives, and at its end`, async (t) => {
    const app = await testApp(t);
    const origin = await app.http.listen({ host: '127.0.0.1', port: 0 });
    for (const [code, end] of Object.entries(ENDS))
      for (const isAtEnd of way === 'a scan' ? [false] : [false, true]) {
        const sara = await member(app);
        const authorization = `Bearer ${sara.tokens.accessToken}`;
        const url = `${origin}/api/v1${await path(app, sara)}`;
        await removeKept(app);
        const { payload, headers } = formOf({ content: 'x'.repeat(10_000) });
        const sending = await stalled(url, payload.subarray(0, 5000), { ...headers, authorization }, method);
        await untilThere(app, row);

        await end(app, sara, filePermissions.write.code);
        if (isAtEnd) sending.end(payload.subarray(5000));
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

/** More than sockets and buffers hold, also when it is compressed. */
const LARGE = randomBytes(10_000_000);

interface Reading {
  readonly app: TestApp;
  readonly sara: Member;
  readonly reza: Member;
  readonly fileId: string;
}

const loseSession = ({ app, reza }: Reading) => ENDS['401 http.not_signed_in'](app, reza);
const loseRight = ({ app, reza }: Reading) => ENDS['403 http.forbidden'](app, reza, filePermissions.read.code);
const loseEntry = ({ sara, reza, fileId }: Reading) => giveAccess(sara, fileId, reza.id, {});
const endsOfReader = { loseSession, loseRight, loseEntry };
const linkTo = async ({ sara, fileId }: Reading, mode: string) =>
  `/files/public/${(await sara.post(`/files/${fileId}/share`, { mode })).body.token}`;

/** How bytes leave to Reza, with whom Sara shares the file: the path, and what ends it. */
const READS: Record<
  string,
  { path: (reading: Reading) => Promise<string>; ends: Record<string, (reading: Reading) => unknown>; ids?: true }
> = {
  download: { path: async ({ fileId }) => `/files/${fileId}/download`, ends: endsOfReader },
  stream: { path: async ({ fileId }) => `/files/${fileId}/stream`, ends: { loseSession } },
  version: {
    path: async ({ app, sara, fileId }) => {
      await putContent(sara, fileId, { content: Buffer.alloc(10) });
      await app.drain();
      const { items } = (await sara.get(`/files/${fileId}/versions`)).body;
      return `/files/${fileId}/versions/${items[0].id}/download`;
    },
    ends: { loseRight },
  },
  archive: { path: async () => '/files/archive', ends: { loseSession, loseEntry }, ids: true },
  'secure link': { path: (reading) => linkTo(reading, 'secure'), ends: { loseSession, loseEntry } },
  'public link': {
    path: (reading) => linkTo(reading, 'public'),
    ends: {
      revoked: ({ sara, fileId }) => sara.delete(`/files/${fileId}/links`),
      'its maker may not read': ({ app, sara }) => ENDS['403 http.forbidden'](app, sara, filePermissions.read.code),
    },
  },
};

for (const [way, { path, ends, ids }] of Object.entries(READS))
  test(`bytes that leave by ${way} end when who reads them may not any more`, async (t) => {
    const app = await testApp(t, { environment: { BONYAN_FILES_LINKS_PER_MINUTE: '0' } });
    const origin = await app.http.listen({ host: '127.0.0.1', port: 0 });
    for (const [name, end] of Object.entries(ends)) {
      const [sara, reza] = [await member(app), await member(app)];
      const fileId = await releasedFile(app, sara, { name: 'a.bin', content: LARGE });
      await giveAccess(sara, fileId, reza.id, { canRead: true });
      const reading = { app, sara, reza, fileId };
      const headers = { authorization: `Bearer ${reza.tokens.accessToken}`, 'content-type': 'application/json' };
      const asked = request(`${origin}/api/v1${await path(reading)}`, { method: ids ? 'POST' : 'GET', headers });
      asked.end(ids && JSON.stringify({ ids: [fileId] }));
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];

      await end(reading);
      await untilDisconnected(app);

      assert.equal(answer.statusCode, 200, name);
      await assert.rejects(buffer(answer), { code: 'ECONNRESET' }, name);
    }
  });

async function untilDisconnected({ http }: TestApp): Promise<void> {
  const count = promisify(http.server.getConnections.bind(http.server));
  const deadline = Date.now() + 60_000;
  while ((await count()) > 0) {
    if (Date.now() > deadline) throw new Error('the connection is open');
    await setImmediate(); // else the loop is never free for what ends it
  }
}
