import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { fileOwner, releasedFile } from '#testing/files/uploads.ts';

type Answer = Awaited<ReturnType<TestApp['anonymous']['get']>>;

const codeOf = ({ status, body }: Answer) => (status < 400 ? String(status) : `${status} ${body.code}`);

test('no folder is deleted while files of its owner come back, so that repeating both piles up no work', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [fileOwner(app), fileOwner(app)];
  const make = async (client: typeof sara, name: string): Promise<string> => {
    const { body } = await client.post('/files/folders', { name });
    await releasedFile(app, client, { fields: { folderId: body.id } });
    return body.id;
  };
  const [one, two, other] = [await make(sara, 'one'), await make(sara, 'two'), await make(reza, 'other')];
  const remove = async (client: typeof sara, id: string) => codeOf(await client.delete(`/files/folders/${id}`));
  const restore = async (client: typeof sara, id: string) => codeOf(await client.post(`/files/folders/${id}/restore`));

  const first = [await remove(sara, one), await remove(sara, two), await restore(sara, one), await restore(sara, two)];
  const meanwhile = [await remove(sara, one), await remove(sara, two)];
  const ofOther = await remove(reza, other);
  await app.drain();
  const afterwards = [await remove(sara, one), await remove(sara, two)];

  assert.deepEqual([...first, ofOther, ...afterwards], Array(7).fill('202'));
  assert.deepEqual(meanwhile, Array(2).fill('409 files.folder_busy'));
});
