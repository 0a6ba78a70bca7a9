/**
 * `npm run screens`: pictures of every page of the console in `docs/screens/`, in English light and Persian dark, of a
 * real server with the data of a small shop. Not a test of the suite: it writes files.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import type { Page } from 'puppeteer-core';
import { noBrowser } from '../../../src/testing/browser.ts';
import type { Language, Theme } from '../open.ts';
import { pictures, readme, type Picture } from './pages.ts';
import { openStage, signIn, SIZE, type Stage } from './stage.ts';
import { fillWorld, type World } from './world.ts';

const FOLDER = join(import.meta.dirname, '../../../docs/screens');
const PHONE = { width: 390, height: 844 };
const QUALITY = 80;
const WAIT_MS = 15_000;
/** For half a second, nothing has been loading. */
const IS_CALM = `(() => {
  if (document.querySelector('main .appears, [role=dialog] .appears')) window.busyAt = performance.now();
  return performance.now() - (window.busyAt ??= performance.now()) > 500;
})()`;
const TIMEOUT_MS = 900_000;
const looks: readonly (readonly [Language, Theme])[] = [['en', 'light'], ['fa', 'dark']]; // prettier-ignore
/** Names of pictures; with none, all are taken. */
const wanted = process.env['BONYAN_SCREENS_ONLY']?.split(',');

mkdirSync(FOLDER, { recursive: true });
writeFileSync(join(FOLDER, 'README.md'), readme(pictures));

void suite('pictures of the console', { concurrency: true, skip: noBrowser }, () => {
  for (const [language, theme] of looks)
    void test(`${language}, ${theme}`, { timeout: TIMEOUT_MS }, async (t) => {
      const stage = await openStage(t, language, theme);
      await photograph(stage.page, `sign-in-${language}-${theme}`);
      await signIn(stage.page, stage.email);
      const world = await fillWorld(t, stage);
      const failures: string[] = [];
      for (const picture of pictures.filter(({ name }) => wanted?.includes(name) ?? true))
        await take(stage, picture, world, `${language}-${theme}`).catch((error: unknown) => {
          failures.push(`${picture.name}: ${String(error)}`);
        });

      assert.deepEqual(failures, []);
    });
});

async function take(stage: Stage, picture: Picture, world: World, look: string): Promise<void> {
  const { app, page } = stage;
  const { name, route, path, act, phone } = picture;
  await page.goto(`${app.origin}/console/${path?.(world) ?? route.slice(1)}`);
  await settle(page);
  if (act) {
    await act(page, stage);
    await settle(page);
  }
  await photograph(page, `${name}-${look}`);
  if (phone) await photographPhone(page, `${name}-phone-${look}`);
}

/** Resolves when the page has its title, and nothing of it is loading, moving or without its font. */
async function settle(page: Page): Promise<void> {
  await page.waitForSelector('main h1', { timeout: WAIT_MS });
  await page.waitForFunction(IS_CALM, { timeout: WAIT_MS }).catch(() => {});
  await page.evaluate(`Promise.race([
    Promise.allSettled([document.fonts.ready, ...document.getAnimations().map((one) => one.finished)]),
    new Promise((resolve) => setTimeout(resolve, 1000)),
  ])`);
}

async function photograph(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(FOLDER, `${name}.webp`), type: 'webp', quality: QUALITY });
}

/** The same page at the width of a phone. */
async function photographPhone(page: Page, name: string): Promise<void> {
  await page.setViewport(PHONE);
  await settle(page);
  await photograph(page, name);
  await page.setViewport(SIZE);
}
