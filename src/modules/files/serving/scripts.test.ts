import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import type { Page } from 'puppeteer-core';
import sharp from 'sharp';
import type { TestApp } from '#testing/app.ts';
import { listeningApp, noBrowser, openBrowser } from '#testing/browser.ts';
import { fetchBytes, fileOwner, releasedFile } from '#testing/files/uploads.ts';
import { listenHttp } from '#testing/servers/listen.ts';

const RAN = 'a script has run';
const SCRIPT = `console.log('${RAN}');localStorage.setItem('ran', '1');`;
const PAGE = `<!DOCTYPE html><script>${SCRIPT}</script><img src="x" onerror="${SCRIPT}"><svg onload="${SCRIPT}"/>`;
const SVG = 'xmlns="http://www.w3.org/2000/svg"';
const XHTML = `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>${SCRIPT}</script></html>`;
const RUN_BY_PDF = `1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\('${RAN}'\\))>>>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj
trailer<</Root 1 0 R>>`;
const SHOWN_MS = 10_000;

const pixel = async (format: 'gif' | 'jpeg' | 'png' | 'webp') =>
  (
    await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
      .toFormat(format)
      .toBuffer()
  ).toString('latin1');
const [GIF, JPEG, PNG, WEBP] = await Promise.all([pixel('gif'), pixel('jpeg'), pixel('png'), pixel('webp')]);

/** By name: how a harmless file of that type begins and ends, and the bytes that take its place. Scripts are Latin 1. */
const hostile: Record<string, readonly [begins: string, ends: string, bytes: string]> = {
  'page.html': ['<!DOCTYPE html><p>', '', PAGE],
  'page.mht': ['MIME-Version: 1.0\n', '', `MIME-Version: 1.0\nContent-Type: text/html\n\n${PAGE}`],
  'picture.svg': [`<svg ${SVG}><!--`, '--></svg>', `<svg ${SVG} onload="${SCRIPT}"><script>${SCRIPT}</script></svg>`],
  'xhtml.xml': ['<?xml version="1.0"?><a>', '</a>', XHTML],
  'page.txt': ['text', '', PAGE],
  'script.txt': ['text', '', SCRIPT],
  'script.js': ['text', '', SCRIPT],
  'script.json': ['"', '"', SCRIPT],
  'page.csv': ['a,b', '', PAGE],
  'page.bin': ['\x01\x01\x01\x01', '', PAGE],
  'script.gif': [GIF, '', `GIF89a/*\x01\x00*/=1;${SCRIPT}`],
  'page.gif': [GIF, '', `GIF89a${PAGE}`],
  'script.jpg': [JPEG, '', `\xff\xd8\xff\xe0=1;${SCRIPT}`],
  'page.png': [PNG, '', `\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR${PAGE}`],
  'script.webp': [WEBP, '', `RIFF/*\x00\x00WEBPVP8 */=1;${SCRIPT}`],
  'script.wav': ['RIFF\x01\x00\x00\x00WAVE', '', `RIFF/*\x00\x00WAVE*/=1;${SCRIPT}`],
  'script.pdf': ['%PDF-1.4\n', '', `%PDF-1.4\n${RUN_BY_PDF}`],
  'page.pdf': ['%PDF-1.4\n', '', `%PDF-1.4\n${PAGE}`],
};

test(
  'no uploaded file runs a script in a browser, by any route, although the gate has let all of them pass',
  { skip: noBrowser, timeout: 300_000 },
  async (t) => {
    // prettier-ignore
    const app = await listeningApp(t, async () => ({
    BONYAN_FILES_ALLOW: 'html,script',
    BONYAN_FILES_LINKS_PER_MINUTE: '0',
  }));
    const urls = await plantAll(app);
    const control = await serveControl(t);
    const { page } = await openBrowser(t, app.origin);
    const ran = listenTo(page);
    await page.setExtraHTTPHeaders({ 'x-test-caller': urls.userId });

    const found: string[] = [];
    const origins = new Set<string>();
    for (const url of urls.all) {
      origins.add(await visit(page, `${app.origin}${url}`));
      if (ran.splice(0).length > 0) found.push(`visited: ${url}`);
    }
    await page.goto(`${control}/empty`);
    for (const url of urls.inline) {
      await frame(page, `${app.origin}${url}`);
      if (ran.splice(0).length > 0) found.push(`in a frame: ${url}`);
    }
    await page.setBypassCSP(true); // of the page that has the script: its own policy would refuse it too
    await page.goto(`${app.origin}/health/live`);
    for (const url of urls.all) {
      const answers = await includeScript(page, url);
      if (ran.splice(0).length > 0 || answers !== 'refused refused refused')
        found.push(`as a script: ${url} ${String(answers)}`);
    }
    const stored = await page.evaluate("localStorage.getItem('ran')");

    assert.deepEqual(found, []);
    assert.equal(stored, null);
    assert.ok(origins.has('null') && !origins.has(app.origin), [...origins].join());
    // What would have been found.
    await page.goto(`${control}/page`);
    assert.ok(ran.splice(0).length > 0);
    await page.goto(`${control}/empty`);
    assert.match(String(await includeScript(page, `${control}/script`)), /^loaded /);
    assert.ok(ran.splice(0).length > 0);
  },
);

