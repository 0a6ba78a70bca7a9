import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { member } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { as } from '#testing/authorization.ts';
import { EICAR_HALVES } from '#testing/conformance/scan.ts';
import { stalled, untilThere } from '#testing/files/resumable.ts';
import { fileOwner, formOf, personWith, putContent, releasedFile, upload } from '#testing/files/uploads.ts';
import { behaveLikeClamd, startServer } from '#testing/servers/clamd.ts';

const EICAR = EICAR_HALVES.join('');
const HOUR_MS = 3_600_000;
const NO_LIMIT = { BONYAN_FILES_LINKS_PER_MINUTE: '0' };

type Owner = Pick<TestApp['anonymous'], 'get' | 'post' | 'put' | 'patch' | 'delete'>;

async function shared(sara: Owner, wanted: object = {}) {
  const { body: folder } = await sara.post('/files/folders', { name: 'inbox' });
  const { status, body: link } = await sara.post(`/files/folders/${folder.id}/share`, wanted);
  assert.equal(status, 201);
  return { folderId: folder.id as string, linkId: link.id as string, path: `/files/public/${link.token}/files` };
}

test('what others have sent warns the owner once an hour, what they upload themselves each time, administrators once an hour', async (t) => {
  const url = await startServer(t, behaveLikeClamd(25_000_000));
  const app = await testApp(t, { environment: { CLAMAV_URL: url, ...NO_LIMIT } });
  const { id, email } = await member(app);
  const sara = as(app, id); // whose access does not expire with the clock
  const { path } = await shared(sara, { expiresInSeconds: 86_400 });
  const contents = [await releasedFile(app, sara), await releasedFile(app, sara)];
  const mails = async () => (await app.mailbox(email)).filter(({ text }: { text: string }) => text.includes('Eicar'));
  const byLink = () => upload(app.anonymous, { path, content: EICAR });
  const asContent = (at: number) => putContent(sara, contents[at] ?? '', { content: EICAR });
  const alone = async () => {
    const { body } = await upload(sara, { content: EICAR });
    await app.drain();
    await sara.delete(`/files/${body.id}`);
    await sara.delete(`/files/${body.id}/purge`);
  };
  const told: number[] = [];
  const after = async (work: () => Promise<unknown>) => {
    const before = (await mails()).length;
    await work();
    await app.drain();
    told.push((await mails()).length - before);
  };

  const incidentAt = async () =>
    String((await app.database.pool.query('select incident_at from files.usage')).rows[0]?.['incidentAt']);

  await after(byLink);
  const first = await incidentAt();
  for (const work of [byLink, () => asContent(0), () => asContent(1), alone, alone]) await after(work);
  const within = await incidentAt();
  app.pass(HOUR_MS + 1000);
  for (const work of [() => asContent(0), byLink, alone]) await after(work);

  assert.deepEqual(told, [1, 0, 0, 0, 1, 1, 1, 0, 1]);
  assert.equal(within, first);
  assert.notEqual(await incidentAt(), first);
});

async function listening(t: TestContext, wanted: object = {}) {
  const app = await testApp(t, { environment: NO_LIMIT });
  const origin = await app.http.listen({ host: '127.0.0.1', port: 0 });
  const sara = fileOwner(app);
  const link = await shared(sara, wanted);
  const { payload, headers } = formOf({ content: 'x'.repeat(10_000) });
  const drip = () => stalled(`${origin}/api/v1${link.path}`, payload.subarray(0, 6000), headers, 'POST');
  const untilReceiving = (count: number) =>
    untilThere(app, `select 1 from files.file where stage = 'uploading' having count(*) = ${count}`);
  return { app, sara, link, drip, untilReceiving, payload };
}

test('one network holds three of the ten places of a link, and others go on', async (t) => {
  const { app, link, drip, untilReceiving, payload } = await listening(t);
  const bodies = [await drip(), await drip(), await drip()];
  await untilReceiving(3);
  const sendFrom = async (remoteAddress: string) => {
    const url = `/api/v1${link.path}`;
    const answer = await app.http.inject({ method: 'POST', url, remoteAddress, ...formOf({ content: 'other' }) });
    return answer.statusCode;
  };

  const meanwhile = [await sendFrom('127.0.0.1'), await sendFrom('192.0.2.1')];
  for (const body of bodies) body.end(payload.subarray(6000));
  const whole = await Promise.all(bodies.map(({ answer }) => answer));

  assert.deepEqual(meanwhile, [429, 202]);
  assert.deepEqual(
    whole.map(({ status }) => status),
    [202, 202, 202],
  );
  assert.equal(await sendFrom('127.0.0.1'), 202);
});

/** What ends a link, and the answer to those who are sending by it. */
const ENDS: Record<string, readonly [end: (context: Awaited<ReturnType<typeof listening>>) => unknown, code: string]> =
  {
    'it is revoked': [
      ({ sara, link }) => sara.delete(`/files/folders/${link.folderId}/links/${link.linkId}`),
      '404 files.link_invalid',
    ],
    'all links are revoked': [
      ({ sara, link }) => sara.delete(`/files/folders/${link.folderId}/links`),
      '404 files.link_invalid',
    ],
    'its folder is deleted': [
      ({ sara, link }) => sara.delete(`/files/folders/${link.folderId}`),
      '404 files.link_invalid',
    ],
    'its time is over': [({ app }) => app.pass(HOUR_MS), '410 files.link_expired'],
    'it is used up': [
      ({ app, link }) => upload(app.anonymous, { path: link.path, content: 'the only one' }),
      '410 files.link_expired',
    ],
  };

