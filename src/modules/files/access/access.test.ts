import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { withoutTables } from '#platform/database/port.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { administrator, as, subject } from '#testing/authorization.ts';
import { giveAccess, personWith, releasedFile } from '#testing/files/uploads.ts';

type Client = TestApp['anonymous'];
const LINK = newId();
const FAULT = "update files.file set storage_status = 'failed', is_retryable = true where id = $1";
const DELETED =
  "update files.file set storage_status = 'deleted', restores_to = 'available', deleted_at = now() where id = $1";

/** What is asked, the state of the file before, and the answer to those who may do it. */
const ROUTES: Record<
  string,
  { ask(client: Client, id: string): ReturnType<Client['get']>; before?: string; done: number; needs: string }
> = {
  get: { ask: (client, id) => client.get(`/files/${id}`), done: 200, needs: 'read' },
  download: { ask: (client, id) => client.get(`/files/${id}/download`), done: 200, needs: 'read' },
  stream: { ask: (client, id) => client.get(`/files/${id}/stream`), done: 200, needs: 'read' },
  edit: { ask: (client, id) => client.put(`/files/${id}`, { description: 'x' }), done: 200, needs: 'write' },
  move: { ask: (client, id) => client.patch(`/files/${id}/move`, { module: 'a' }), done: 200, needs: 'write' },
  'move into a folder of the owner': {
    ask: (client, id) => client.patch(`/files/${id}/move`, { folder: 'a/b' }),
    done: 200,
    needs: 'own',
  },
  tag: { ask: (client, id) => client.post(`/files/${id}/tags`, { tag: 'x' }), done: 200, needs: 'write' },
  untag: { ask: (client, id) => client.delete(`/files/${id}/tags/x`), done: 200, needs: 'write' },
  retry: { ask: (client, id) => client.post(`/files/${id}/retry`), before: FAULT, done: 204, needs: 'write' },
  delete: { ask: (client, id) => client.delete(`/files/${id}`), done: 204, needs: 'delete' },
  restore: { ask: (client, id) => client.post(`/files/${id}/restore`), before: DELETED, done: 200, needs: 'delete' },
  purge: { ask: (client, id) => client.delete(`/files/${id}/purge`), before: DELETED, done: 204, needs: 'own' },
  accesses: { ask: (client, id) => client.get(`/files/audit/${id}`), done: 200, needs: 'own' },
  link: { ask: (client, id) => client.get(`/files/${id}/link`), done: 200, needs: 'own' },
  share: { ask: (client, id) => client.post(`/files/${id}/share`, {}), done: 201, needs: 'own' },
  links: { ask: (client, id) => client.get(`/files/${id}/links`), done: 200, needs: 'own' },
  'revoke links': { ask: (client, id) => client.delete(`/files/${id}/links`), done: 204, needs: 'own' },
  'revoke a link': { ask: (client, id) => client.delete(`/files/${id}/links/${LINK}`), done: 204, needs: 'own' },
  'access list': { ask: (client, id) => client.get(`/files/permissions/${id}`), done: 200, needs: 'own' },
  'give access': {
    ask: (client, id) => client.post(`/files/permissions/${id}`, { subjectType: 'role', subjectValue: 'user' }),
    done: 200,
    needs: 'own',
  },
  encrypt: { ask: (client, id) => client.post(`/files/encrypt/${id}`), done: 202, needs: 'own' },
  decrypt: {
    ask: (client, id) => client.post(`/files/decrypt/${id}`),
    before: "update files.file set encryption_stage = 'decrypting' where id = $1",
    done: 202,
    needs: 'own',
  },
};

const RIGHTS: Record<string, Record<string, boolean> | null> = {
  canRead: { canRead: true },
  'canRead, canWrite': { canRead: true, canWrite: true },
  'canRead, canDelete': { canRead: true, canDelete: true },
  'canWrite without canRead': { canWrite: true },
  'canDelete without canRead': { canDelete: true },
  revoked: {},
  stranger: null,
};

