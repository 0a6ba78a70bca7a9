import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { member, runJob } from '#testing/accounts.ts';
import { listeningApp, noBrowser, openBrowser } from '#testing/browser.ts';
import { fileOf, headOf, partsOf, stored } from '#testing/files/tus-client.ts';
import { listenHttp } from '#testing/servers/listen.ts';

const CLIENT = createRequire(import.meta.url).resolve('tus-js-client/dist/tus.min.js');
const SIZE = 1_000_000;
const CHUNK = 200_000;

/** In the page: `content`, and `send`, which sends it to the end, or stops when `until` bytes are accepted. */
const PRELUDE = `
  const content = new Uint8Array(${SIZE}).map((_, at) => (at < 4 ? 1 : (at * 7 + at / 251) % 251));
  const send = (options, until = Infinity) => new Promise((resolve, reject) => {
    const upload = new tus.Upload(new File([content], 'a.bin', { lastModified: 1 }), {
      ...base, ...options,
      onSuccess: () => resolve(upload),
      onError: reject,
      onChunkComplete: (_, accepted) => void (accepted >= until && upload.abort().then(() => resolve(upload), reject)),
    });
    if (!options.previous) return upload.start();
    upload.findPreviousUploads().then(([previous]) => {
      upload.resumeFromPreviousUpload(previous);
      upload.start();
    });
  });
  const statusOf = (sending) => sending.then(() => 'accepted', (error) => error.originalResponse?.getStatus() ?? String(error));`;

const content = Buffer.from(Uint8Array.from({ length: SIZE }, (_, at) => (at < 4 ? 1 : (at * 7 + at / 251) % 251)));

test(
  'tus-js-client in a browser, on a page of another origin, creates, pauses, resumes, joins and ends uploads',
  { skip: noBrowser },
  async (t) => {
    // prettier-ignore
    const client = await readFile(CLIENT, 'utf8');
    const server = createServer(({ url }, response) =>
      url === '/tus.js'
        ? void response.setHeader('content-type', 'text/javascript').end(client)
        : void response.setHeader('content-type', 'text/html').end('<!DOCTYPE html><script src="/tus.js"></script>'),
    );
    const origin = await listenHttp(t, server);
    const app = await listeningApp(t, async () => ({ BONYAN_CORS_ORIGINS: origin }));
    const sara = await member(app);
    const { page } = await openBrowser(t, app.origin);
    await page.goto(origin);
    const base = {
      endpoint: `${app.origin}/api/v1/files/uploads`,
      headers: { authorization: `Bearer ${sara.tokens.accessToken}` },
      metadata: { filename: 'داده‌ها.bin' },
      retryDelays: null,
      chunkSize: CHUNK,
    };
    const inPage = (steps: string) =>
      page.evaluate(`(async () => { const base = ${JSON.stringify(base)}; ${PRELUDE} ${steps} })()`) as Promise<never>;

    const paused: { url: string } = await inPage(`return { url: (await send({}, ${2 * CHUNK})).url };`);
    const offset = (await headOf(paused.url)).headers.get('upload-offset');
    // Somebody else has added a byte meanwhile.
    const wrong: unknown = await inPage(`return statusOf(send({ uploadUrl: ${JSON.stringify(paused.url)}, async onBeforeRequest(request) {
    if (request.getMethod() !== 'PATCH') return;
    const headers = { 'tus-resumable': '1.0.0', 'upload-offset': '${2 * CHUNK}', 'content-type': 'application/offset+octet-stream' };
    await fetch(${JSON.stringify(paused.url)}, { method: 'PATCH', headers, body: content.slice(${2 * CHUNK}, ${2 * CHUNK + 1}) });
  } }));`); // prettier-ignore
    const sent: { url: string; requests: string[] } = await inPage(`const requests = [];
    const { url } = await send({ previous: true, onBeforeRequest: (request) => void requests.push(request.getMethod()) });
    return { url, requests };`);
    const parallel: { url: string } = await inPage(
      `return { url: (await send({ chunkSize: Infinity, parallelUploads: 3, storeFingerprintForResuming: false })).url };`,
    );
    const ended: { url: string } =
      await inPage(`const upload = await send({ storeFingerprintForResuming: false }, ${CHUNK});
    await upload.abort(true);
    return { url: upload.url };`);
    const files = [await fileOf(app, sara, sent), await fileOf(app, sara, parallel)];

    assert.deepEqual([offset, wrong], [String(2 * CHUNK), 409]);
    assert.equal(sent.url, paused.url);
    assert.deepEqual(sent.requests, ['HEAD', 'PATCH', 'PATCH', 'PATCH']);
    assert.equal((await headOf(ended.url)).status, 404);
    for (const file of files) {
      assert.deepEqual([file.fileName, file.storageStatus], ['داده‌ها.bin', 'available']);
      assert.equal(file.sha256, createHash('sha256').update(content).digest('hex'));
      assert.ok(content.equals(file.bytes));
    }
    await runJob(app, 'files.tidy');
    assert.deepEqual([await partsOf(app), (await stored(app)).length], [[], 1]); // the bytes are the same
  },
);
