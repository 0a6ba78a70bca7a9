import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { withoutTables } from '#platform/database/port.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { EICAR_HALVES } from '#testing/conformance/scan.ts';
import { administrator, as, subject } from '#testing/authorization.ts';
import { fetchBytes, fileOwner, formOf, storedObjects, upload, type Upload } from '#testing/files/uploads.ts';
import { behaveLikeClamd, startServer } from '#testing/servers/clamd.ts';
import { filePermissions } from '../contract.ts';

type Client = Pick<TestApp['anonymous'], 'get' | 'post' | 'delete'>;
type Answer = Awaited<ReturnType<Client['get']>>;

const codeOf = ({ status, body }: Pick<Answer, 'status' | 'body'>) =>
  status < 400 ? String(status) : `${status} ${body.code}`;

async function withLink(t: TestContext, wanted: object = {}, environment: Record<string, string> = {}) {
  const app = await testApp(t, { environment: { BONYAN_FILES_LINKS_PER_MINUTE: '0', ...environment } });
  const sara = fileOwner(app);
  const { body: folder } = await sara.post('/files/folders', { name: 'inbox' });
  const { status, body: link } = await sara.post(`/files/folders/${folder.id}/share`, { mode: 'upload', ...wanted });
  assert.equal(status, 201, JSON.stringify(link));
  const send = (file: Upload = {}, client: Client = app.anonymous) =>
    upload(client, { path: `/files/public/${link.token}/files`, ...file });
  const listed = async () => (await sara.get(`/files/search?folderId=${folder.id}`)).body.items;
  const accesses = async () => (await sara.get(`/files/folders/${folder.id}/accesses?pageSize=100`)).body.items;
  return { app, sara, folderId: folder.id as string, link, send, listed, accesses };
}

test('who has an upload link adds files that belong to its maker, and carry who sent them', async (t) => {
  const { app, sara, folderId, link, send, listed, accesses } = await withLink(t);
  const reza = fileOwner(app);

  const first = await send({
    name: 'نامه.txt',
    content: 'one',
    fields: { sender: 'رضا کریمی' },
    headers: { 'user-agent': 'Browser/1' },
  });
  const second = await send({ content: 'two' }, reza);
  await app.drain();

  assert.deepEqual([first.status, second.status], [202, 202]);
  assert.deepEqual(Object.keys(first.body), ['id', 'fileName', 'sizeBytes', 'sha256']);
  const { ownerId, linkId, senderId, senderName, folder, storageStatus } = (await sara.get(`/files/${first.body.id}`))
    .body;
  assert.deepEqual(
    { ownerId, linkId, senderId, senderName, folder, storageStatus },
    {
      ownerId: sara.userId,
      linkId: link.id,
      senderId: null,
      senderName: 'رضا کریمی',
      folder: 'inbox',
      storageStatus: 'available',
    },
  );
  assert.deepEqual(
    (await listed()).map((file: { senderId: string | null }) => file.senderId),
    [reza.userId, null],
  );
  assert.deepEqual((await sara.get('/files/usage')).body.usedBytes, 6);
  const [, { fileId, way, isAllowed, ip, userAgent, userId }] = await accesses();
  assert.deepEqual(
    [fileId, way, isAllowed, ip, userAgent, userId],
    [first.body.id, 'upload', true, '127.0.0.1', 'Browser/1', null],
  );
  assert.equal((await sara.get(`/files/audit/${first.body.id}`)).body.items[0].linkId, link.id);
  const { body: links } = await sara.get(`/files/folders/${folderId}/links`);
  assert.deepEqual([links.items[0].used, links.items[0].id, 'token' in links.items[0]], [2, link.id, false]);
});

test('who has an upload link can neither list, read nor replace, not even what they have sent', async (t) => {
  const { app, sara, folderId, link, send, listed } = await withLink(t);
  const reza = fileOwner(app);
  const { body: sent } = await send({ name: 'a.txt', content: 'one' }, reza);
  await app.drain();
  const { payload, headers } = formOf({ content: 'other' });

  const answers = {
    'read by the link': (await fetchBytes(app, undefined, `/files/public/${link.token}`)).status,
    'list by the link': (await app.anonymous.get(`/files/public/${link.token}/files`)).status,
    'get the file': (await reza.get(`/files/${sent.id}`)).status,
    download: (await reza.get(`/files/${sent.id}/download`)).status,
    replace: (await reza.put(`/files/${sent.id}/content`, payload, headers)).status,
    delete: (await reza.delete(`/files/${sent.id}`)).status,
    'list the folder': (await reza.get(`/files/folders/${folderId}`)).status,
    'find it': (await reza.get('/files/search')).body.items.length,
  };
  await send({ name: 'a.txt', content: 'two' });
  await app.drain();

  assert.deepEqual(answers, {
    'read by the link': 404,
    'list by the link': 405,
    'get the file': 404,
    download: 404,
    replace: 404,
    delete: 404,
    'list the folder': 404,
    'find it': 0,
  });
  assert.equal((await listed()).length, 2, 'the same name is another file');
  assert.equal((await fetchBytes(app, sara.userId, `/files/${sent.id}/download`)).text, 'one');
});

