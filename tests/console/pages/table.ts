import type { Page } from 'puppeteer-core';
import { MAILBOX_KEY } from '../../../src/testing/app.ts';
import { at, before, first, ROW, sent, without, wrong, type StateName, type Visit, type Without } from './visit.ts';

const RANGE = 'main [role=group] [aria-haspopup=dialog]';
const NO_FIELDS = without('it has no fields to fill in');
const NO_DRAWER = without('nothing opens beside the page');

/** How each page of the router comes into each state, or why it cannot. */
export const pages: Readonly<Record<string, Readonly<Record<StateName, Visit | Without>>>> = {
  '/': {
    list: at(''),
    drawer: without('what it lists are links to other pages'),
    form: wrong('', 'from', 'never', RANGE),
    empty: before('', 'main'),
  },
  '/observability': {
    list: at('observability'),
    drawer: first('observability?tab=events'),
    form: wrong('observability?tab=objectives&open=availability', 'percent', '4'),
    empty: before('observability?tab=alerts'),
  },
  '/messages': {
    list: at('messages?box=work', ROW),
    drawer: first('messages?box=work'),
    form: { path: () => 'messages?box=work', act: discardWithoutReason },
    empty: before('messages'),
  },
  '/messages/replays': {
    list: at('messages/replays', ROW),
    drawer: first('messages/replays'),
    form: NO_FIELDS,
    empty: before('messages/replays'),
  },
  '/logs': {
    list: at('logs', 'main [data-row]'),
    drawer: at(({ eventId }) => `logs?open=${eventId}`),
    form: wrong('logs', 'from', 'never', RANGE),
    empty: at('logs?query=service:nothing', 'main [data-empty]'),
  },
  '/incidents': {
    list: at('incidents?status=all', ROW),
    drawer: at(({ incidentId }) => `incidents?open=${incidentId}`),
    form: sent('incidents?tab=rules&open=new'),
    empty: before('incidents'),
  },
  '/scheduler': {
    list: at('scheduler', ROW),
    drawer: at(({ failingId }) => `scheduler?open=${failingId}&tab=schedule`),
    form: sent('scheduler?open=new'),
    empty: at('scheduler?search=zzzz', 'main [data-empty]'),
  },
  '/scheduler/runs': {
    list: at('scheduler/runs', ROW),
    drawer: at(({ runId }) => `scheduler/runs?open=${runId}`),
    form: NO_FIELDS,
    empty: at('scheduler/runs?status=skipped', 'main [data-empty]'),
  },
  '/scheduler/metrics': {
    list: at('scheduler/metrics', 'main table'),
    drawer: NO_DRAWER,
    form: { path: () => 'scheduler/metrics', act: pauseByNoTag },
    empty: before('scheduler/metrics', 'main form'),
  },
  '/webhooks': {
    list: at('webhooks', ROW),
    drawer: at(({ webhookId }) => `webhooks?open=${webhookId}`),
    form: sent('webhooks?open=new'),
    empty: before('webhooks'),
  },
  '/users': {
    list: at('users', ROW),
    drawer: at(({ userId }) => `users?open=${userId}`),
    form: sent('users?open=new'),
    empty: at('users?search=nothing', 'main [data-empty]'),
  },
  '/profiles': {
    list: at('profiles', ROW),
    drawer: first('profiles'),
    form: NO_FIELDS,
    empty: before('profiles'),
  },
  '/roles': {
    list: at('roles', ROW),
    drawer: first('roles'),
    form: sent('roles?open=new'),
    empty: without('every server has the built-in roles, and there are no filters'),
  },
  '/roles/matrix': {
    list: at('roles/matrix', 'main [role=grid]'),
    drawer: NO_DRAWER,
    form: NO_FIELDS,
    empty: at('roles/matrix?search=nothing', 'main [data-empty]'),
  },
  '/roles/why': {
    list: at(({ userId }) => `roles/why?user=${userId}&permission=webhooks.read`, 'main section ul'),
    drawer: NO_DRAWER,
    form: sent('roles/why'),
    empty: at('roles/why', 'main form'),
  },
  '/organisations': {
    list: at('organisations', ROW),
    drawer: at(({ organisationId }) => `organisations?open=${organisationId}&tab=members`),
    form: sent('organisations?open=new'),
    empty: before('organisations'),
  },
  '/todos': {
    list: at('todos', ROW),
    drawer: first('todos'),
    form: sent('todos?open=new'),
    empty: before('todos'),
  },
  '/files': {
    list: at('files', ROW),
    drawer: at(({ tableId }) => `files?open=${tableId}&tab=links`),
    form: sent('files?open=new-folder'),
    empty: before('files'),
  },
  '/files/folders/$folderId': {
    list: at(({ folderId }) => `files/folders/${folderId}`, ROW),
    drawer: at(({ folderId }) => `files/folders/${folderId}?open=folder`),
    form: sent(({ folderId }) => `files/folders/${folderId}?open=new-folder`),
    empty: at(({ folderId }) => `files/folders/${folderId}?text=nothing`, 'main [data-empty]'),
  },
  '/files/trash': {
    list: at('files/trash', ROW),
    drawer: first('files/trash'),
    form: NO_FIELDS,
    empty: before('files/trash'),
  },
  '/notifications': {
    list: at('notifications', ROW),
    drawer: first('notifications'),
    form: sent('notifications?open=new'),
    empty: at('notifications?channel=webhook', 'main [data-empty]'),
  },
  '/notifications/schedules': {
    list: at('notifications/schedules', ROW),
    drawer: first('notifications/schedules'),
    form: NO_FIELDS,
    empty: before('notifications/schedules'),
  },
  '/notifications/templates': {
    list: at('notifications/templates', ROW),
    drawer: at(({ templateId }) => `notifications/templates?open=${templateId}`),
    form: sent('notifications/templates?open=new'),
    empty: at('notifications/templates?name=zzzz', 'main [data-empty]'),
  },
  '/notifications/templates/$templateId': {
    list: at(({ templateId }) => `notifications/templates/${templateId}`, 'main iframe'),
    drawer: NO_DRAWER,
    form: wrong(({ templateId }) => `notifications/templates/${templateId}`, 'bodyTemplate', ' '),
    empty: without('a template has a text'),
  },
  '/notifications/suppressions': {
    list: at('notifications/suppressions', ROW),
    drawer: first('notifications/suppressions'),
    form: NO_FIELDS,
    empty: before('notifications/suppressions'),
  },
  '/notifications/routing': {
    list: at('notifications/routing', 'main fieldset'),
    drawer: NO_DRAWER,
    form: without('whatever is chosen is right'),
    empty: before('notifications/routing', 'main fieldset'),
  },
  '/notifications/reports': {
    list: at('notifications/reports', 'main tbody tr'),
    drawer: NO_DRAWER,
    form: NO_FIELDS,
    empty: at('notifications/reports?template=nothing', 'main [data-empty]'),
  },
  '/inbox': {
    list: at('inbox', ROW),
    drawer: first('inbox'),
    form: NO_FIELDS,
    empty: before('inbox'),
  },
  '/modules/$name': {
    list: at('modules/invoices', ROW),
    drawer: NO_DRAWER,
    form: NO_FIELDS,
    empty: before('modules/invoices'),
  },
  '/exports': {
    list: at('exports', ROW),
    drawer: first('exports'),
    form: NO_FIELDS,
    empty: before('exports'),
  },
  '/audit': {
    list: at('audit', ROW),
    drawer: at(({ entryId }) => `audit?open=${entryId}&tab=proof`),
    form: { path: () => 'audit?from=2026-01-01', act: typeNoDay },
    empty: at('audit?text=nothing-has-this', 'main [data-empty]'),
  },
  '/integrity': {
    list: at('integrity', 'main [data-state]'),
    drawer: at('integrity?open=archive'),
    form: sent('integrity?open=archive'),
    empty: before('integrity', 'main'),
  },
  '/settings': {
    list: at('settings', 'main table'),
    drawer: at('settings?open=metrics', '[role=dialog] pre'),
    form: NO_FIELDS,
    empty: without('a server has settings'),
  },
  '/mailbox': {
    list: at(`mailbox?key=${MAILBOX_KEY}`, 'main iframe'),
    drawer: without('a mail is read beside the list'),
    form: sent('mailbox'),
    empty: at(`mailbox?key=${MAILBOX_KEY}&to=nobody@example.com`, 'main [data-empty]'),
  },
  '/account': {
    list: at('account', 'main dl'),
    drawer: NO_DRAWER,
    form: NO_FIELDS,
    empty: before('account', 'main dl'),
  },
  '/account/profile': {
    list: at('account/profile', 'main form'),
    drawer: NO_DRAWER,
    form: wrong('account/profile', 'dateOfBirth', 'never'),
    empty: before('account/profile', 'main form'),
  },
  '/account/security': {
    list: at('account/security', 'main section h2'),
    drawer: NO_DRAWER,
    form: { path: () => 'account/security', act: changePasswordToNone },
    empty: before('account/security', 'main [data-empty]'),
  },
  '/account/sessions': {
    list: at('account/sessions', 'main li'),
    drawer: NO_DRAWER,
    form: NO_FIELDS,
    empty: without('the session that reads it is in it'),
  },
  '/account/notifications': {
    list: at('account/notifications', 'main table'),
    drawer: NO_DRAWER,
    form: wrong('account/notifications', 'from', '25:99', 'main [name=isQuiet]'),
    empty: without('the kinds of messages are always the same'),
  },
  '/account/organisations': {
    list: at('account/organisations', 'main li'),
    drawer: NO_DRAWER,
    form: sent('account/organisations'),
    empty: before('account/organisations'),
  },
  '/account/keys': {
    list: at('account/keys', 'main li'),
    drawer: at('account/keys?open=new'),
    form: sent('account/keys?open=new'),
    empty: before('account/keys'),
  },
  '/account/data': {
    list: at('account/data', 'main section h2'),
    drawer: NO_DRAWER,
    form: wrong('account/data', 'typed', 'nobody', 'main section:last-of-type button'),
    empty: without('an account has data'),
  },
};

/** Throws away a dead message without a reason. */
async function discardWithoutReason(page: Page): Promise<void> {
  await page.locator(ROW).click();
  await page.locator('[role=dialog] form:has([name=reason]) [type=submit]').click();
}

async function pauseByNoTag(page: Page): Promise<void> {
  await page.locator('main [name=which]').fill('tag');
  await page.locator('main form .text-bad, main form button').click();
}

async function typeNoDay(page: Page): Promise<void> {
  await page.locator('main [role=search] label input:not([type])').fill('never');
  await page.keyboard.press('Enter');
}

async function changePasswordToNone(page: Page): Promise<void> {
  await page.locator('main section:first-of-type button').click();
  await page.locator('main form [type=submit]').click();
}
