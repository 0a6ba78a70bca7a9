import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'puppeteer-core';
import { createInvoices } from '../../../examples/invoices/module.ts';
import { PASSWORD } from '../../../src/testing/accounts.ts';
import type { TestApp } from '../../../src/testing/app.ts';
import { listeningApp, openBrowser } from '../../../src/testing/browser.ts';
import { buildConsole, type Language, type Theme } from '../open.ts';
import { handlers } from './handlers.ts';
import { wordsOf, type Person, type Words } from './words.ts';

export const SIZE = { width: 1280, height: 800 };
const FIREFOX = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0';
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

export type Client = TestApp['anonymous'];

/** An answer that must not be a refusal. */
export async function ok(answer: ReturnType<Client['get']>) {
  const { status, body } = await answer;
  assert.ok(status < 400, `${status} ${JSON.stringify(body)}`);
  return body;
}

export function addressOf({ at }: Person, { domain }: Words): string {
  return `${at}@${domain}`;
}

/** Signed in from another browser than the one of the pictures. */
export async function signedIn(app: TestApp, email: string): Promise<Client> {
  const browser = { 'user-agent': FIREFOX, 'x-forwarded-for': '198.51.100.24' };
  const { accessToken } = await ok(app.withHeaders(browser).post('/users/login', { email, password: PASSWORD }));
  return app.withHeaders({ ...browser, authorization: `Bearer ${accessToken}` });
}

/** A server with the console and an administrator, and a browser that has not signed in. */
export async function openStage(t: TestContext, language: Language, theme: Theme) {
  buildConsole();
  const words = wordsOf[language];
  const [boss] = words.people;
  assert.ok(boss);
  const environment = {
    BONYAN_LANGUAGE: language,
    BONYAN_OUTBOUND_ALLOW: '127.0.0.1',
    BONYAN_TRUSTED_PROXIES: '127.0.0.1',
  };
  const app = await listeningApp(t, async () => environment, { handlers, ownModules: [createInvoices] });
  const email = addressOf(boss, words);
  const account = { email, firstName: boss.first, lastName: boss.last, password: PASSWORD };
  await app.users.createAdministrator(account, { onlyFirst: false });
  const { page } = await openBrowser(t, app.origin);
  const colour = { name: 'bonyan_console_theme', value: theme, domain: 'localhost', path: '/console' };
  await page.browserContext().setCookie({ ...colour, name: 'bonyan_console_language', value: language }, colour);
  await page.setUserAgent({ userAgent: CHROME });
  await page.setExtraHTTPHeaders({ 'x-forwarded-for': '203.0.113.7' });
  await page.emulateTimezone(words.timeZone);
  await page.setViewport(SIZE);
  await page.goto(`${app.origin}/console/`);
  await page.waitForSelector('h1');
  const admin = await signedIn(app, email);
  const { id: bossId } = await ok(admin.get('/users/me'));
  return { app, page, words, language, email, admin, bossId: bossId as string };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

export async function signIn(page: Page, email: string): Promise<void> {
  await page.type('[name=contact]', email);
  await page.type('[name=password]', PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForSelector('nav a[aria-current=page]');
}
