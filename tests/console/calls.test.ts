import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInvoices } from '../../examples/invoices/module.ts';
import { MAILBOX_KEY } from '../../src/testing/app.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import { openConsole } from './open.ts';
import { routesOfConsole } from './pages/routes.ts';

const MISSING = '01900000-0000-7000-8000-000000000000';
const BUTTON = 'main button[aria-label="As an API call"]';
/** Addresses of pages that need more than their route to show something. */
const ADDRESSES: Readonly<Record<string, string>> = {
  '/files/folders/$folderId': `files/folders/${MISSING}`,
  '/mailbox': `mailbox?key=${MAILBOX_KEY}`,
  '/modules/$name': 'modules/invoices',
  '/roles/why': `roles/why?user=${MISSING}&permission=todos.read`,
};
const TABS = ['objectives', 'alerts', 'events', 'health'];
const WAIT_MS = 30_000;

test('every page shows what it shows as a call of the API', { skip: noBrowser }, async (t) => {
  const options = { ownModules: [createInvoices] };
  const { app, page, signIn, goTo, violations } = await openConsole(t, 'en', 'light', '', {}, options);
  await signIn();
  const { rows } = await app.database.pool.query<{ id: string }>('select id from notifications.template limit 1');
  const addresses = routesOfConsole().map(
    (route) => ADDRESSES[route] ?? route.slice(1).replace('$templateId', rows[0]?.id ?? ''),
  );
  const lacking: string[] = [];
  const look = async (address: string, fresh: string) => {
    await page.waitForSelector(fresh, { timeout: WAIT_MS }).catch(() => lacking.push(address));
  };
  for (const tab of TABS) {
    await goTo(`observability?tab=${tab}`);
    await look(tab, BUTTON);
  }
  // Without loading the console anew: the button of the page before is marked, so that the next one is told from it.
  for (const address of addresses) {
    await page.evaluate(`document.querySelector('${BUTTON}')?.setAttribute('data-seen', '')`);
    await page.evaluate(`history.pushState({}, '', '/console/${address}')`);
    await look(address, `${BUTTON}:not([data-seen])`);
  }

  assert.deepEqual(lacking, []);
  assert.deepEqual(violations, []);
});
