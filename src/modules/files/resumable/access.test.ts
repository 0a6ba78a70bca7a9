import assert from 'node:assert/strict';
import { test } from 'node:test';
import { member, MINUTE_MS } from '#testing/accounts.ts';
import { testApp } from '#testing/app.ts';
import { administrator, everything } from '#testing/authorization.ts';
import { add, begun, BYTES, codeOf, stalled, TUS, untilThere } from '#testing/files/resumable.ts';
import { fileOwner } from '#testing/files/uploads.ts';
import { filePermissions } from '../contract.ts';

const LENGTH = { 'upload-length': '9' };

async function keyOf(
  owner: Awaited<ReturnType<typeof member>>,
  expiresAt: string,
): Promise<{ id: string; key: string }> {
  const scopes = [filePermissions.write.code];
  return (await owner.post('/users/api-keys', { name: 'import', scopes, expiresAt })).body;
}

test('a request ends when the session, API key or right of its owner ends, and what has arrived is kept', async (t) => {
  const app = await testApp(t);
  const origin = await app.http.listen({ host: '127.0.0.1', port: 0 });
  const [sara, reza] = [await member(app), await member(app)];
  const admin = everything(app);
  const key = await keyOf(reza, new Date(app.now().getTime() + 60 * MINUTE_MS).toISOString());
  const ends = [
    { credential: key.key, end: () => reza.delete(`/users/api-keys/${key.id}`) },
    {
      credential: sara.tokens.accessToken,
      end: () => sara.post('/users/revoke', { refreshToken: sara.tokens.refreshToken }),
    },
    {
      credential: reza.tokens.accessToken,
      end: () =>
        admin.post('/authorization/deny-permission', { userId: reza.id, permissionCode: filePermissions.write.code }),
    },
  ];

  for (const { credential, end } of ends) {
    const authorization = { authorization: `Bearer ${credential}` };
    const urls = [
      await begun(app.withToken(credential), LENGTH),
      await begun(app.withToken(credential), LENGTH),
    ] as const;
    const sending = [
      await stalled(`${origin}${urls[0]}`, Buffer.from('abc'), { 'upload-offset': '0' }),
      await stalled(`${origin}${urls[1].split('?')[0]}`, Buffer.from('abc'), {
        'upload-offset': '0',
        ...authorization,
      }),
    ];
    await untilThere(app, 'select 1 from files.upload_part where size_bytes is null offset 1');

    const ended = await end();
    const codes = [];
    for (const { answer, cut } of sending) {
      codes.push((await answer).code);
      cut();
    }
    codes.push(codeOf(await add(app.anonymous, urls[0], 3, 'def')));

    assert.ok(ended.status < 300);
    assert.deepEqual(codes, ['files.upload_not_found', 'files.upload_not_found', '404 files.upload_not_found']);
  }
  const { rows } = await app.database.pool.query('select distinct received_bytes as bytes, writer from files.upload');
  assert.deepEqual(rows, [{ bytes: 3, writer: null }]);
});

test('the token of an upload of an API key is good until the key expires', async (t) => {
  const app = await testApp(t);
  const { key } = await keyOf(await member(app), new Date(app.now().getTime() + 60 * MINUTE_MS).toISOString());
  const url = await begun(app.withToken(key), LENGTH);

  const before = await add(app.anonymous, url, 0, 'abc');
  app.pass(61 * MINUTE_MS);
  const after = await add(app.anonymous, url, 3, 'def');

  assert.deepEqual([before, after].map(codeOf), ['204', '404 files.upload_not_found']);
});

test('a request is judged in the order of the interface: who, may they, how it is written, is it there', async (t) => {
  const app = await testApp(t);
  const url = '/files/uploads/019ab0f0-4c00-7d31-a1f4-3b7c52d08e96';
  const [sara, reader] = [fileOwner(app), app.signIn(filePermissions.read)];

  const answers = [
    await app.anonymous.patch(url, Buffer.from('x'), TUS),
    await reader.patch(url, Buffer.from('x'), BYTES),
    await sara.patch(url, undefined, TUS),
    await sara.patch(url, Buffer.from('x'), BYTES),
    await add(sara, url, 0, 'x', { 'upload-checksum': 'md5 AAAA' }),
    await add(sara, url, 0, 'x'),
    await app.anonymous.delete(url, TUS),
    await reader.delete(url, TUS),
    await sara.delete(url, TUS),
  ];

  assert.deepEqual(answers.map(codeOf), [
    '401 http.not_signed_in',
    '403 http.forbidden',
    '415 http.unsupported_media_type',
    '400 files.upload_invalid',
    '400 files.upload_invalid',
    '404 files.upload_not_found',
    '401 http.not_signed_in',
    '403 http.forbidden',
    '404 files.upload_not_found',
  ]);
});

test('what arrives with the token of an upload names who acts by its key, also when somebody else sends it', async (t) => {
  const app = await testApp(t);
  const [support, other] = [await administrator(app), await administrator(app)];
  const [sara, reza] = [await member(app), await member(app)];
  const start = async (by: typeof support, userId: string) =>
    app.withToken(
      (await by.post(`/users/${userId}/impersonations`, { reason: 'Ticket 4512: an upload is stuck' })).body.token,
    );
  const [asSara, asReza] = [await start(support, sara.id), await start(other, reza.id)];
  const bySupport = await begun(asSara, { 'upload-length': '3' });
  const bySara = await begun(app.withToken(sara.tokens.accessToken), { 'upload-length': '3' });

  const answers = [await add(app.anonymous, bySupport, 0, 'abc'), await add(asReza, bySara, 0, 'abc')];
  await app.drain();

  assert.deepEqual(answers.map(codeOf), ['204', '204']);
  const { rows } = await app.database.pool.query(
    `select resource_id, actor_id, impersonator_id from audit.entry where action = 'files.uploaded' order by id`,
  );
  const idOf = (url: string) => url.split('?')[0]?.split('/').at(-1);
  assert.deepEqual(
    rows.map(({ resourceId, actorId, impersonatorId }) => [resourceId, actorId, impersonatorId]),
    [
      [idOf(bySupport), sara.id, support.userId],
      [idOf(bySara), sara.id, null],
    ],
  );
});
