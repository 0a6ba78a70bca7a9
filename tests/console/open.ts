import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'node:test';
import type { Page } from 'puppeteer-core';
import { PASSWORD } from '../../src/testing/accounts.ts';
import { listeningApp, openBrowser } from '../../src/testing/browser.ts';

export type Language = 'en' | 'fa';
export type Theme = 'light' | 'dark' | 'system';

/** Builds the console as `npm start` does; at once when its sources are the same. Returns what the build says. */
export function buildConsole(): string {
  const script = fileURLToPath(new URL('../../scripts/build-console.mjs', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the console was not built:\n${stdout}${stderr}`);
  return stdout;
}

let isBuilt = false;

/** Once for all tests of the file: also to compare the sources takes a fifth of a second. */
export function ensureConsole(): void {
  if (!isBuilt) buildConsole();
  isBuilt = true;
}

/** A server with the console and an administrator, and a browser at its sign-in. */
export async function openConsole(
  t: TestContext,
  language: Language,
  theme: Theme = 'light',
  path = '',
  environment: Record<string, string> = {},
  options: Parameters<typeof listeningApp>[2] = {},
) {
  ensureConsole();
  const app = await listeningApp(t, async () => environment, options);
  const email = app.randomEmail();
  const names = language === 'fa' ? ['سارا', 'محمدی'] : ['Sara', 'Amini'];
  const [firstName = '', lastName = ''] = names;
  await app.users.createAdministrator({ email, firstName, lastName, password: PASSWORD }, { onlyFirst: false });
  const { page } = await openBrowser(t, app.origin, { isReused: true });
  const violations: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) violations.push(message.text());
  });
  page.on('pageerror', (error) => violations.push(String(error)));
  await page.setViewport({ width: 1280, height: 860 });
  await page
    .browserContext()
    .setCookie(
      { name: 'bonyan_console_language', value: language, domain: 'localhost', path: '/console' },
      { name: 'bonyan_console_theme', value: theme, domain: 'localhost', path: '/console' },
    );
  await page.goto(`${app.origin}/console/${path}`);
  await page.waitForSelector('h1');
  return {
    app,
    page,
    email,
    /** Refusals of the policy, and errors of the page. */
    violations,
    signIn: () => signIn(page, email),
    goTo: async (to: string) => {
      await page.goto(`${app.origin}/console/${to}`);
      await page.waitForSelector('main h1');
    },
  };
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.type('[name=contact]', email);
  await page.type('[name=password]', PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForSelector('nav a[aria-current=page]');
}

/** Rejects when the text does not appear. */
export async function shows(page: Page, text: string): Promise<void> {
  await page.waitForFunction(`document.body.innerText.includes(${JSON.stringify(text)})`, { timeout: 10_000 });
}

/** Opens what a row stands for. A dialog that still closes would take the click, so the row waits for its end. */
export async function openRow(page: Page, row = 'tbody [data-row]'): Promise<void> {
  await page.waitForSelector('[role=dialog]', { hidden: true });
  await page.locator(row).click();
  await page.waitForSelector('[role=dialog]');
}
