import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { createBranding } from '#platform/branding/branding.ts';
import { createMemoryCache } from '#platform/cache/memory.ts';
import { loadConfig } from '#platform/config/load.ts';
import type { AnyUnit, Db } from '#platform/database/port.ts';
import { openEmbeddedPostgres } from '#platform/database/embedded/open.ts';
import { createPageOrigins } from '#platform/http/origins/page-origins.ts';
import { createHttpServer } from '#platform/http/server.ts';
import { createKeys } from '#platform/keys/derived.ts';
import { createLog } from '#platform/log/pino.ts';
import { createAuthorization } from '#modules/authorization/module.ts';
import { userErrors } from '#modules/users/contract.ts';
import { authorizationPermissions } from '#modules/authorization/contract.ts';
import { createApp, type App } from '../src/app.ts';
import type { ReportMeasure } from './audit/report-process.ts';
import { median, toRow } from './compare.ts';
import type { Report } from './report.ts';
import { temporaryFolder } from './servers.ts';
import { someTelemetry } from '#platform/telemetry/none.ts';
import { createRequestMeter } from '#platform/telemetry/requests.ts';

const SECRET = 'only-for-benchmarks-only-for-benchmarks';
const ENTRIES = Number(process.env['BONYAN_BENCH_ENTRIES'] ?? 1_000_000);
const USERS = 150;
const ROUNDS = 5;
const CONCURRENCY = 16;
const SEALED = 5000;
const PER_UNIT = 500;
const MIB = 1024 * 1024;
const CHIEF = newId();

/** The cost of an audit entry for its operation, the cost of chaining, and the speed of verifying a whole trail. */
export async function audit(): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const folder = temporaryFolder();
  cleanup.defer(() => folder.remove());
  const database = await openEmbeddedPostgres({ dataDir: join(folder.path, 'postgres'), mode: 'own' });
  cleanup.defer(() => database.close());
  const config = loadConfig({
    DATABASE_URL: database.url,
    BONYAN_SECRET: SECRET,
    BONYAN_DATA_DIR: folder.path,
    BONYAN_DATABASE_POOL_SIZE: String(CONCURRENCY + 8),
    BONYAN_RATE_LIMIT_PER_MINUTE: '0',
    BONYAN_MAX_LOOP_DELAY_MS: '0',
    BONYAN_LOG_LEVEL: 'error',
  });
  const app = await createApp({ config, kind: 'command', log: createLog('error') });
  cleanup.defer(() => app.close());
  await app.prepare();

  const { audited, plain } = await compareOperations(app, config);
  const sealing = await compareSealing(app);
  await fill(app, ENTRIES);
  const verifying = await measureReport(database.url);
  const ratio = (a: readonly number[], b: readonly number[]) => median(a.map((value, at) => value / (b[at] ?? NaN)));

  return {
    rows: [
      toRow('assign-role, against the same without its entry', '/s', audited, plain),
      toRow('sealing, against operations of one entry each', '/s', sealing.sealed, sealing.inserted),
      toRow(`report over ${verifying.entries} entries, against reading them`, '/s', verifying.reported, verifying.read),
      { measure: 'report: progress updates', bonyan: verifying.progress, unit: 'times' },
      { measure: 'report: maximum memory of its process', bonyan: verifying.maxBytes / MIB, unit: 'MiB' },
      { measure: 'the same process before it', bonyan: verifying.beforeBytes / MIB, unit: 'MiB' },
    ],
    bounds: [
      { what: 'assign-role with its entry', actual: ratio(audited, plain), atLeast: 0.5, unit: '×' },
      { what: 'sealing against inserting', actual: ratio(sealing.sealed, sealing.inserted), atLeast: 0.4, unit: '×' },
      { what: 'report against reading', actual: ratio(verifying.reported, verifying.read), atLeast: 0.3, unit: '×' },
      { what: 'memory of the report', actual: verifying.maxBytes / MIB, atMost: 200, unit: 'MiB' },
    ],
  };
}

