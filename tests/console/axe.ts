import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import type { Language, Theme } from './open.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** All of them that look at colours; the others would find the same in the other theme. */
const OF_COLOUR = ['color-contrast', 'link-in-text-block'];
// An open menu belongs to its button and to no region of the page; axe leaves out dialogs only.
const MENU = 'region: <div data-radix-popper-co';
export const WIDTHS = [390, 768, 1440];
const SETTLED = 'Promise.allSettled(document.getAnimations().map((one) => one.finished))';
const LOOK = `(() => {
  const { lang, dataset } = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  return lang + '-' + (dataset.theme === 'system' ? system : dataset.theme);
})()`;
const SHOTS = process.env['BONYAN_SCREENS']; // a folder

/** With `npm run test:a11y`: each state of a page is checked in both themes, without loading it again. */
const isBoth = process.env['BONYAN_TEST_A11Y'] === '1';

/** In which pages are checked: two of four; all of them where the system chooses the theme, which `faultsOf` changes. */
export const looks: readonly (readonly [Language, Theme])[] = isBoth
  ? [['en', 'system'], ['fa', 'system']] // prettier-ignore
  : [['en', 'light'], ['fa', 'dark']]; // prettier-ignore

/** Which rules of axe run. */
interface RunOnly {
  readonly type: 'tag' | 'rule';
  readonly values: readonly string[];
}

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
  await page.waitForSelector('.dims[aria-busy=true]', { hidden: true }); // nor loaded again
  if (isBoth) await emulate(page, 'light');
  await page.evaluate(SETTLED);
  const found = await violationsOf(page, name, { type: 'tag', values: TAGS });
  await atEachWidth(page, async (width) => {
    const overflow = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
    if (overflow > 0) found.push(`${name} is ${overflow} px wider than ${width} px`);
    if (width === 390) await photograph(page, `${name}-phone`);
  });
  await photograph(page, name);
  if (isBoth) {
    await emulate(page, 'dark');
    found.push(...(await violationsOf(page, `${name}, dark`, { type: 'rule', values: OF_COLOUR })));
    await photograph(page, name);
  }
  return found;
}

async function atEachWidth(page: Page, look: (width: number) => Promise<void>): Promise<void> {
  const { width = 1280, height = 860 } = page.viewport() ?? {};
  for (const each of WIDTHS) {
    await page.setViewport({ width: each, height });
    await look(each);
  }
  await page.setViewport({ width, height });
}

async function emulate(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
  await page.evaluate(SETTLED); // colours change gradually
}

async function violationsOf(page: Page, name: string, runOnly: RunOnly): Promise<string[]> {
  // By the debugger: the policy of the page refuses a script element.
  await page.evaluate(`if (!window.axe) { ${await readFile(AXE, 'utf8')} }`);
  const run = `axe.run(document, ${JSON.stringify({ runOnly })}).then(({ violations }) => violations)`;
  const found = (await page.evaluate(run)) as readonly Violation[];
  return found
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
    .filter((fault) => !fault.startsWith(MENU))
    .map((fault) => `${name}: ${fault}`);
}

async function photograph(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  const look = await page.evaluate(LOOK);
  await page.screenshot({ path: join(SHOTS, `${name}-${String(look)}.png`) });
}
