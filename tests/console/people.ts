import type { TestContext } from 'node:test';
import type { Page } from 'puppeteer-core';
import { login, PASSWORD } from '../../src/testing/accounts.ts';
import type { TestApp } from '../../src/testing/app.ts';
import { openBrowser } from '../../src/testing/browser.ts';
import type { Language } from './open.ts';

type ListeningApp = TestApp & { readonly origin: string };

/** Another browser, in which this person has signed in, at this page. */
export async function openAs(
  t: TestContext,
  app: ListeningApp,
  email: string,
  path: string,
  language: Language = 'en',
) {
  const { page } = await openBrowser(t, app.origin, { isReused: true });
  await page.setViewport({ width: 1280, height: 860 });
  await page
    .browserContext()
    .setCookie({ name: 'bonyan_console_language', value: language, domain: 'localhost', path: '/console' });
  const goTo = async (to: string) => {
    await page.goto(`${app.origin}/console/${to}`);
    await page.waitForSelector('main h1');
  };
  await page.goto(`${app.origin}/console/${path}`);
  await page.waitForSelector('[name=contact]');
  await page.type('[name=contact]', email);
  await page.type('[name=password]', PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForSelector('nav a[href$="/console/"], nav a[aria-current=page]');
  return { page, goTo };
}

/** The API as somebody who has just signed in. */
export async function asUser(app: TestApp, email: string) {
  const { body } = await login(app, email);
  return app.withToken(body.accessToken);
}

/** Presses the button with this name, as soon as it is there and can be pressed. */
export async function press(page: Page, name: string): Promise<void> {
  await page
    .locator(`::-p-aria([name=${JSON.stringify(name)}][role="button"])`)
    .setTimeout(10_000)
    .click();
}
