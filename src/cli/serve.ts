import type { App } from '../app.ts';
import { isLocal } from '#kernel/links.ts';
import { Problem } from '#kernel/problem.ts';
import type { Config } from '#platform/config/load.ts';
import type { CapturedMailbox } from '#platform/mail/captured.ts';
import { hasConsole } from '#platform/console/routes.ts';
import { COMMAND } from '#platform/invocation.ts';
import { isMailboxServed } from '#platform/mail/mailbox-routes.ts';
import { StartError } from '#platform/database/open.ts';
import { createAdministrator } from './admin/registration.ts';
import type { Command } from './command.ts';
import { GRACE_MS, untilAborted, withService } from './context.ts';
import { explainProblem } from './explain.ts';
import { releaseStartMemory } from './release-memory.ts';

const RELEASE_MS = 1000; // who waits for the start has their first answers by then
const LOCAL = new Set(['127.0.0.1', 'localhost', '::1', '[::1]']); // the last as URLs write it

export const serve: Command = {
  name: 'serve',
  summary: 'Start the server (and workers, unless BONYAN_WORKERS=false)',
  options: {},
  help: 'Listens on HOST and PORT. Ctrl-C gives running requests and work 25 seconds to end; a second Ctrl-C ends the process at once.',
  run: () => withService('serve', start),
};

async function start(app: App, config: Config, stop: AbortSignal): Promise<void> {
  await app.prepare();
  if (stop.aborted) return;
  await createFirstAdministrator(app, config);
  const { http } = await app.createServer();
  const address = await http.listen({ host: config.host, port: config.port });
  app.observability.start();
  if (config.workers) app.background.start();
  await announce(app, config, address);
  setTimeout(releaseStartMemory, RELEASE_MS).unref();

  await untilAborted(stop);
  console.log('Stopping. Running requests and work have 25 seconds to end.');
  // A stalled client must not prevent the exit.
  const force = setTimeout(() => http.server.closeAllConnections(), GRACE_MS);
  await Promise.all([http.close(), app.background.stop(GRACE_MS)]);
  await app.observability.stop();
  clearTimeout(force);
}

async function createFirstAdministrator(app: App, { adminEmail, adminPassword }: Config): Promise<void> {
  if (adminEmail === null || adminPassword === null) return;
  // If there is an administrator already, the password need not be checked and hashed.
  if ((await app.users.setupToken()) === null) return;
  const registration = { email: adminEmail, password: adminPassword, firstName: 'Admin', lastName: 'Bonyan' };
  await createAdministrator(app, registration, { onlyFirst: true }).catch((error: unknown) => {
    if (!(error instanceof Problem)) throw error;
    throw new StartError(`BONYAN_ADMIN_EMAIL, BONYAN_ADMIN_PASSWORD: ${explainProblem(error)}`, { cause: error });
  });
}

async function announce(app: App, config: Config, address: string): Promise<void> {
  const url = toUrl(config, address);
  const setupToken = await app.users.setupToken();
  const uses = Object.entries(app.describe()).map(([name, what]) => `  ${name.padEnd(10)} ${what}`);
  const tookMs = Math.round(performance.now());
  console.log(
    [
      `Bonyan runs at ${url} (started in ${tookMs} ms)`,
      `  listens    ${listener(config, address)}`,
      ...(hasConsole() ? [`  console    ${url}/console/`] : []),
      `  API        ${url}/docs/api`,
      `  health     ${url}/health`,
      ...(app.mailbox ? [`  mailbox    ${await mailboxLine(config, url, app.mailbox)}`] : []),
      ...uses,
      ...(config.workers ? [] : ['  workers    none in this process']),
      ...(setupToken === null
        ? []
        : ['', 'There is no administrator yet. Create one with this one-time link:', ...setupHelp(url, setupToken)]),
      ...warnings(config).flatMap((text) => ['', `Warning: ${text}`]),
      '',
    ].join('\n'),
  );
}

/** Where people open it: `BONYAN_PUBLIC_URL`, or without one the address that the server really listens on. */
function toUrl({ publicUrl, port }: Config, address: string): string {
  return publicUrl === `http://localhost:${port}` ? address.replace('127.0.0.1', 'localhost') : publicUrl;
}

function listener({ host }: Config, address: string): string {
  const { port } = new URL(address);
  return ['0.0.0.0', '::'].includes(host)
    ? `port ${port} on every address of this machine`
    : `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The link contains the key. Where the mailbox is not served, the command still reads it. */
async function mailboxLine(config: Config, url: string, mailbox: CapturedMailbox): Promise<string> {
  if (!isMailboxServed(config)) return `${COMMAND} mailbox (not served: the server can be reached from outside)`;
  return `${url}/dev/mailbox?key=${encodeURIComponent(await mailbox.key())}`;
}

/** The token is in the fragment of the URL: browsers do not send it, so it appears in no log. */
function setupHelp(url: string, token: string): string[] {
  return [`  ${url}/setup#token=${token}`, `  or: ${COMMAND} admin create --email you@example.com`];
}

function warnings({ mode, host, publicUrl }: Config): string[] {
  if (mode === 'development' && !LOCAL.has(host))
    return [`development mode listens on ${host} and can be reached from the network. Set BONYAN_MODE=production.`];
  if (mode === 'development') return [];
  if (isLocal(publicUrl))
    return [`links in mails lead to ${publicUrl}, which only this machine can open. Set BONYAN_PUBLIC_URL.`];
  if (publicUrl.startsWith('https:')) return [];
  return [
    `BONYAN_PUBLIC_URL is ${publicUrl}. Without https, everybody on the way can read tokens, browsers offer no passkeys, and mails have no List-Unsubscribe header.`,
  ];
}