test('of twelve files that are sent at once by a link for five exactly five are taken', async (t) => {
  const { app, link, listed, sara } = await withLink(t, { maxFiles: 5 });
  const send = async (n: number) => {
    const from = { remoteAddress: `192.0.2.${n}`, url: `/api/v1/files/public/${link.token}/files` };
    const answer = await app.http.inject({ ...from, method: 'POST', ...formOf({ content: `file ${n}` }) });
    return { status: answer.statusCode, body: answer.json<{ code: string }>() };
  };

  const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => send(n)));

  const taken = answers.filter(({ status }) => status === 202).length;
  const refused = new Set(answers.filter(({ status }) => status !== 202).map(codeOf));
  assert.equal(taken, 5);
  assert.ok([...refused].every((code) => ['410 files.link_expired', '429 http.too_many_requests'].includes(code)));
  assert.equal((await listed()).length, 5);
  assert.equal((await sara.get('/files/usage')).body.fileCount, 5);
});

test('each file that a link does not take is refused by its code, recorded, and leaves nothing', async (t) => {
  const limits = { maxBytes: 100, contentTypes: ['image/*', 'text/plain'] };
  const { app, send, listed, accesses } = await withLink(t, limits);
  const files: Record<string, [Upload, string]> = {
    'too large': [{ content: 'x'.repeat(101) }, '413 files.too_large'],
    'another type': [{ name: 'a.json', content: '{"a":1}' }, '400 files.validation_failed'],
    'a script': [{ name: 'a.sh', content: '#!/bin/sh' }, '400 files.validation_failed'],
    'a wrong name': [{ name: 'CON' }, '400 files.invalid_name'],
    'content of another type': [{ name: 'a.png', content: 'text' }, '400 files.type_mismatch'],
    'an unknown field': [{ fields: { folder: 'other' } }, '400 files.validation_failed'],
    'a sender with a hidden character': [{ fields: { sender: 'a\u200bb' } }, '400 files.validation_failed'],
  };
  const found: string[] = [];

  for (const [file] of Object.values(files)) found.push(codeOf(await send(file)));
  const taken = await send({ content: 'x'.repeat(100) });

  assert.deepEqual(
    found,
    Object.values(files).map(([, code]) => code),
  );
  assert.equal(taken.status, 202);
  assert.equal((await listed()).length, 1);
  await app.drain();
  const rows = await accesses();
  assert.deepEqual(
    rows.map(({ isAllowed, reason }: { isAllowed: boolean; reason: string }) => (isAllowed ? null : reason)),
    [null, ...found.map((code) => code.slice(4)).toReversed()],
  );
  assert.equal((await storedObjects(app)).length, 1);
});

test('what is sent passes the gate, and counts for the quota of the maker of the link', async (t) => {
  const clamd = await startServer(t, behaveLikeClamd(1_000_000));
  const { app, sara, send } = await withLink(
    t,
    {},
    { CLAMAV_URL: clamd, BONYAN_FILES_QUOTA_BYTES: '100', BONYAN_FILES_MAX_BYTES: '100' },
  );

  const { body: infected } = await send({ content: EICAR_HALVES.join('') });
  await app.drain();
  const over = await send({ content: 'x'.repeat(60) });

  assert.equal((await sara.get(`/files/${infected.id}`)).body.storageStatus, 'infected');
  assert.equal(codeOf(over), '413 files.too_large');
});

test('a link takes nothing once it is over, revoked, or its maker or folder takes nothing', async (t) => {
  const { app, sara, folderId, link, send } = await withLink(t, { expiresInSeconds: 3600 });
  const share = (wanted: object) => sara.post(`/files/folders/${folderId}/share`, wanted);
  const short = (await share({})).body;
  const other = (await share({ expiresInSeconds: 86_400 })).body;
  const by = (token: string) => send({ path: `/files/public/${token}/files` });
  const codes: Record<string, string> = { before: codeOf(await send()), 'wrong token': codeOf(await by('x')) };

  app.pass(16 * 60_000);
  codes['expired'] = codeOf(await by(short.token));
  const revoked = await sara.delete(`/files/folders/${folderId}/links/${link.id}`);
  codes['revoked'] = codeOf(await send());
  await sara.delete(`/files/folders/${folderId}`);
  codes['in the trash'] = codeOf(await by(other.token));
  await app.drain();
  await sara.post(`/files/folders/${folderId}/restore`);
  codes['restored'] = codeOf(await by(other.token));
  await app.database.pool.query('update files.link set created_by = $1 where id = $2', [app.signIn().userId, other.id]);
  codes['without the right'] = codeOf(await by(other.token));
  await sara.delete(`/files/folders/${folderId}/links`);
  codes['all revoked'] = codeOf(await by(other.token));

  assert.equal(revoked.status, 204);
  assert.deepEqual(codes, {
    before: '202',
    'wrong token': '404 files.link_invalid',
    expired: '410 files.link_expired',
    revoked: '404 files.link_invalid',
    'in the trash': '404 files.link_invalid',
    restored: '202',
    'without the right': '404 files.link_invalid',
    'all revoked': '404 files.link_invalid',
  });
});

