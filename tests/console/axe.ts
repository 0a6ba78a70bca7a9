import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import type { Language, Theme } from './open.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
// An open menu belongs to its button and to no region of the page; axe leaves out dialogs only.
const MENU = 'region: <div data-radix-popper-co';
export const WIDTHS = [390, 768, 1440];
const SHOTS = process.env['BONYAN_SCREENS']; // a folder

/** In which pages are checked: two of four, and all of them by `npm run test:a11y`. */
export const looks: readonly (readonly [Language, Theme])[] =
  process.env['BONYAN_TEST_A11Y'] === '1'
    ? [['en', 'light'], ['en', 'dark'], ['fa', 'light'], ['fa', 'dark']] // prettier-ignore
    : [['en', 'light'], ['fa', 'dark']]; // prettier-ignore

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/**
 * What is wrong with the page as it is now, one line for each place: what axe finds at the width of the window, and what
 * is wider than the window at 390, 768 and 1440 px. With `BONYAN_SCREENS`, it is also photographed under this name.
 */
export async function faultsOf(page: Page, name: string): Promise<string[]> {
  await page.waitForSelector('main .appears', { hidden: true }); // nothing is loading
  await page.evaluate('Promise.allSettled(document.getAnimations().map((one) => one.finished))');
  const found = await violationsOf(page, name);
  const { width = 1280, height = 860 } = page.viewport() ?? {};
  for (const each of WIDTHS) {
    await page.setViewport({ width: each, height });
    const overflow = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
    if (overflow > 0) found.push(`${name} is ${overflow} px wider than ${each} px`);
    if (each === 390) await photograph(page, `${name}-phone`);
  }
  await page.setViewport({ width, height });
  await photograph(page, name);
  return found;
}

async function violationsOf(page: Page, name: string): Promise<string[]> {
  // By the debugger: the policy of the page refuses a script element.
  await page.evaluate(await readFile(AXE, 'utf8'));
  const run = `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} }).then(({ violations }) => violations)`;
  const found = (await page.evaluate(run)) as readonly Violation[];
  return found
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
    .filter((fault) => !fault.startsWith(MENU))
    .map((fault) => `${name}: ${fault}`);
}

async function photograph(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  const look = await page.evaluate('`${document.documentElement.lang}-${document.documentElement.dataset.theme}`');
  await page.screenshot({ path: join(SHOTS, `${name}-${String(look)}.png`) });
}
