import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { member, MINUTE_MS, PASSWORD } from '#testing/accounts.ts';
import { listeningApp, noBrowser, openBrowser } from '#testing/browser.ts';
import { fileOf } from '#testing/files/tus-client.ts';
import { anyBytes } from '#testing/files/stores.ts';
import { listenHttp } from '#testing/servers/listen.ts';
import { declareShop, notifyPickup } from '#testing/shop.ts';
import { installedExample, ROOT, run } from './installed.ts';

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };

/** A server that pages of `pages` may call, a member of it, and a file to send. */
async function prepare(t: TestContext, folder: string, pages = '') {
  const app = await listeningApp(t, async () => ({ BONYAN_CORS_ORIGINS: pages }));
  await declareShop(app);
  const [sara, content, path] = [await member(app), anyBytes(3_000_000), join(folder, 'a.bin')];
  await writeFile(path, content);
  return { app, sara, content, path };
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

/**
 * What the example must survive: between upload and end its token expires. `untilPrinted` waits for the text, so many
 * times, in what it has printed, and answers all of that.
 */
async function pass({ app, sara, content }: Prepared, untilPrinted: (text: string, times: number) => Promise<string>) {
  const sent = await untilPrinted('the server has all of a.bin', 1);
  app.pass(16 * MINUTE_MS);
  await untilPrinted('stream: connected', 2);
  await notifyPickup(app, sara.id, 'Bread');
  await untilPrinted('notifications.inbox.message', 1);
  await app.drain();
  const printed = await untilPrinted('signed out', 1);

  const [, id = ''] = /all of a\.bin: ([\da-f-]{36})/.exec(sent) ?? [];
  app.pass(-16 * MINUTE_MS);
  const file = await fileOf(app, sara, { url: `/uploads/${id}` });
  assert.ok(content.equals(file.bytes));
  assert.ok(printed.startsWith(`signed in as ${sara.email}`));
  for (const line of ['sent 100%', 'stream: reconnecting', 'Bread', 'its status: available'])
    assert.ok(printed.includes(line), `${line} in ${printed}`);
}

test('the example signs in, uploads, follows its inbox and survives a refresh, in Node', async (t) => {
  const folder = await installedExample(t);
  const prepared = await prepare(t, folder);
  const { app, sara, path } = prepared;
  const env = { ...process.env, EMAIL: sara.email, PASSWORD };
  const child = spawn(process.execPath, ['app.ts', app.origin, path], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill());
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (printed += text));
  const closed = once(child, 'close');

  await pass(prepared, async (text, times) => {
    while (printed.split(text).length <= times)
      await Promise.race([once(child.stdout, 'data'), closed.then(() => assert.fail(printed))]);
    return printed;
  });

  assert.deepEqual(await closed, [0, null]);
});

test('the example does the same in a browser, on a page of another origin', { skip: noBrowser }, async (t) => {
  const folder = await installedExample(t);
  const vite = join(ROOT, 'console', 'node_modules', 'vite', 'bin', 'vite.js');
  await run(process.execPath, [vite, 'build'], { cwd: folder });
  const server = createServer(({ url = '/' }, response) => {
    const name = url === '/' ? 'index.html' : url;
    response.setHeader('content-type', TYPES[extname(name)] ?? 'text/plain');
    createReadStream(join(folder, 'dist', name))
      .on('error', () => void response.writeHead(404).end())
      .pipe(response);
  });
  const origin = await listenHttp(t, server);
  const prepared = await prepare(t, folder, origin);
  const { app, sara, path } = prepared;
  const { page } = await openBrowser(t, app.origin);
  await page.goto(origin);

  await page.$eval('[name=baseUrl]', (input, value) => ((input as { value: string }).value = value), app.origin);
  await page.type('[name=email]', sara.email);
  await page.type('[name=password]', PASSWORD);
  const input = await page.$('input[type=file]');
  await (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(path);
  await page.click('button');

  await pass(prepared, async (text, times) => {
    const printed = `document.querySelector('output').textContent`;
    await page.waitForFunction(`${printed}.split(${JSON.stringify(text)}).length > ${times}`, { timeout: 60_000 });
    return String(await page.evaluate(printed));
  });
});