for (const [why, [end, code]] of Object.entries(ENDS))
  test(`a body that still arrives by a link ends when ${why}, and leaves nothing`, async (t) => {
    const context = await listening(t, { maxFiles: 1, expiresInSeconds: 60 });
    const { app, drip, untilReceiving } = context;
    const body = await drip();
    await untilReceiving(1);

    await end(context);
    const answer = await body.answer;

    assert.equal(`${answer.status} ${answer.code}`, code);
    await untilThere(app, "select 1 where not exists (select from files.file where stage = 'uploading')");
    body.cut();
  });

test('making an upload link and each sending by it, taken or refused, is an event', async (t) => {
  const app = await testApp(t, { environment: NO_LIMIT });
  const sara = fileOwner(app);
  const wanted = { maxFiles: 1, contentTypes: ['text/plain'], password: 'right-password' };
  const { folderId, linkId, path } = await shared(sara, wanted);
  const right = { 'x-link-password': wanted.password };

  const answers = [
    await upload(app.anonymous, { path }),
    await upload(app.anonymous, { path, headers: { 'x-link-password': 'wrong-password' } }),
    await upload(app.anonymous, { path, headers: right, name: 'a.json', content: '{}' }),
    await upload(app.anonymous, { path, headers: right }),
    await upload(app.anonymous, { path, headers: right }),
  ];

  assert.deepEqual(
    answers.map(({ status }) => status),
    [403, 403, 400, 202, 410],
  );
  const { rows } = await app.database.pool.query<{ type: string; payload: object }>(
    'select type, body as payload from platform.event where key = $1 order by pos',
    [linkId],
  );
  const of = { folderId, linkId, ownerId: sara.userId };
  const accessed = (isAllowed: boolean, sent: object = {}) => ({
    type: 'files.public_link_accessed.v1',
    payload: { ...of, ...sent, isAllowed },
  });
  assert.deepEqual(rows, [
    { type: 'files.shared.v1', payload: { ...of, mode: 'upload' } },
    accessed(false),
    accessed(false),
    accessed(false),
    accessed(true, { fileId: answers[3]?.body.id }),
    accessed(false),
  ]);
});

/** Why there is no room for eight bytes beside a file of four. */
const NO_ROOM = {
  'the limit of a file': { environment: { BONYAN_FILES_MAX_BYTES: '5' }, own: 'files.too_large' },
  'the room that is left': { environment: { BONYAN_FILES_QUOTA_BYTES: '10' }, own: 'files.quota_exceeded' },
  'a full quota': { environment: { BONYAN_FILES_QUOTA_BYTES: '4' }, own: 'files.quota_exceeded' },
};

test('no refusal tells others than the owner whether a limit or the quota is too small, nor a number', async (t) => {
  const told = new Set<string>();
  for (const [why, { environment, own }] of Object.entries(NO_ROOM)) {
    const app = await testApp(t, { environment: { ...NO_LIMIT, ...environment } });
    const sara = fileOwner(app);
    const id = await releasedFile(app, sara, { content: 'four' });
    const reza = await personWith(app, sara, id, { canRead: true, canWrite: true });
    const { path, folderId } = await shared(sara);
    const content = 'eight by';

    const ofOthers = [await upload(app.anonymous, { path, content }), await putContent(reza, id, { content })];
    const ofOwner = [await upload(sara, { content }), await putContent(sara, id, { content })];

    for (const { status, body, headers } of ofOthers) {
      assert.deepEqual([status, body.code], [413, 'files.too_large'], why);
      told.add(JSON.stringify([{ ...body, instance: null, requestId: null, traceId: null }, headers['retry-after']]));
    }
    for (const { body } of ofOwner) {
      assert.equal(body.code, own, why);
      assert.match(JSON.stringify(body), /"(?:max|quota)Bytes":\d/, why);
    }
    const { items } = (await sara.get(`/files/folders/${folderId}/accesses`)).body;
    assert.deepEqual([items.length, items[0].reason], [1, own], why);
  }
  assert.equal(told.size, 1, [...told].join());
  assert.doesNotMatch([...told].join(), /Bytes":/);
});

test('who has sent a file is shown to its owner alone, in every answer that has the file', async (t) => {
  const app = await testApp(t, { environment: NO_LIMIT });
  const sara = fileOwner(app);
  const { path, folderId } = await shared(sara);
  const { body: sent } = await upload(app.anonymous, { path, fields: { sender: 'Reza' } });
  await app.drain();
  const reza = await personWith(app, sara, sent.id, { canRead: true, canWrite: true, canDelete: true });
  const url = `/files/${sent.id}`;
  const itself = async (answer: ReturnType<Owner['get']>) => [(await answer).body];
  const listed = async (answer: ReturnType<Owner['get']>) => (await answer).body.items;
  const seen: Record<string, (client: Owner) => Promise<{ id: string; senderName: string | null }[]>> = {
    get: (client) => itself(client.get(url)),
    search: (client) => listed(client.get('/files/search')),
    filter: (client) => listed(client.get('/files/filter')),
    edit: (client) => itself(client.put(url, { description: 'x' })),
    move: (client) => itself(client.patch(`${url}/move`, { module: 'x' })),
    tag: (client) => itself(client.post(`${url}/tags`, { tag: 'x' })),
    tagged: (client) => listed(client.get('/files/tags/x')),
    untag: (client) => itself(client.delete(`${url}/tags/x`)),
    restore: async (client) => {
      await client.delete(url);
      return itself(client.post(`${url}/restore`));
    },
  };

  for (const [where, ask] of Object.entries(seen))
    for (const [client, name] of [
      [sara, 'Reza'],
      [reza, null],
    ] as const) {
      const [file, ...others] = await ask(client);
      assert.deepEqual([file?.id, file?.senderName, others.length], [sent.id, name, 0], where);
    }
  assert.equal((await sara.get(`/files/folders/${folderId}/accesses`)).body.items.length, 1);
});
