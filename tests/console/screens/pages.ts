import type { Page } from 'puppeteer-core';
import { MAILBOX_KEY } from '../../../src/testing/app.ts';
import { sendLines } from './logs.ts';
import type { Stage } from './stage.ts';
import type { World } from './world.ts';

export interface Picture {
  readonly name: string;
  /** Of the router. */
  readonly route: string;
  /** Below `/console/`. Default: the route. */
  readonly path?: (world: World) => string;
  readonly says: string;
  /** Before the picture is taken. */
  readonly act?: (page: Page, stage: Stage) => Promise<void>;
  readonly phone?: true;
}

const ROW = 'main tbody [data-row]';

async function openFirst(page: Page): Promise<void> {
  await page.locator(ROW).click();
  await page.waitForSelector('[role=dialog]');
}

async function followLogs(page: Page, stage: Stage): Promise<void> {
  await page.waitForSelector('[role=log]');
  await sendLines(stage);
  await page.waitForFunction(`document.querySelectorAll('[role=log] [role=listitem]').length > 10`);
}

/** Without the address of another machine, to which the server does not show the mailbox. */
async function openMailbox(page: Page): Promise<void> {
  await page.setExtraHTTPHeaders({});
  await page.reload();
  await page.locator('main li a').click();
  await page.waitForSelector('iframe');
}

