import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { createInvoices } from '../../examples/invoices/module.ts';
import { login } from '../../src/testing/accounts.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import { faultsOf, looks, WIDTHS } from './axe.ts';
import { openConsole, type Language, type Theme } from './open.ts';
import { latinDigits } from './pages/digits.ts';
import { keyboardFaults } from './pages/keyboard.ts';
import { routesOfConsole } from './pages/routes.ts';
import { pages } from './pages/table.ts';
import { SIGNS, states, type StateName, type Visit } from './pages/visit.ts';
import { handlers } from './screens/handlers.ts';
import { wordsOf } from './screens/words.ts';
import { fillWorld, type World } from './screens/world.ts';

const TIMEOUT_MS = 3_600_000;
const NARROW = [390];
/** The tests of each page check their lists on every run; this is all of it. */
const isLong = process.env['BONYAN_TEST_A11Y'] !== '1' && 'it takes long: npm run test:a11y';
/** Some of the pages, while one works on them. */
const wanted = process.env['BONYAN_TEST_PAGES']?.split(',');

test('each page of the router says how it comes into each state, or why it cannot', () => {
  const reasons = Object.values(pages).flatMap((page) =>
    states.flatMap((state) => ('without' in page[state] ? [page[state].without] : [])),
  );

  assert.deepEqual(Object.keys(pages).toSorted(), routesOfConsole());
  assert.deepEqual(
    reasons.filter((reason) => reason.length < 10),
    [],
  );
});

/** Side by side: while one waits for the server, the other runs. */
void suite('each page of the console', { concurrency: true, skip: noBrowser || isLong, timeout: TIMEOUT_MS }, () => {
  for (const [language, theme] of looks)
    void test(
      `axe finds nothing on any page in any of its states, none is wider than its window, and all is reached and seen by the keyboard alone (${language}, ${theme})`,
      { timeout: TIMEOUT_MS },
      async (t) => {
        const opened = await openFilled(t, language, theme);

        assert.deepEqual(await opened.visitAll(), []);
        assert.deepEqual(opened.violations, []);
      },
    );
});

async function openFilled(t: TestContext, language: Language, theme: Theme) {
  const environment = { BONYAN_OUTBOUND_ALLOW: '127.0.0.1' };
  const options = { handlers, ownModules: [createInvoices] };
  const opened = await openConsole(t, language, theme, '', environment, options);
  const { app, page, email, signIn, goTo, violations } = opened;
  const devtools = await page.createCDPSession();
  await devtools.send('Emulation.setFocusEmulationEnabled', { enabled: true }); // after its last control, too
  page.on('dialog', (dialog) => void dialog.accept()); // asks whether what was typed may be lost
  await signIn();
  const found: string[] = [];

  async function visit(route: string, state: StateName, { path, act, ready = 'main' }: Visit, world: World) {
    const name = `${state} of ${route}`;
    try {
      await page.goto('about:blank');
      await goTo(path(world));
      await act?.(page);
      await page.waitForSelector(`:is(${SIGNS[state]})`);
      await page.waitForSelector(ready);
      if (language === 'fa')
        found.push(...(await latinDigits(page)).map((text) => `${name}: ‘${text}’ has Latin digits`));
      found.push(...(await faultsOf(page, `page${route.replaceAll(/\W+/g, '-')}-${state}`)));
      const { width = 0, height = 0 } = page.viewport() ?? {};
      for (const each of state === 'list' ? WIDTHS : NARROW) {
        await page.setViewport({ width: each, height });
        found.push(...(await keyboardFaults(page)).map((fault) => `${name} at ${each} px: ${fault}`));
      }
      await page.setViewport({ width, height });
    } catch (error) {
      found.push(`${name}: ${String(error)}`);
    }
  }

  async function visitSome(isBefore: boolean, world: World) {
    for (const [route, ways] of Object.entries(pages))
      for (const state of states) {
        const { [state]: one } = ways;
        if ('without' in one || (one.isBefore ?? false) !== isBefore) continue;
        if (wanted?.includes(route) ?? true) await visit(route, state, one, world);
      }
  }

  return {
    violations,
    /** Empty pages first, then the others on a server with the data of a small shop. */
    visitAll: async () => {
      await visitSome(true, {} as World);
      const { body } = await login(app, email);
      const admin = app.withToken(body.accessToken);
      const world = await fillWorld(t, {
        app,
        page,
        words: wordsOf[language],
        language,
        email,
        admin,
        bossId: body.user.id,
      });
      await visitSome(false, world);
      return found;
    },
  };
}
