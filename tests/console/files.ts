import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Page } from 'puppeteer-core';
import type { TestApp } from '../../src/testing/app.ts';

/** Files on the disk of the browser, gone when `t` ends. */
export async function filesOf(
  t: TestContext,
  contents: Readonly<Record<string, string | Uint8Array>>,
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'console-files-'));
  t.after(() => rm(folder, { recursive: true }));
  return Promise.all(
    Object.entries(contents).map(async ([name, content]) => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    }),
  );
}

export async function choose(page: Page, paths: readonly string[]): Promise<void> {
  const input = await page.waitForSelector('main input[type=file]');
  await input?.uploadFile(...paths);
}

/** Uploads, and lets the gate judge what has arrived. */
export async function send(app: TestApp, page: Page, paths: readonly string[]): Promise<void> {
  await choose(page, paths);
  const isOver = `document.querySelectorAll('section li [role=progressbar]').length === 0`;
  await page.waitForFunction(`document.querySelectorAll('section li').length > 0 && ${isOver}`);
  await app.drain();
}

/** Clicks the button of this name, in the drawer if one is open. */
export async function press(page: Page, name: string): Promise<void> {
  await page.locator(`::-p-aria([name="${name}"][role="button"])`).click();
}