/** Releases a file of each name, puts the hostile bytes in the place of its own, and makes a link to it. */
async function plantAll(app: TestApp & { readonly origin: string }) {
  const sara = fileOwner(app);
  const all: string[] = [];
  const inline: string[] = [];
  for (const [name, [begins, ends, text]] of Object.entries(hostile)) {
    const bytes = Buffer.from(text.padEnd(begins.length + ends.length), 'latin1');
    const content = Buffer.from(`${begins.padEnd(bytes.length - ends.length, 'a')}${ends}`, 'latin1');
    const id = await releasedFile(app, sara, { name, content });
    const { rows } = await app.database.pool.query<{ blobId: string | null }>(
      'select blob_id from files.file where id = $1',
      [id],
    );
    assert.ok(rows[0]?.blobId, `${name} was refused`);
    await app.storage.put(`files/content/${rows[0].blobId}`, Readable.from([bytes]), { maxBytes: bytes.length });
    const { body: link } = await sara.post(`/files/${id}/share`, { mode: 'public' });
    const routes = [
      `/files/${id}/download`,
      `/files/${id}/stream`,
      `/files/public/${link.token}`,
      `/files/${id}/image`,
    ];
    for (const route of routes) {
      const { status, headers } = await fetchBytes(app, sara.userId, route);
      const isRefused = status === 422 && route.endsWith('/image');
      assert.ok(status === 200 || isRefused, `${name} ${route} ${status}`);
      all.push(`/api/v1${route}`);
      if (String(headers['content-disposition']).startsWith('inline')) inline.push(`/api/v1${route}`);
    }
  }
  return { all, inline, userId: sara.userId };
}

/** Serves the same page and the same script as what they are. */
function serveControl(t: TestContext): Promise<string> {
  const server = createServer(({ url }, response) => {
    const [type, body] = url === '/page' ? ['text/html', PAGE] : url === '/script' ? ['text/javascript', SCRIPT] : ['text/html', '<title>x']; // prettier-ignore
    response.setHeader('content-type', type).end(body);
  });
  return listenHttp(t, server);
}

/** What scripts have said, by console or dialog. */
function listenTo(page: Page): string[] {
  const ran: string[] = [];
  page.on('console', (message) => void (message.text().includes(RAN) && ran.push('console')));
  page.on('dialog', (dialog) => {
    ran.push('dialog');
    void dialog.dismiss().catch(() => {});
  });
  return ran;
}

/** Opens it as a page; answers the origin that it has, `none` if it is not shown. */
async function visit(page: Page, url: string): Promise<string> {
  const answer = await page.goto(url, { timeout: SHOWN_MS }).catch(() => null); // a download ends the navigation
  const type = answer?.headers()['content-type'] ?? '';
  if (!answer?.ok() || type === 'application/pdf') return 'none'; // the viewer of PDF is a page of the browser
  return String(await page.evaluate('self.origin'));
}

/** Shows it in a page of another origin. */
function frame(page: Page, url: string): Promise<unknown> {
  return page.evaluate(`new Promise((resolve) => {
    const element = Object.assign(document.createElement('iframe'), { src: ${JSON.stringify(url)}, onload: () => resolve() });
    document.body.append(element);
  })`);
}

/** In the page: as a script, as a module, and as a service worker; answers what each became. */
function includeScript(page: Page, url: string): Promise<unknown> {
  return page.evaluate(`((src) => {
    const include = (type) =>
      new Promise((resolve) => {
        const element = Object.assign(document.createElement('script'), { type, src });
        element.onload = () => resolve('loaded');
        element.onerror = () => resolve('refused');
        document.head.append(element);
      });
    const registered = navigator.serviceWorker.register(src).then(() => 'registered', () => 'refused');
    return Promise.all([include(''), include('module'), registered]).then((answers) => answers.join(' '));
  })(${JSON.stringify(url)})`);
}
