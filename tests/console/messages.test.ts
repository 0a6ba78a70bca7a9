import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { noBrowser } from '../../src/testing/browser.ts';
import { todoPermissions } from '../../src/modules/todos/contract.ts';
import { faultsOf, looks } from './axe.ts';
import { openConsole, shows, type Language, type Theme } from './open.ts';

const HOUR_MS = 3_600_000;
const ROW = 'tbody [data-row]';

/** Reminders that could not be sent have used their attempts; what broke them is repaired. */
async function withDeadWork(t: TestContext, language: Language, count: number, theme: Theme = 'light') {
  const opened = await openConsole(t, language, theme);
  const { app } = opened;
  const sara = app.signIn(todoPermissions.read, todoPermissions.write);
  await app.drainWithFailures();
  for (let n = 0; n < count; n++)
    await sara.post('/todos', { description: `todo ${n}`, remindAt: '2026-01-01T00:00:00.000Z' });
  await app.database.pool.query('alter table notifications.recipient rename to gone');
  await app.drainWithFailures(HOUR_MS);
  await app.database.pool.query('alter table notifications.gone rename to recipient');
  await opened.signIn();
  return {
    ...opened,
    /** Todos whose reminder has not been sent. */
    async waiting() {
      const { rows } = await app.database.pool.query(
        'select count(*)::int as n from todos.todo where remind_at is not null',
      );
      return rows[0]?.['n'] as number;
    },
  };
}

const words: Record<Language, { replayOne: string; replayAll: string; confirm: string; finished: string; dead: string }> = {
  en: { replayOne: 'Replay this message', replayAll: 'Replay all 3 that match', confirm: 'Replay 3 messages', finished: 'Finished', dead: 'Dead' },
  fa: { replayOne: 'بازپخش این پیام', replayAll: 'بازپخش هر ۳ پیام این فهرست', confirm: 'بازپخش ۳ پیام', finished: 'پایان‌یافته', dead: 'ناموفق' },
}; // prettier-ignore

const inDialog = (text: string) => press(text).replace('//button', '//*[@role="alertdialog"]//button');
const press = (text: string) => `::-p-xpath(//button[normalize-space()=${JSON.stringify(text)}])`;

for (const language of ['en', 'fa'] as const)
  test(
    `a dead message is replayed from its drawer, and has its effect in the database (${language})`,
    { skip: noBrowser },
    async (t) => {
      const { app, page, goTo, waiting, violations } = await withDeadWork(t, language, 1);
      const say = words[language];
      await goTo('messages?box=work');
      await page.locator(ROW).click();
      await shows(page, say.dead);
      const before = await waiting();

      await page.locator(press(say.replayOne)).click();
      await page.waitForFunction(`location.search.includes('replay=')`);
      await app.drain(HOUR_MS);

      await shows(page, say.finished);
      await page.waitForSelector(ROW, { hidden: true });
      assert.deepEqual([before, await waiting()], [1, 0]);
      assert.deepEqual(violations, []);
    },
  );

test(
  'all that match are replayed after a question that names their number; the progress survives a reload',
  { skip: noBrowser },
  async (t) => {
    const { app, page, goTo, waiting } = await withDeadWork(t, 'fa', 3);
    const say = words.fa;
    await goTo('messages?box=work&error=notifications.recipient');
    await page.waitForSelector(ROW);

    await page.locator(press(say.replayAll)).click();
    await page.waitForSelector('[role=alertdialog]');
    await page.locator(inDialog(say.confirm)).click();
    await shows(page, '۰ از ۳');
    await page.reload();
    await shows(page, '۰ از ۳');
    await app.drain(HOUR_MS);

    await shows(page, '۳ از ۳');
    assert.equal(await waiting(), 0);
    const { rows } = await app.database.pool.query('select filter from observability.replay');
    assert.deepEqual(rows, [{ filter: { error: 'notifications.recipient' } }]);
  },
);

test('only the selected messages are replayed', { skip: noBrowser }, async (t) => {
  const { app, page, goTo, waiting } = await withDeadWork(t, 'en', 3);
  await goTo('messages?box=work');
  await page.waitForSelector(ROW);

  await page.click('tbody tr:nth-child(1) input[type=checkbox]');
  await page.click('tbody tr:nth-child(3) input[type=checkbox]');
  await page.locator(press('Replay 2 messages')).click();
  await page.waitForSelector('[role=alertdialog]');
  await page.locator(inDialog('Replay 2 messages')).click();
  await shows(page, '0 of 2');
  await app.drain(HOUR_MS);

  await shows(page, '2 of 2');
  assert.equal(await waiting(), 1);
});

test(
  'a message is discarded only with a reason; it is never handled, and the trail has it',
  { skip: noBrowser },
  async (t) => {
    const { app, page, goTo, waiting } = await withDeadWork(t, 'en', 1);
    await goTo('messages?box=work');
    await page.locator(ROW).click();
    await page.waitForSelector('[name=reason]');

    await page.locator(press('Discard this message')).click();
    await page.waitForSelector('[aria-invalid]');
    await page.type('[name=reason]', 'Sent by hand');
    await page.locator(press('Discard this message')).click();

    await shows(page, 'The message was discarded.');
    await page.waitForSelector(ROW, { hidden: true });
    await app.drain(HOUR_MS);
    assert.equal(await waiting(), 1);
    const { rows } = await app.database.pool.query(
      `select count(*)::int as n from audit.entry where action = 'observability.message_discarded'`,
    );
    assert.deepEqual(rows, [{ n: 1 }]);
  },
);

for (const [language, theme] of looks)
  test(`axe finds nothing on messages and replays (${language}, ${theme})`, { skip: noBrowser }, async (t) => {
    const { app, page, goTo, violations } = await withDeadWork(t, language, 3, theme);
    const found: string[] = [];
    for (const [name, path] of Object.entries({
      'messages-empty': 'messages',
      'messages-filtered': 'messages?box=work&error=nothing',
      messages: 'messages?box=work',
      'replays-empty': 'messages/replays',
    })) {
      await goTo(path);
      found.push(...(await faultsOf(page, name)));
    }
    await goTo('messages?box=work');
    await page.locator(ROW).click();
    await page.waitForSelector('[name=reason]');
    await page.locator('[role=dialog] form [type=submit]').click();
    await page.waitForSelector('[aria-invalid]');
    found.push(...(await faultsOf(page, 'messages-drawer')));
    await page.locator(press(words[language].replayOne)).click();
    await page.waitForFunction(`location.search.includes('replay=')`);
    await page.keyboard.press('Escape');
    await page.waitForSelector('aside progress');
    found.push(...(await faultsOf(page, 'messages-replay')));
    await app.drain(HOUR_MS);
    await goTo('messages/replays');
    await page.locator(ROW).click();
    await page.waitForSelector('[role=dialog] progress');
    found.push(...(await faultsOf(page, 'replays-drawer')));

    assert.deepEqual(found, []);
    assert.deepEqual(violations, []);
  });
