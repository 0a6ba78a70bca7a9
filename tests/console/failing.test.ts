import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loggingPermissions } from '../../src/modules/logging/contract.ts';
import { todoPermissions } from '../../src/modules/todos/contract.ts';
import { createLog } from '../../src/platform/log/pino.ts';
import { createLogRing } from '../../src/platform/log/ring.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import { openConsole, shows } from './open.ts';

const HOUR_MS = 3_600_000;
const LINE = 'an attempt of a work item failed';
const RULE = { name: 'Work fails', service: 'bonyan', minimumLevel: 'warn', containsText: LINE, thresholdCount: 1, severity: 'high' }; // prettier-ignore
const ROW = 'tbody [data-row]';

test(
  'a failing handler opens an incident with its lines, and its message is replayed once it is mended',
  { skip: noBrowser },
  async (t) => {
    const ring = createLogRing();
    const log = createLog('warn', ring.tee({ write: () => {} }));
    const { app, page, signIn, goTo, violations } = await openConsole(t, 'en', 'light', '', { BONYAN_LOGGING_OWN: 'on' }, { log, lines: ring }); // prettier-ignore
    const { pool } = app.database;
    await app.drain();
    const rule = await app.signIn(loggingPermissions.alerts).post('/logging/alerts/rules', RULE);
    assert.equal(rule.status, 201, JSON.stringify(rule.body));
    const sara = app.signIn(todoPermissions.read, todoPermissions.write);
    await sara.post('/todos', { description: 'Buy bread', remindAt: '2026-01-01T00:00:00.000Z' });
    const waiting = async () => (await pool.query('select id from todos.todo where remind_at is not null')).rows.length;

    await pool.query('alter table notifications.recipient rename to gone'); // so that the handler of the reminder fails
    await app.drainWithFailures(HOUR_MS);
    await signIn();
    await goTo('incidents');
    await (await page.waitForSelector(ROW))?.click();
    await shows(page, LINE);
    await pool.query('alter table notifications.gone rename to recipient');
    const before = await waiting();
    await goTo('messages?box=work');
    await (await page.waitForSelector(ROW))?.click();
    await page.locator('::-p-xpath(//*[@role="dialog"]//button[contains(., "this message")])').click();
    await page.waitForFunction(`location.search.includes('replay=')`);
    await app.drain(HOUR_MS);

    await shows(page, 'Finished');
    assert.deepEqual([before, await waiting()], [1, 0]);
    assert.deepEqual(violations, []);
  },
);