/** The same module twice on one database: once unchanged, once over units whose `audit` does nothing. */
async function compareOperations(app: App, config: ReturnType<typeof loadConfig>) {
  const { database } = app;
  const real = database.forModule<never>();
  const withoutAudit: Db<never> = {
    read: real.read,
    write: (actor, work) => real.write(actor, (unit) => work({ ...unit, audit: () => {} })),
    writeTogether: real.writeTogether,
  };
  const users = Array.from({ length: USERS }, newId);
  const open = async (db: Db<never>) => {
    const authorization = createAuthorization({
      db: db as never,
      publicUrl: 'http://localhost',
      decisionCache: database.decisionCache,
    });
    const { http } = await createHttpServer({
      config,
      modules: [authorization],
      platformRoutes: [],
      catalogue: new Map(),
      authenticate: () => ({ type: 'user', id: CHIEF, sessionId: null }),
      callerOf: ({ id }) => ({ type: 'user', id, sessionId: null }),
      permissionsOf: () => new Set([authorizationPermissions.manage.code, 'todos.read', 'todos.write']),
      stepUp: { demand: () => {}, error: userErrors.stepUpRequired },
      origins: createPageOrigins(config),
      branding: createBranding(config),
      pool: database.requestPool,
      scopes: database.scopes,
      cache: createMemoryCache(),
      keys: createKeys(SECRET),
      meter: createRequestMeter(someTelemetry().registry),
      tracer: someTelemetry().tracer,
      log: createLog('error'),
    });
    return { http, authorization };
  };
  const [audited, plain] = [await open(real), await open(withoutAudit)];
  await database.units.write(system('bench'), async (unit: AnyUnit) => {
    for (const user of users) await audited.authorization.api.admit(unit, user);
  });
  await post(audited.http, '/authorization/roles', { name: 'clerk', permissions: ['todos.read'] });
  app.audit.sealer.start();

  const rates = { audited: [] as number[], plain: [] as number[] };
  for (let round = -1; round < ROUNDS; round++) {
    for (const [name, { http }] of Object.entries({ plain, audited })) {
      const perSecond = await timed(USERS, () =>
        inParallel(users, (userId) => post(http, '/authorization/assign-role', { userId, roleName: 'clerk' })),
      );
      await database.pool.query(
        `delete from "authorization".subject_role where role_id = (select id from "authorization".role where name = 'clerk')`,
      );
      if (round >= 0) rates[name as keyof typeof rates].push(perSecond);
    }
  }
  await app.audit.sealer.stop();
  await app.audit.sealer.drain();
  await audited.http.close();
  await plain.http.close();
  return rates;
}

type Http = Awaited<ReturnType<typeof createHttpServer>>['http'];

async function post(http: Http, path: string, payload: object): Promise<void> {
  const { statusCode, body } = await http.inject({ method: 'POST', url: `/api/v1${path}`, payload });
  if (statusCode >= 300) throw new Error(`${path}: ${statusCode} ${body}`);
}

/** Operations that only write their audit entry, then the chaining of all entries. */
async function compareSealing({ database, audit: { sealer } }: App) {
  const rates = { inserted: [] as number[], sealed: [] as number[] };
  for (let round = -1; round < 3; round++) {
    const inserted = await timed(SEALED, () =>
      inParallel(Array.from({ length: SEALED }, newId), (resourceId) =>
        database.units.write(system('bench'), async (unit: AnyUnit) =>
          unit.audit({
            action: 'bench.done',
            resourceType: 'thing',
            resourceId,
            payload: { before: null, after: 'x' },
          }),
        ),
      ),
    );
    const sealed = await timed(SEALED, () => sealer.drain());
    if (round < 0) continue;
    rates.inserted.push(inserted);
    rates.sealed.push(sealed);
  }
  return rates;
}

async function fill({ database, audit: { sealer } }: App, entries: number): Promise<void> {
  const people = Array.from({ length: 500 }, newId);
  const author = { ...system('bench'), type: 'user' as const, id: CHIEF };
  const origin = {
    requestId: newId(),
    traceparent: null,
    ip: '192.0.2.7',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
  };
  const units = Array.from({ length: Math.ceil(entries / PER_UNIT) }, (_, at) => at);
  for (let at = 0; at < units.length; at += 4) {
    await inParallel(units.slice(at, at + 4), () =>
      database.units.write({ ...author, origin }, async (unit: AnyUnit) => {
        for (let n = 0; n < PER_UNIT; n++)
          unit.audit({
            action: 'bench.role_assigned',
            resourceType: 'user',
            resourceId: people[n] ?? '',
            payload: { before: ['user'], after: ['clerk', 'user'] },
          });
      }),
    );
    await sealer.drain();
  }
  await database.pool.query('vacuum analyze audit.entry, audit.payload, audit.seal, audit.tree');
}

/** In a separate process, so that its memory can be measured. */
async function measureReport(databaseUrl: string): Promise<ReportMeasure> {
  const child = fork(join(import.meta.dirname, 'audit', 'report-process.ts'), [databaseUrl, SECRET], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [measure] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the report did not end'))),
  ]);
  return measure as ReportMeasure;
}

async function timed(count: number, run: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await run();
  return (count / (performance.now() - beganMs)) * 1000;
}

async function inParallel<T>(items: readonly T[], run: (item: T) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (;;) {
      const item = items[next++];
      if (item === undefined) return;
      await run(item);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
}