/** Every page of the router and the most important drawers, in the order of the menu. */
export const pictures: readonly Picture[] = [
  { name: 'overview', route: '/', says: 'What needs attention, key figures, nodes and the last operations', phone: true },
  { name: 'observability', route: '/observability', says: 'Requests, durations, event loop and memory' },
  { name: 'observability-objectives', route: '/observability', path: () => 'observability?tab=objectives', says: 'Objectives with what is left of their budgets' },
  { name: 'observability-alerts', route: '/observability', path: () => 'observability?tab=alerts', says: 'Alerts, open and over' },
  { name: 'observability-events', route: '/observability', path: () => 'observability?tab=events', says: 'The catalogue of events' },
  { name: 'observability-health', route: '/observability', path: () => 'observability?tab=health', says: 'Health of each component' },
  { name: 'logs', route: '/logs', says: 'Lines of the last hour with histogram and facets' },
  { name: 'logs-line', route: '/logs', path: ({ eventId }) => `logs?open=${eventId}`, says: 'A line, with its exception and filters from its values' },
  { name: 'logs-patterns', route: '/logs', path: () => 'logs?view=patterns', says: 'Lines grouped by pattern' },
  { name: 'logs-tail', route: '/logs', path: () => 'logs?view=tail', says: 'The live tail', act: followLogs },
  { name: 'incidents', route: '/incidents', path: () => 'incidents?status=all', says: 'Incidents that rules on logs have opened' },
  { name: 'incidents-incident', route: '/incidents', path: ({ incidentId }) => `incidents?open=${incidentId}`, says: 'An incident with its lines and steps' },
  { name: 'incidents-rules', route: '/incidents', path: () => 'incidents?tab=rules', says: 'Rules' },
  { name: 'incidents-silences', route: '/incidents', path: () => 'incidents?tab=silences', says: 'Silences' },
  { name: 'scheduler', route: '/scheduler', says: 'Jobs with schedule, last and next run' },
  { name: 'scheduler-job', route: '/scheduler', path: ({ failingId }) => `scheduler?open=${failingId}&tab=schedule`, says: 'The schedule of a job and its next runs' },
  { name: 'scheduler-runs', route: '/scheduler/runs', says: 'All runs' },
  { name: 'scheduler-run', route: '/scheduler/runs', path: ({ runId }) => `scheduler/runs?open=${runId}`, says: 'A failed run with its attempts and log' },
  { name: 'scheduler-metrics', route: '/scheduler/metrics', says: 'What runs and waits, and how long jobs of each type take' },
  { name: 'messages', route: '/messages', path: () => 'messages?box=work', says: 'Dead messages of outbox, inbox and work' },
  { name: 'messages-message', route: '/messages', path: () => 'messages?box=work', says: 'A dead message with the errors of its attempts', act: openFirst },
  { name: 'messages-replays', route: '/messages/replays', says: 'Replays and their progress' },
  { name: 'webhooks', route: '/webhooks', says: 'Webhooks and how their last deliveries went' },
  { name: 'webhooks-deliveries', route: '/webhooks', path: ({ webhookId }) => `webhooks?open=${webhookId}&tab=deliveries`, says: 'Deliveries of a webhook' },
  { name: 'users', route: '/users', says: 'Accounts with state and roles' },
  { name: 'users-user', route: '/users', path: ({ userId }) => `users?open=${userId}`, says: 'An account' },
  { name: 'users-roles', route: '/users', path: ({ userId }) => `users?open=${userId}&tab=roles`, says: 'Roles, grants and denials of an account' },
  { name: 'users-access', route: '/users', path: ({ userId }) => `users?open=${userId}&tab=access`, says: 'Where somebody is signed in, and by what' },
  { name: 'profiles', route: '/profiles', says: 'Profiles' },
  { name: 'roles', route: '/roles', says: 'Roles' },
  { name: 'roles-matrix', route: '/roles/matrix', says: 'Which role has which permission' },
  { name: 'roles-why', route: '/roles/why', path: ({ userId }) => `roles/why?user=${userId}&permission=webhooks.read`, says: 'Why somebody may do something, or not' },
  { name: 'organisations', route: '/organisations', says: 'Organisations' },
  { name: 'organisations-members', route: '/organisations', path: ({ organisationId }) => `organisations?open=${organisationId}&tab=members`, says: 'Members of an organisation' },
  { name: 'todos', route: '/todos', says: 'Todos with labels, priority and due date', phone: true },
  { name: 'todos-todo', route: '/todos', path: () => 'todos', says: 'A todo', act: openFirst },
  { name: 'files', route: '/files', says: 'Files and folders', phone: true },
  { name: 'files-folder', route: '/files/folders/$folderId', path: ({ folderId }) => `files/folders/${folderId}`, says: 'A folder' },
  { name: 'files-file', route: '/files', path: ({ pictureId }) => `files?open=${pictureId}`, says: 'A file with its preview' },
  { name: 'files-versions', route: '/files', path: ({ tableId }) => `files?open=${tableId}&tab=versions`, says: 'Versions of a file' },
  { name: 'files-links', route: '/files', path: ({ tableId }) => `files?open=${tableId}&tab=links`, says: 'Links to a file, with password and limit' },
  { name: 'files-trash', route: '/files/trash', says: 'The trash' },
  { name: 'notifications', route: '/notifications', says: 'Messages that were sent, wait or failed' },
  { name: 'notifications-message', route: '/notifications', path: () => 'notifications', says: 'A message with its attempts', act: openFirst },
  { name: 'notifications-schedules', route: '/notifications/schedules', says: 'What is sent later or repeatedly' },
  { name: 'notifications-templates', route: '/notifications/templates', says: 'Templates' },
  { name: 'notifications-template', route: '/notifications/templates/$templateId', path: ({ templateId }) => `notifications/templates/${templateId}`, says: 'The editor of a template with its preview' },
  { name: 'notifications-suppressions', route: '/notifications/suppressions', says: 'Addresses that get nothing any more' },
  { name: 'notifications-routing', route: '/notifications/routing', says: 'Who hears of which incident' },
  { name: 'notifications-reports', route: '/notifications/reports', says: 'How deliveries went' },
  { name: 'inbox', route: '/inbox', says: 'Your own messages' },
  { name: 'exports', route: '/exports', says: 'Lists as files' },
  { name: 'own-module', route: '/modules/$name', path: () => 'modules/invoices', says: 'The list of an own module, from `examples/invoices`' },
  { name: 'audit', route: '/audit', says: 'The audit trail' },
  { name: 'audit-proof', route: '/audit', path: ({ entryId }) => `audit?open=${entryId}&tab=proof`, says: 'An entry, proved in the browser' },
  { name: 'integrity', route: '/integrity', says: 'Checks of the trail and its signed checkpoints' },
  { name: 'mailbox', route: '/mailbox', path: () => `mailbox?key=${MAILBOX_KEY}`, says: 'Captured mails, while developing', act: openMailbox },
  { name: 'settings', route: '/settings', says: 'Settings of the server and of this browser' },
  { name: 'account', route: '/account', says: 'My account: whether it is safe, and what it has' },
  { name: 'account-profile', route: '/account/profile', says: 'Own profile' },
  { name: 'account-security', route: '/account/security', says: 'Password, second factors and passkeys' },
  { name: 'account-sessions', route: '/account/sessions', says: 'Sessions' },
  { name: 'account-notifications', route: '/account/notifications', says: 'Which messages one wants, and when' },
  { name: 'account-organisations', route: '/account/organisations', says: 'Own organisations and invitations' },
  { name: 'account-keys', route: '/account/keys', says: 'API keys' },
  { name: 'account-data', route: '/account/data', says: 'Export and deletion of own data' },
]; // prettier-ignore

const HEAD = `# Pictures of the console

Every page, in English and light, and in Persian and dark, with the data of a small shop. \`npm run screens\` takes them
anew.

| page | shows | English, light | Persian, dark |
| --- | --- | --- | --- |
`;

/** The table of the pictures. */
export function readme(taken: readonly Picture[]): string {
  const rows = taken.flatMap(({ name, route, says, phone }) => [
    row(`\`${route}\``, says, name),
    ...(phone ? [row(`\`${route}\``, `${says}, on a phone`, `${name}-phone`)] : []),
  ]);
  return HEAD + [row('sign-in', 'The sign-in', 'sign-in'), ...rows].join('\n') + '\n';
}

function row(page: string, says: string, name: string): string {
  return `| ${page} | ${says} | [${name}](${name}-en-light.webp) | [${name}](${name}-fa-dark.webp) |`;
}
