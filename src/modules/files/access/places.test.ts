import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { administrator, as, subject } from '#testing/authorization.ts';
import { personWith, putContent, releasedFile } from '#testing/files/uploads.ts';

const PLACE = 'بایگانی/secret plan';

test('only the owner and administrators learn in which folder a file lies, whatever the answer', async (t) => {
  const app = await testApp(t);
  const owner = as(app, await subject(app));
  const id = await releasedFile(app, owner, { fields: { folder: PLACE } });
  await putContent(owner, id, { content: 'newer' });
  await app.drain();
  const { folderId } = (await owner.get(`/files/${id}`)).body;
  const writer = await personWith(app, owner, id, { canRead: true, canWrite: true, canDelete: true });
  const people = { owner, administrator: await administrator(app), writer };
  type Client = typeof owner;
  const answers: Record<
    string,
    (client: Client) => Promise<Pick<Awaited<ReturnType<Client['get']>>, 'status' | 'body'>>
  > = {
    get: (client) => client.get(`/files/${id}`),
    search: async (client) => {
      const { status, body } = await client.get(`/files/search?ownerId=${owner.userId}`);
      return { status, body: body.items[0] };
    },
    edit: (client) => client.put(`/files/${id}`, { description: `by ${client.userId}` }),
    move: (client) => client.patch(`/files/${id}/move`, { module: 'reports' }),
    'add a tag': (client) => client.post(`/files/${id}/tags`, { tag: 'x' }),
    'remove a tag': (client) => client.delete(`/files/${id}/tags/x`),
    'restore a version': async (client) => {
      const [{ id: versionId }] = (await owner.get(`/files/${id}/versions`)).body.items;
      return client.post(`/files/${id}/versions/${versionId}/restore`);
    },
    'restore from the trash': async (client) => {
      await client.delete(`/files/${id}`);
      return client.post(`/files/${id}/restore`);
    },
  };

  for (const [name, client] of Object.entries(people)) {
    const isShown = name !== 'writer';
    for (const [answer, ask] of Object.entries(answers)) {
      const { status, body } = await ask(client);
      assert.ok(status < 300, `${answer} by the ${name}: ${status} ${body?.code}`);
      const expected = isShown ? [PLACE, folderId] : [null, null];
      if ('folder' in body) assert.deepEqual([body.folder, body.folderId], expected, `${answer} by the ${name}`);
      assert.equal(JSON.stringify(body).includes('secret plan'), isShown && 'folder' in body, answer);
    }
    const archive = await app.http.inject({
      method: 'POST',
      url: '/api/v1/files/archive',
      headers: { 'x-test-caller': client.userId },
      payload: { ids: [id] },
    });
    assert.equal(archive.rawPayload.includes('secret plan'), isShown, `archive of the ${name}`);
    assert.ok(archive.rawPayload.includes('a.txt'), `archive of the ${name}`);
  }
});
