import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { EICAR_HALVES } from '#testing/conformance/scan.ts';
import { fileOwner, upload } from '#testing/files/uploads.ts';
import { behaveLikeClamd, startServer } from '#testing/servers/clamd.ts';

const EICAR = EICAR_HALVES.join('');

test('a file that is changed while it is scanned gets its verdict and keeps the change', async (t) => {
  const behave = behaveLikeClamd(1_000_000);
  let meanwhile = async () => {};
  const clamd = await startServer(t, (socket) => void meanwhile().then(() => behave(socket)));
  const app = await testApp(t, { environment: { CLAMAV_URL: clamd } });
  const sara = fileOwner(app);

  for (const [content, state] of [
    ['clean', 'available'],
    [EICAR, 'infected'],
  ] as const) {
    const { body } = await upload(sara, { content });
    const changes: number[] = [];
    meanwhile = async () => {
      changes.push(
        (await sara.put(`/files/${body.id}`, { fileName: 'other.txt' })).status,
        (await sara.post(`/files/${body.id}/tags`, { tag: 'new' })).status,
      );
    };
    await app.drain();

    const { body: file } = await sara.get(`/files/${body.id}`);
    assert.deepEqual([changes, file.storageStatus], [[200, 200], state]);
    assert.deepEqual([file.fileName, file.tags, file.stage], ['other.txt', ['new'], null]);
  }
});
