import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { add, begin, begun } from '#testing/files/resumable.ts';
import { fileOwner, putContent, releasedFile, sentUpload, upload } from '#testing/files/uploads.ts';

type Answer = Awaited<ReturnType<TestApp['anonymous']['get']>>;

const codeOf = ({ status, body }: Answer) => (status < 400 ? String(status) : `${status} ${body.code}`);

test('nobody gets more files than they may have, whatever the way in; new contents of these are none', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_FILES_MAX_COUNT: '2' } });
  const [sara, reza] = [fileOwner(app), fileOwner(app)];
  const { body: folder } = await sara.post('/files/folders', { name: 'a' });
  const { body: link } = await sara.post(`/files/folders/${folder.id}/share`, {});
  const started = await begun(sara);
  const sentId = await sentUpload(app, sara, 'sent to the storage');
  const id = await releasedFile(app, sara);
  const trashed = await releasedFile(app, sara, { name: 'b.txt' });
  await sara.delete(`/files/${trashed}`); // it still counts
  const ways: Record<string, () => Promise<Answer>> = {
    'a form': () => upload(sara),
    'a new upload by several requests': () => begin(sara),
    'one without bytes': () => begin(sara, { 'upload-length': '0' }),
    'the last bytes of one': () => add(sara, started, 0, 'abc'),
    'an upload to the storage': () => sara.post(`/files/uploads/${sentId}/complete`),
  };

  for (const [way, ask] of Object.entries(ways)) assert.equal(codeOf(await ask()), '409 files.too_many_files', way);
  const byLink = await upload(reza, { path: `/files/public/${link.token}/files` });
  assert.equal(codeOf(byLink), '413 files.too_large', 'senders do not learn why there is no room');
  assert.equal(codeOf(await putContent(sara, id, { content: 'other' })), '202');
  assert.equal(codeOf(await upload(reza)), '202');
  await app.drain();
  assert.equal((await sara.get('/files/usage')).body.fileCount, 2);
  await sara.delete(`/files/${trashed}/purge`);
  assert.equal(codeOf(await upload(sara)), '202');
});

test('files are counted one after the other, so that the bound is exact', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_FILES_MAX_COUNT: '3' } });
  const sara = fileOwner(app);

  const answers = await Promise.all(Array.from({ length: 6 }, () => upload(sara)));

  assert.equal(answers.filter(({ status }) => status === 202).length, 3);
});
