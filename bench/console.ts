import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { launch, type Page } from 'puppeteer-core';
import { PASSWORD } from '#testing/accounts.ts';
import { freePort } from '#testing/servers/free-port.ts';
import { filledApp } from '#testing/growth/stage.ts';
import { median } from './compare.ts';
import { openKept, openServer } from './growth/stage.ts';
import type { Bound, Report, Row } from './report.ts';

const ROWS = Number(process.env['BONYAN_BENCH_ROWS'] ?? 1_000_000);
const ROUNDS = 5;
const THROTTLE = 4; // a phone of the middle class
const SPEEDS = [
  [1, 'change of page, from the cache'],
  [THROTTLE, 'the same with a quarter of the speed'],
] as const;
const FIRST_LOAD_MS = 1500;
const CHANGE_MS = 150;
const WAIT_MS = 30_000;

/** Whether the page can be used: its title is there, nothing is loading, and a list has its rows or says that it has none. */
const IS_USABLE = `!!document.querySelector('main h1') && !document.querySelector('main .appears')
  && (!document.querySelector('main table') || !!document.querySelector('main tbody tr'))`;

/** Clicks a link of the sidebar; milliseconds until its page can be used and has been painted. */
const change = (href: string) => `new Promise((resolve) => {
  const began = performance.now();
  document.querySelector('nav a[href="${href}"]').click();
  const look = () => document.querySelector('nav a[aria-current=page]')?.getAttribute('href') === '${href}' && ${IS_USABLE}
    ? requestAnimationFrame(() => resolve(performance.now() - began))
    : requestAnimationFrame(look);
  look();
})`;

/**
 * The pages of the console over lists of `BONYAN_BENCH_ROWS` rows (default: 1,000,000), in Chromium on loopback: from an empty
 * cache to a page that can be used, with a quarter of the speed, and from one page to another that was seen before.
 */
export async function consolePages(): Promise<Report> {
  const executablePath = process.env['TEST_CHROMIUM'];
  if (!executablePath) throw new Error('TEST_CHROMIUM must name a Chromium');
  await using cleanup = new AsyncDisposableStack();
  build();
  await openServer(cleanup, {});
  const databaseUrl = await openKept(ROWS);
  const origin = `http://localhost:${await freePort()}`;
  const t = { after: (end: unknown) => cleanup.defer(async () => void (await (end as () => unknown)())) };
  const environment = { BONYAN_PUBLIC_URL: origin, BONYAN_RATE_LIMIT_PER_MINUTE: '0', BONYAN_DATABASE_POOL_SIZE: '10' };
  const { app } = await filledApp(t, ROWS, { environment, ...(databaseUrl !== undefined && { databaseUrl }) }, say);
  await app.http.listen({ port: Number(new URL(origin).port), host: '127.0.0.1' });
  const browser = await launch({ executablePath, args: ['--no-sandbox', '--headless'] });
  cleanup.defer(() => browser.close());

  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 860 });
  const devtools = await page.createCDPSession();
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: THROTTLE });
  await page.goto(`${origin}/console/`);
  await (await page.waitForSelector('[name=contact]'))?.type('admin@example.com');
  await page.type('[name=password]', PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForSelector('nav a[aria-current=page]');
  const links = (await page.$$eval('aside nav a', (all) => all.map((one) => one.getAttribute('href')))) as string[];

  const rows: Row[] = [];
  const bounds: Bound[] = [];
  for (const href of links) {
    const firstMs = await repeat(() => load(page, `${origin}${href}`));
    rows.push({ measure: `${href}: first load, empty cache`, bonyan: firstMs, unit: 'ms' });
    bounds.push({ what: `${href} first load`, actual: firstMs, atMost: FIRST_LOAD_MS, unit: 'ms' });
  }
  await page.setCacheEnabled(true);
  await page.goto(`${origin}${links[0]}`);
  await page.waitForFunction(IS_USABLE, { timeout: WAIT_MS });
  for (const href of links) await page.evaluate(change(href)); // so that each is in the cache
  for (const [rate, measure] of SPEEDS) {
    await devtools.send('Emulation.setCPUThrottlingRate', { rate });
    for (const [at, href] of links.entries()) {
      const other = links[(at + 1) % links.length] ?? href;
      const changeMs = await repeat(async () => {
        await page.evaluate(change(other));
        return Number(await page.evaluate(change(href)));
      });
      rows.push({ measure: `${href}: ${measure}`, bonyan: changeMs, unit: 'ms' });
      if (rate === 1) bounds.push({ what: `${href} change`, actual: changeMs, atMost: CHANGE_MS, unit: 'ms' });
    }
  }
  return { rows, bounds };
}

async function load(page: Page, url: string): Promise<number> {
  await page.setCacheEnabled(false);
  await page.goto('about:blank');
  const beganMs = performance.now();
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  await page.waitForFunction(IS_USABLE, { timeout: WAIT_MS, polling: 'raf' });
  return performance.now() - beganMs;
}

async function repeat(measure: () => Promise<number>): Promise<number> {
  const measured: number[] = [];
  for (let round = 0; round < ROUNDS; round++) measured.push(await measure());
  return median(measured);
}

function build(): void {
  const script = fileURLToPath(new URL('../scripts/build-console.mjs', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the console was not built: ${stderr}`);
}

function say(name: string, tookMs: number): void {
  console.error(`filled ${name} in ${Math.round(tookMs / 1000)} s`);
}
