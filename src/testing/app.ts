import { randomBytes, randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { FastifyRequest } from 'fastify';
import type { Actor, Permission } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { loadConfig } from '#platform/config/load.ts';
import { createLog } from '#platform/log/pino.ts';
import type { JobHandler } from '#platform/jobs/port.ts';
import type { Log, LogLines } from '#platform/log/port.ts';
import type { OwnModule } from '#platform/own-modules/port.ts';
import type { OwnProvider } from '#modules/notifications/channels/port.ts';
import { dutyQueue, type FailedAttempt } from '#platform/work/port.ts';
import { createApp } from '../app.ts';
import { createDatabase } from './database.ts';
import { createDocumentedCheck } from './api/documented.ts';

export const SECRET = 'only-for-tests-only-for-tests-only-for-tests';
export const MAILBOX_KEY = 'only-for-tests-key';
const HEADER = 'x-test-caller';
const STOP_MS = 1000;

export interface TestOptions {
  /** Environment variables in addition to the defaults of tests. */
  readonly environment?: Record<string, string>;
  /** See `AppOptions`. */
  readonly directEntries?: number;
  /** Default: a silent one. */
  readonly log?: Log;
  /** See `AppOptions`. */
  readonly lines?: LogLines;
  /** Handlers of jobs beside those of the modules. */
  readonly handlers?: readonly JobHandler[];
  /** Modules outside `src/modules`. */
  readonly ownModules?: readonly OwnModule[];
  /** Providers of messages outside `src/modules`; they read `environment`. */
  readonly ownProviders?: readonly OwnProvider[];
  /** The URL of a database that is there already and stays. Default: a new one, dropped at the end. */
  readonly databaseUrl?: string;
}

export interface TestAnswer {
  readonly status: number;
  // oxlint-disable-next-line no-explicit-any -- tests read answers of every shape
  readonly body: any;
  readonly headers: Record<string, string | string[] | number | undefined>;
}

function testConfig(databaseUrl: string, environment: Record<string, string> = {}) {
  return loadConfig({
    DATABASE_URL: databaseUrl,
    BONYAN_SECRET: SECRET,
    BONYAN_MAILBOX_KEY: MAILBOX_KEY,
    BONYAN_RATE_LIMIT_PER_MINUTE: '0',
    BONYAN_FAILURES_PER_NETWORK: '0', // all calls of a test come from one address
    BONYAN_SMS_PER_NETWORK: '1000000',
    BONYAN_PHONE_REGION: 'IR',
    BONYAN_DATABASE_POOL_SIZE: '5',
    BONYAN_MAX_LOOP_DELAY_MS: '0', // other tests run on the same machine at the same time
    BONYAN_LOG_LEVEL: 'silent',
    BONYAN_LOGGING_OWN: 'off', // tests move the clock past the days that have a partition
    ...environment,
  });
}

async function prepareTemplate(url: string): Promise<void> {
  const config = testConfig(url);
  const app = await createApp({ config, kind: 'command', log: createLog(config.logLevel) });
  await app.prepare();
  // When a test begins, the template may be so old that the recurring duties would count as late.
  await app.database.pool.query(`update platform.work set due_at = now() + interval '1 day' where queue = $1`, [
    dutyQueue.name,
  ]);
  await app.close();
}

/**
 * A whole app on its own new database, closed and dropped when `t` ends. Nothing runs in the background:
 * `drain` delivers events and runs the work items that are due. `pass` moves the clock that the modules see.
 */
export async function testApp(
  t: TestContext,
  { environment = {}, directEntries, log, lines, handlers, ownModules, ownProviders, databaseUrl }: TestOptions = {},
) {
  const kept = databaseUrl !== undefined && { url: databaseUrl, drop: async () => {} };
  const database = kept || (await createDatabase(prepareTemplate));
  const dataDir = join(tmpdir(), `bonyan-test-${newId()}`); // created when something is stored
  const config = testConfig(database.url, { BONYAN_DATA_DIR: dataDir, ...environment });
  let aheadMs = 0;
  const now = () => new Date(Date.now() + aheadMs);
  const drains = new Set<FailedAttempt[]>(); // running drains, each with the attempts that have failed
  const permissionsById = new Map<string, ReadonlySet<string>>();
  const app = await createApp({
    config,
    kind: 'command',
    log: log ?? createLog(config.logLevel),
    ...(lines && { lines }),
    now,
    ...(directEntries !== undefined && { directEntries }),
    ...(handlers && { handlers }),
    ...(ownModules && { ownModules }),
    ...(ownProviders && { ownProviders }),
    environment,
    onFailedAttempt: (failed) => drains.forEach((failures) => failures.push(failed)),
    callers: (real) => ({
      authenticate: (request) => fakeCallerOf(request) ?? real.authenticate(request),
      callerOf: (actor) =>
        isFakeCaller(actor) ? { type: 'user', id: actor.id, sessionId: null } : real.callerOf(actor),
      permissionsOf: (caller) => permissionsById.get(caller.id) ?? real.permissionsOf(caller),
      stepUp: {
        ...real.stepUp,
        demand: (actor) => (isFakeCaller(actor) ? undefined : real.stepUp.demand(actor)),
      },
    }),
  });
  let close = () => app.close();
  t.after(async () => {
    await close();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });
  await app.prepare();
  const { http, openApi } = await app.createServer();
  close = async () => {
    await app.background.stop(STOP_MS);
    await http.close();
    await app.close();
  };
  const checkDocumented = createDocumentedCheck();

  function fakeCallerOf({ headers }: FastifyRequest) {
    const { [HEADER]: id } = headers;
    return typeof id === 'string' ? { type: 'user' as const, id, sessionId: null } : null;
  }

  /** Callers of `signIn` have no session, unlike real users. They always pass step-up. */
  function isFakeCaller({ sessionId, apiKeyId }: Pick<Actor, 'sessionId' | 'apiKeyId'>): boolean {
    return sessionId === null && apiKeyId === null;
  }

  async function call(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object,
    headers: Record<string, string> = {},
  ): Promise<TestAnswer> {
    const path = url.startsWith('/api/') || !url.startsWith('/') ? url : `/api/v1${url}`;
    const response = await http.inject({ method, url: path, headers, ...(payload && { payload }) });
    const body = response.body === '' ? null : response.json();
    if (response.statusCode >= 400) checkDocumented(method, path, response.statusCode, body.code);
    return {
      status: response.statusCode,
      body,
      headers: response.headers,
    };
  }

  /** A client that sends these headers; paths are below `/api/v1`. */
  function client(fixed: Record<string, string>) {
    return {
      get: (url: string, headers = {}) => call('GET', url, undefined, { ...fixed, ...headers }),
      post: (url: string, payload?: object, headers = {}) => call('POST', url, payload, { ...fixed, ...headers }),
      put: (url: string, payload?: object, headers = {}) => call('PUT', url, payload, { ...fixed, ...headers }),
      patch: (url: string, payload?: object, headers = {}) => call('PATCH', url, payload, { ...fixed, ...headers }),
      delete: (url: string, headers = {}) => call('DELETE', url, undefined, { ...fixed, ...headers }),
    };
  }

  async function drainWithFailures(ms = 0): Promise<readonly FailedAttempt[]> {
    const failures: FailedAttempt[] = [];
    drains.add(failures);
    await app.background
      .drain(ms === 0 ? null : new Date(Date.now() + ms).toISOString())
      .finally(() => drains.delete(failures));
    return failures;
  }

  async function drain(ms = 0): Promise<void> {
    const failures = await drainWithFailures(ms);
    const [first] = failures;
    if (!first) return;
    const messages = failures.map(
      ({ at, error }) => `${at}: ${error instanceof Error ? error.message : String(error)}`,
    );
    throw new Error(`failed while draining:\n${messages.join('\n')}`, { cause: first.error });
  }

  return {
    ...app,
    http,
    openApi,
    databaseUrl: database.url,
    dataDir,
    now,
    client,
    anonymous: client({}),
    /** A caller who holds exactly `permissions` and has no account. */
    signIn(...permissions: Permission[]) {
      const userId = newId();
      permissionsById.set(userId, new Set(permissions.map(({ code }) => code)));
      return { userId, ...client({ [HEADER]: userId }) };
    },
    /** A caller with a real access token. */
    withHeaders: client,
    withToken: (accessToken: string) => client({ authorization: `Bearer ${accessToken}` }),
    pass: (ms: number) => void (aheadMs += ms),
    /**
     * Delivers events and runs the work items that are due now, or `ms` from now. Rejects when a handler or a work item
     * failed, even if a later attempt succeeded; `cause` is the first error.
     */
    drain,
    /** Like `drain`, for a test that expects failures: resolves with the failed attempts, in order. */
    drainWithFailures,
    mailbox: async (to: string) =>
      (
        await http.inject({
          url: `/dev/mailbox?to=${encodeURIComponent(to)}`,
          headers: { host: 'localhost', 'x-mailbox-key': MAILBOX_KEY },
        })
      ).json().items,
    /** A mobile number of Iran. */
    randomPhone: () => `+98912${String(randomInt(10_000_000)).padStart(7, '0')}`,
    randomEmail: () => `${randomBytes(6).toString('hex')}@example.com`,
  };
}

export type TestApp = Awaited<ReturnType<typeof testApp>>;