test('a link with a password takes files with it alone, and ten wrong ones stop the next', async (t) => {
  const { send, listed } = await withLink(t, { password: 'the-right-one' });
  const by = (password: string) => send({ headers: { 'x-link-password': password } });

  const answers = [codeOf(await send()), codeOf(await by('the-right-one'))];
  const wrong = await Promise.all(Array.from({ length: 12 }, () => by('wrong')));

  assert.deepEqual(answers, ['403 files.link_password', '202']);
  assert.equal(wrong.filter(({ status }) => status === 403).length, 10);
  assert.equal(codeOf(await by('the-right-one')), '429 http.too_many_requests');
  assert.equal((await listed()).length, 1);
});

test('upload links have a rate of their own from one network, wrong ones included', async (t) => {
  const { send } = await withLink(t, {}, { BONYAN_FILES_LINKS_PER_MINUTE: '3' });

  const codes = [await send(), await send({ path: '/files/public/x/files' }), await send(), await send()].map(codeOf);

  assert.deepEqual(codes, ['202', '404 files.link_invalid', '202', '429 http.too_many_requests']);
});

/** What is asked about the links of a folder, and the answer to its owner. */
const ROUTES: Record<string, { ask(client: Client, id: string): Promise<Answer>; done: number; isOwners?: true }> = {
  make: { ask: (client, id) => client.post(`/files/folders/${id}/share`, {}), done: 201, isOwners: true },
  list: { ask: (client, id) => client.get(`/files/folders/${id}/links`), done: 200 },
  accesses: { ask: (client, id) => client.get(`/files/folders/${id}/accesses`), done: 200 },
  'revoke one': { ask: (client, id) => client.delete(`/files/folders/${id}/links/${newId()}`), done: 204 },
  'revoke all': { ask: (client, id) => client.delete(`/files/folders/${id}/links`), done: 204 },
};

test('links to a folder are for its owner, administrators see and revoke them, and others get 404', async (t) => {
  const app = await testApp(t);
  const owner = as(app, await subject(app));
  const people = { owner, administrator: await administrator(app), stranger: as(app, await subject(app)) };
  const { body: folder } = await owner.post('/files/folders', { name: 'a' });
  const [found, wanted]: [string[], string[]] = [[], []];

  for (const [name, { ask, done, isOwners }] of Object.entries(ROUTES))
    for (const [who, client] of Object.entries(people)) {
      found.push(`${name}, ${who}: ${codeOf(await ask(client, folder.id))}`);
      const may = who === 'owner' || (who === 'administrator' && !isOwners);
      wanted.push(`${name}, ${who}: ${may ? done : '404 files.folder_not_found'}`);
    }

  assert.deepEqual(found, wanted);
  await owner.delete(`/files/folders/${folder.id}`);
  assert.equal(codeOf(await owner.post(`/files/folders/${folder.id}/share`, {})), '409 files.folder_deleted');
});

test('the erasure of a sender leaves the file without them, that of the maker no link and no file', async (t) => {
  const { app, sara, folderId, send, listed, accesses } = await withLink(t);
  const reza = app.signIn(...Object.values(filePermissions));
  await send({ fields: { sender: 'Reza Karimi' }, headers: { 'user-agent': 'Rezabrowser' } }, reza);
  await app.drain();
  const files = app.modules.find(({ name }) => name === 'files');
  const erase = (userId: string) =>
    app.database.units.write(
      system('platform'),
      (unit) => files?.privacy.erase(withoutTables(unit), userId) ?? Promise.resolve(),
    );
  const exported = (await files?.privacy.export(reza.userId)) as Record<string, AsyncIterable<{ folderId: string }>>;
  const sent = await Array.fromAsync(exported['accesses'] ?? []);

  await erase(reza.userId);
  const [file] = await listed();
  const [access] = await accesses();
  await erase(sara.userId);
  const refused = await send();

  assert.deepEqual(
    sent.map((row) => row.folderId),
    [folderId],
  );
  assert.deepEqual([file.senderId, file.senderName], [null, null]);
  assert.deepEqual([access.userId, access.ip, access.userAgent], [null, null, null]);
  assert.equal(codeOf(refused), '404 files.link_invalid');
  const left = await app.database.pool.query('select id from files.file union all select id from files.link');
  assert.equal(left.rowCount, 0);
});