function expected(who: string, { needs, done }: { needs: string; done: number }): string {
  if (who === 'owner' || who === 'administrator') return String(done);
  if (!who.startsWith('canRead')) return '404 files.not_found';
  const has =
    needs === 'read' ||
    (needs === 'write' && who.includes('canWrite')) ||
    (needs === 'delete' && who.includes('canDelete'));
  return has ? String(done) : '403 files.access_denied';
}

test('each route of a file answers each person as the access list says', async (t) => {
  const app = await testApp(t);
  const owner = as(app, await subject(app));
  const id = await releasedFile(app, owner, { name: 'a.json', content: '{}' }); // the client reads JSON
  const people: Record<string, Client> = { owner, administrator: await administrator(app) };
  for (const [who, rights] of Object.entries(RIGHTS)) {
    const person = as(app, await subject(app));
    if (rights && Object.keys(rights).length === 0)
      await giveAccess(owner, id, person.userId, { canRead: true, canWrite: true });
    if (rights) await giveAccess(owner, id, person.userId, rights);
    people[who] = person;
  }
  const [found, wanted]: [string[], string[]] = [[], []];

  for (const [name, route] of Object.entries(ROUTES))
    for (const [who, client] of Object.entries(people)) {
      const fileId = name === 'purge' ? await releasedFile(app, owner) : id;
      if (route.before) await app.database.pool.query(route.before, [fileId]);
      if (fileId !== id) await copyEntry(app, id, fileId);
      const { status, body } = await route.ask(client, fileId);
      found.push(`${name}, ${who}: ${status < 400 ? status : `${status} ${body.code}`}`);
      wanted.push(`${name}, ${who}: ${expected(who, route)}`);
      const reset =
        "update files.file set storage_status = 'available', stage = null, is_retryable = false, deleted_at = null where id = $1";
      await app.database.pool.query(reset, [id]);
    }

  assert.deepEqual(found, wanted);
});

async function copyEntry(app: TestApp, from: string, to: string): Promise<void> {
  await app.database.pool.query(
    `insert into "authorization".access_entry (resource_type, resource_id, user_id, can_read, can_write, can_delete, can_manage)
     select 'file', $2, user_id, can_read, can_write, can_delete, can_manage from "authorization".access_entry
     where resource_id = $1 and user_id is not null`,
    [from, to],
  );
}

test('shared files are found in every list as own ones are, each once, and not after the entry is gone', async (t) => {
  const app = await testApp(t);
  const owner = as(app, await subject(app));
  const shared = await releasedFile(app, owner, { name: 'shared.txt', fields: { module: 'reports' } });
  const hidden = await releasedFile(app, owner, { name: 'hidden.txt', fields: { module: 'reports' } });
  await owner.post(`/files/${shared}/tags`, { tag: 'مالی' });
  const reader = await personWith(app, owner, shared, { canRead: true });
  const own = await releasedFile(app, reader, { name: 'own.txt' });
  await owner.post(`/files/permissions/${shared}`, { subjectType: 'role', subjectValue: 'user', canRead: true });
  const paths = [
    '/files/search',
    '/files/search?text=shared',
    '/files/search?text=hidden',
    `/files/search?ownerId=${owner.userId}`,
    `/files/search?ownerId=${reader.userId}`,
    '/files/search?storageStatus=available',
    '/files/search?storageStatus=deleted',
    '/files/search?contentType=text/plain&createdFrom=2020-01-01T00:00:00.000Z&createdTo=2020-01-02T00:00:00.000Z',
    '/files/filter?module=reports',
    '/files/tags/مالي',
    '/files/search?pageSize=1',
  ];
  const lists = async () => {
    const answers = await Promise.all(paths.map((path) => reader.get(encodeURI(path))));
    return answers.map(({ body }) => body.items.map((item: { id: string }) => item.id));
  };

  const before = await lists();
  await giveAccess(owner, shared, reader.userId, {});
  await owner.post(`/files/permissions/${shared}`, { subjectType: 'role', subjectValue: 'user' });
  const after = await lists();

  const s = [shared];
  assert.deepEqual(before, [[own, shared], s, [], s, [own], [own, shared], [], [], s, s, [own]]);
  assert.deepEqual(after, [[own], [], [], [], [own], [own], [], [], [], [], [own]]);
  assert.equal((await owner.get(`/files/${hidden}`)).status, 200);
});

