import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { SECRET, testApp } from '#testing/app.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');

/** Starts a server on a free port, with a data folder of its own; resolves with what it printed. Ends with `t`. */
async function serve(t: TestContext, environment: Record<string, string>): Promise<string> {
  const app = await testApp(t); // only for its database
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-serve-'));
  const { PATH = '' } = process.env;
  const own = { PATH, PORT: '0', DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET, BONYAN_DATA_DIR: folder };
  const child = spawn(process.execPath, [MAIN, 'serve'], { cwd: folder, env: { ...own, ...environment } });
  const ended = new Promise((resolve) => child.once('close', resolve));
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true });
  });
  let said = '';
  for await (const text of child.stdout.setEncoding('utf8')) {
    said += text;
    if (said.includes('Bonyan runs at') && said.endsWith('\n\n')) break;
  }
  return said;
}

test('the printed address answers on a free port, and the printed link opens the mailbox', async (t) => {
  const said = await serve(t, {});

  const [, url = ''] = /^Bonyan runs at (http:\/\/localhost:\d+) /m.exec(said) ?? [];
  const [, link = ''] = /^ {2}mailbox +(\S+)$/m.exec(said) ?? [];
  const [health, mailbox, withoutKey] = await Promise.all(
    [`${url}/health/live`, link, `${url}/dev/mailbox`].map(async (address) => (await fetch(address)).status),
  );
  assert.deepEqual([health, mailbox, withoutKey], [200, 200, 404], said);
  assert.match(said, /^ {2}listens +127\.0\.0\.1:[1-9]\d*$/m);
});

test('a server that the network can reach prints no link to a mailbox that it does not serve', async (t) => {
  const said = await serve(t, { HOST: '0.0.0.0' });

  const [, port = ''] = /^ {2}listens +port (\d+) on every address/m.exec(said) ?? [];
  const { status } = await fetch(`http://localhost:${port}/dev/mailbox`);
  assert.equal(status, 404);
  assert.match(said, /^ {2}mailbox +npm run bonyan -- mailbox/m);
  assert.doesNotMatch(said, /dev\/mailbox/);
});

test('in production the start warns of links that only this machine can open, and of a public address without https', async (t) => {
  const production = { BONYAN_MODE: 'production', SMTP_URL: 'smtp://127.0.0.1:2525' };

  const without = await serve(t, production);
  const withoutTls = await serve(t, { ...production, BONYAN_PUBLIC_URL: 'http://api.example.com' });
  const withAddress = await serve(t, { ...production, BONYAN_PUBLIC_URL: 'https://api.example.com' });

  assert.match(without, /^Warning: links in mails lead to http:\/\/localhost.*BONYAN_PUBLIC_URL/m);
  assert.match(withoutTls, /^Warning: BONYAN_PUBLIC_URL is http:.*https/m);
  assert.doesNotMatch(withAddress, /Warning/);
});
