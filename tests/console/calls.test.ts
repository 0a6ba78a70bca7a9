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
const TABS = ['objectives', 'alerts', 'events', 'health'].map((tab) => `observability?tab=${tab}`);

test('every page shows what it shows as a call of the API', { skip: noBrowser }, async (t) => {
  const options = { ownModules: [createInvoices] };
  const { app, page, signIn, goTo, violations } = await openConsole(t, 'en', 'light', '', {}, options);
  await signIn();
  const { rows } = await app.database.pool.query('select id from notifications.template limit 1');
  const addresses = routesOfConsole().map(
    (route) => ADDRESSES[route] ?? route.slice(1).replace('$templateId', String(rows[0].id)),
  );
  const lacking: string[] = [];
  for (const address of [...addresses, ...TABS]) {
    await goTo(address);
    await page.waitForSelector(BUTTON, { timeout: 3000 }).catch(() => lacking.push(address));
  }

  assert.deepEqual(lacking, []);
  assert.deepEqual(violations, []);
});