test('an entry is stored once, published and audited when it changes, and names people who exist', async (t) => {
  const app = await testApp(t);
  const owner = as(app, await subject(app));
  const id = await releasedFile(app, owner);
  const reader = await personWith(app, owner, id, { canRead: true });
  await giveAccess(owner, id, reader.userId, { canRead: true });
  const { body: listed } = await owner.get(`/files/permissions/${id}`);
  const unknown = await owner.post(`/files/permissions/${id}`, {
    subjectType: 'user',
    subjectValue: newId(),
    canRead: true,
  });
  const noRole = await owner.post(`/files/permissions/${id}`, {
    subjectType: 'role',
    subjectValue: 'none',
    canRead: true,
  });
  await giveAccess(owner, id, reader.userId, {});

  const entry = { subjectType: 'user', subjectValue: reader.userId, canRead: true, canWrite: false, canDelete: false };
  assert.deepEqual(listed, { items: [entry] });
  assert.deepEqual(
    [unknown.status, unknown.body.code, noRole.status, noRole.body.code],
    [404, authorizationErrors.userNotFound.code, 404, authorizationErrors.roleNotFound.code],
  );
  assert.deepEqual((await owner.get(`/files/permissions/${id}`)).body, { items: [] });
  const count = async (text: string) => (await app.database.pool.query(text, [id])).rows[0]?.count;
  assert.equal(
    await count("select count(*)::int from platform.event where key = $1 and type = 'files.permission_changed.v1'"),
    2,
  );
});

test('purge and erasure leave no entry of a file', async (t) => {
  const app = await testApp(t);
  const owner = as(app, await subject(app));
  const [purged, erased] = [await releasedFile(app, owner), await releasedFile(app, owner)];
  await personWith(app, owner, purged, { canRead: true });
  await personWith(app, owner, erased, { canRead: true });
  const entries = async () => {
    const text = `select resource_id as id from "authorization".access_entry where resource_type = 'file'`;
    return (await app.database.pool.query(text)).rows.map(({ id }) => String(id)).toSorted();
  };
  const before = await entries();
  await owner.delete(`/files/${purged}`);
  await owner.delete(`/files/${purged}/purge`);
  const afterPurge = await entries();
  const files = app.modules.find(({ name }) => name === 'files');
  await app.database.units.write(
    system('platform'),
    (unit) => files?.privacy.erase(withoutTables(unit), owner.userId) ?? Promise.resolve(),
  );

  assert.deepEqual([before, afterPurge, await entries()], [[purged, erased].toSorted(), [erased], []]);
});

test('the explanation of a decision names the entry, and lists the same files', async (t) => {
  const app = await testApp(t);
  const owner = as(app, await subject(app));
  const id = await releasedFile(app, owner);
  const reader = await personWith(app, owner, id, { canRead: true });
  const admin = await administrator(app);
  const check = async (permission: string) =>
    (await admin.post('/authorization/check', { userId: reader.userId, permission, resource: { type: 'file', id } }))
      .body;

  const [read, write] = [await check('files.read'), await check('files.write')];

  assert.equal(read.decision, true);
  assert.deepEqual(read.reasons.at(-1), { code: 'entry', subjectType: 'user', subjectValue: reader.userId });
  assert.deepEqual(write, { decision: false, reasons: [{ code: 'noGround' }] });
  const rule = app.modules
    .flatMap(({ resourceRules = [] }) => resourceRules)
    .find((each) => each.resourceType === 'file');
  const ids = (code: string) =>
    rule?.listIds?.({ id: reader.userId, permissions: new Set() }, code, { after: null, limit: 10 });
  assert.deepEqual([await ids('files.read'), await ids('files.write'), await ids('files.share')], [[id], [], []]);
});
