import { resolve } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { createBackground } from '#platform/background.ts';
import { createBackups, type Beside } from '#platform/backup/backups.ts';
import { createBackupJobs } from '#platform/backup/jobs.ts';
import { findFaults, toBesideConfig } from '#platform/backup/beside.ts';
import { createRemovalPause } from '#platform/backup/pause.ts';
import { openBotCheck } from '#platform/bot-check/open.ts';
import type { Config } from '#platform/config/load.ts';
import { consoleRoutes } from '#platform/console/routes.ts';
import { createHint } from '#platform/database/hint.ts';
import type { NodeKind } from '#platform/database/node.ts';
import { measureReplica } from '#platform/database/replica/measure.ts';
import { asyncApiRoutes } from '#platform/events/routes.ts';
import { toEventCatalogue } from '#platform/events/catalogue.ts';
import { eventsComponent } from '#platform/events/health.ts';
import { toAsyncApi } from '#platform/events/asyncapi.ts';
import { requireOwnCluster } from '#platform/events/adoption.ts';
import { createFailedMessages } from '#platform/failed-messages/messages.ts';
import { healthRoutes } from '#platform/health/routes.ts';
import { createInProcess } from '#platform/in-process/open.ts';
import { httpErrors, type Authenticate, type CallerOf, type PermissionsOf, type StepUp } from '#platform/http/port.ts';
import { problemRoutes } from '#platform/http/problem-routes.ts';
import { createPageOrigins } from '#platform/http/origins/page-origins.ts';
import { createCatalogue } from '#platform/http/problems.ts';
import { DOCS_PATH } from '#platform/http/reference/page.ts';
import { createHttpServer } from '#platform/http/server.ts';
import { createSecrets } from '#platform/keys/secrets.ts';
import { loadSecret } from '#platform/keys/application-secret.ts';
import type { JobHandler } from '#platform/jobs/port.ts';
import type { Log, LogLines } from '#platform/log/port.ts';
import { clearCapturedMail } from '#platform/mail/captured.ts';
import { isMailboxServed, mailboxMenuOf, mailboxRoutes } from '#platform/mail/mailbox-routes.ts';
import type { Module } from '#platform/module.ts';
import { openPlatform } from '#platform/open.ts';
import { createOwnModules } from '#platform/own-modules/create.ts';
import type { OwnModule } from '#platform/own-modules/port.ts';
import { measureOrchestration } from '#platform/telemetry/orchestration.ts';
import { measureProcess } from '#platform/telemetry/process.ts';
import { metricsRoutes } from '#platform/telemetry/routes.ts';
import { createOrchestration } from '#platform/orchestration/orchestration.ts';
import { pageRoutes } from '#platform/pages/routes.ts';
import { createErasure } from '#platform/privacy/consumers.ts';
import { privacyRoutes } from '#platform/privacy/routes.ts';
import type { OnFailedAttempt } from '#platform/work/port.ts';
import { createAudit } from '#modules/audit/module.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { createAuthorization } from '#modules/authorization/module.ts';
import { createExports } from '#modules/exports/module.ts';
import { createFiles } from '#modules/files/module.ts';
import { notificationEvents, notificationPermissions } from '#modules/notifications/contract.ts';
import { createLogging } from '#modules/logging/module.ts';
import type { OwnProvider } from '#modules/notifications/channels/port.ts';
import { createNotifications } from '#modules/notifications/module.ts';
import { createObservability } from '#modules/observability/module.ts';
import { createOrganisations } from '#modules/organisations/module.ts';
import { createProfiles } from '#modules/profiles/module.ts';
import { createScheduler } from '#modules/scheduler/module.ts';
import { createTodos } from '#modules/todos/module.ts';
import { userEvents } from '#modules/users/contract.ts';
import { createUsers } from '#modules/users/module.ts';
import { createViews } from '#modules/views/module.ts';
import { createWebhooks } from '#modules/webhooks/module.ts';
import { countryOfLanguage } from '#kernel/forms/country.ts';
import { pageErrors } from '#kernel/page.ts';
import { databaseErrors } from '#platform/database/pool.ts';
import { storageErrors } from '#platform/storage/port.ts';
import texts from '#platform/texts.json' with { type: 'json' };
import type { OwnNeeds } from './bonyan.ts';

export interface AppOptions {
  readonly config: Config;
  readonly kind: NodeKind;
  readonly log: Log;
  /** Lines of `log`, to be stored; default: none. */
  readonly lines?: LogLines;
  readonly now?: () => Date;
  /** The largest audit trail, in entries, for which an integrity report is answered directly. */
  readonly directEntries?: number;
  /** Replaces authentication and permissions: for tests that need a caller with given permissions. */
  readonly callers?: (real: Callers) => Callers;
  /** Handlers of jobs beside those of the modules: for tests. */
  readonly handlers?: readonly JobHandler[];
  /** Modules outside this program, from `bonyan.config.ts`. */
  readonly ownModules?: readonly OwnModule[];
  /** Makers of providers outside this program, from `bonyan.config.ts`. */
  readonly ownProviders?: readonly OwnProvider[];
  /** Where those find their settings. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Called for each attempt of a handler or a work item that fails: for tests, so that they notice it. */
  readonly onFailedAttempt?: OnFailedAttempt;
}

export interface Callers {
  readonly authenticate: Authenticate;
  readonly callerOf: CallerOf;
  readonly permissionsOf: PermissionsOf;
  readonly stepUp: StepUp;
}

const SMS_DAILY_COST = 1000; // messages to the country of the installation, where nothing else is set

/**
 * The composition root: the one place that knows every module and every implementation.
 * Read it downwards. Each line may use only the lines above it, so a dependency cycle does not compile.
 */
export async function createApp({
  config,
  kind,
  log,
  lines,
  now = () => new Date(),
  directEntries = 20_000, // takes two seconds, ten on a busy machine; the limit of a request is thirty
  callers = (real) => real,
  handlers = [],
  ownModules = [],
  ownProviders = [],
  environment = {},
  onFailedAttempt,
}: AppOptions) {
  const platform = await openPlatform(config, kind, log);
  const { database, bus, keys, cache, mailbox, branding, nodeId, telemetry } = platform;
  const { registry, meter, tracer } = telemetry;
  const { decisionCache } = database;
  const origins = createPageOrigins(config);

  const authorization = createAuthorization({ db: database.forModule(), decisionCache, publicUrl: config.publicUrl });
  const notificationNeeds = {
    db: database.forModule(),
    keys,
    services: platform,
    config,
    authorization: authorization.api,
    branding,
    inboxSignal: createHint(database, 'inbox', notificationEvents.arrived.type),
    now,
  };
  const notifications = await orClose(platform, () =>
    createNotifications(notificationNeeds, { makers: ownProviders, environment }),
  );
  const phoneRegion = config.phoneRegion ?? countryOfLanguage(branding.language);
  const users = createUsers({
    db: database.forModule(),
    keys,
    decisionCache,
    authorization: authorization.api,
    notifications: notifications.api,
    issuer: config.publicUrl,
    passwordClasses: config.passwordClasses,
    tokenAlgorithm: config.tokenAlgorithm,
    signingKeyDays: config.signingKeyDays,
    metadataSchemas: config.userMetadataSchemas,
    tokenClaims: config.tokenClaims,
    publicUrl: config.publicUrl,
    branding,
    providers: platform.identityProviders,
    origins,
    failuresPerNetwork: config.failuresPerNetwork,
    botCheck: openBotCheck({ config, keys, outbound: platform.operated, log, now }),
    botCheckAfter: config.botCheckAfter,
    cache,
    phoneRegion,
    signUpByCode: config.signUpByCode,
    smsCosts: config.smsCosts,
    smsDailyCosts: config.smsDailyCosts ?? new Map(phoneRegion === null ? [] : [[phoneRegion, SMS_DAILY_COST]]),
    smsPerNetwork: config.smsPerNetwork,
    now,
  });
  const called = callers({
    authenticate: users.api.authenticate,
    callerOf: (credentials) => database.scopes.decide(() => users.api.callerOf(credentials)),
    permissionsOf: authorization.api.permissionsOf,
    stepUp: users.api.stepUp,
  });
  const removalPause = createRemovalPause(database.pool);
  const files = createFiles({
    db: database.forModule(),
    storage: platform.storage,
    removalPause,
    keys,
    scan: platform.scan,
    notifications: notifications.api,
    accessLists: authorization.api.accessLists,
    cache,
    permissionsOf: called.permissionsOf,
    callerOf: called.callerOf,
    config,
    now,
  });
  const profiles = createProfiles({
    db: database.forModule(),
    files: files.api,
    notifications: notifications.api,
    users: users.api,
    branding,
    now,
  });
  const organisations = createOrganisations({
    db: database.forModule(),
    authorization: authorization.api,
    users: users.api,
    notifications: notifications.api,
    publicUrl: config.publicUrl,
    maxPerFounder: config.organisationsPerUser,
    maxMembers: config.organisationMembers,
    now,
  });
  // Its callers have bounds of their own; rules of the operator hold. Its requests are none of the outside.
  const inside = {
    config: { ...config, rateLimitPerMinute: 0 },
    meter: { ...meter, watch: () => {} },
    onDenied: () => {},
  };
  const inProcess = createInProcess((authenticate) => createServer({ ...inside, authenticate }), called.callerOf);
  const exports = createExports({
    db: database.forModule(),
    storage: platform.storage,
    removalPause,
    inProcess,
    quotaBytes: config.exportsQuotaBytes,
    now,
  });
  const views = createViews({ db: database.forModule() });
  const todos = createTodos({
    db: database.forModule(),
    notifications: notifications.api,
    maxPerUser: config.todosPerUser,
    now,
  });
  const logging = createLogging({
    db: database.forModule(),
    keys,
    notifications: notifications.api,
    authorization: authorization.api,
    clickHouse: platform.clickHouse,
    config,
    detached: database.scopes.exit,
    diskRefusal: database.diskSpace.refusal,
    lines: lines ?? null,
    nodeId,
    now,
  });
  const audit = createAudit({
    db: database.forModule(),
    keys,
    people: database.people,
    anchors: platform.anchors,
    anchorSeconds: config.auditAnchorSeconds,
    storage: platform.storage,
    host: new URL(config.publicUrl).host,
    directEntries,
    isAnyServing: () => database.node.isAnyServing(),
    log,
  });
  const scheduler = createScheduler({
    db: database.forModule(),
    keys,
    authorization: authorization.api,
    notifications: notifications.api,
    permissionsOf: called.permissionsOf,
    outbound: platform.outbound,
    registry,
    nodeId,
    leaseMs: config.jobLeaseSeconds * 1000,
    executionDays: config.executionDays,
    timeZone: branding.timeZone,
    log,
    handlers,
  });
  const orchestration = createOrchestration({ pool: database.pool, broker: platform.broker, parts: () => parts });
  const publishedEvents = () => toEventCatalogue(modules, consumers); // complete when a request comes
  const observability = createObservability({
    db: database.forModule(),
    messages: createFailedMessages({
      db: database.forModule(),
      pool: database.pool,
      consumersOf: (type) => publishedEvents().find(({ event }) => event.type === type)?.consumers ?? [],
      now,
    }),
    orchestration,
    notifications: notifications.api,
    incidents: logging.api.incidents,
    registry,
    moduleNames: () => [...modules.map(({ name }) => name), 'backup'],
    requestCounts: meter.counts,
    release: config.release ?? manifest.version,
    nodeId,
    alertLeastBad: config.alertLeastBad,
    publicUrl: config.publicUrl,
    log,
    events: publishedEvents,
    now,
  });
  const reporting: readonly Module[] = [
    authorization,
    notifications,
    users,
    files,
    profiles,
    organisations,
    exports,
    views,
    todos,
    logging,
    audit,
    scheduler,
    observability,
  ];
  const ownNeeds: OwnNeeds = {
    db: database.forModule(),
    notifications: notifications.api,
    users: users.api,
    files: files.api,
    authorization: authorization.api,
    outbound: platform.outbound,
    publicUrl: config.publicUrl,
    log,
    now,
  };
  const own = await orClose(platform, () =>
    createOwnModules(ownModules, ownNeeds, [...reporting, { name: 'webhooks' }]),
  );
  const webhooks = createWebhooks({
    db: database.forModule(),
    keys,
    outbound: platform.outbound,
    notifications: notifications.api,
    heard: [...reporting, ...own].flatMap(({ publishes = [] }) => publishes),
    now,
  });
  // Own ones come last, so that theirs is the fault where two declare the same route.
  const modules: readonly Module[] = [...reporting, webhooks, ...own];

  const migrations = modules.flatMap(({ name, migrations: folder }) => (folder ? [{ module: name, folder }] : []));
  const erasure = createErasure(modules, userEvents.deleted, now);
  const consumers = [...modules.map(({ name, subscriptions = [] }) => ({ name, subscriptions })), ...erasure.consumers];
  const dailyTables = modules.flatMap(({ dailyTables: tables = [] }) => tables);
  const secrets = createSecrets({ db: database.forModule(), pool: database.pool, keys, modules });
  const backups = createBackups({
    version: manifest.version,
    database,
    storage: platform.storage,
    dataDir: resolve(config.dataDir),
    modules: modules.map(({ name }) => name),
    migrations,
    openSecrets: secrets.prepareWithin,
    openBeside,
  });
  const backupJobs = createBackupJobs({
    backups,
    pool: database.pool,
    folder: config.backupDir === null ? null : resolve(config.backupDir),
    now,
  });
  const health = platform.health(
    [
      eventsComponent(database.pool, consumers),
      ...backupJobs.health,
      ...modules.flatMap(({ health: components = [] }) => components),
    ],
    migrations,
  );
  const background = createBackground({
    database,
    bus,
    consumers,
    workers: [...modules.flatMap(({ workers = [] }) => workers), ...erasure.workers],
    dailyTables,
    sealer: audit.api.sealer,
    nodeId,
    concurrency: config.workConcurrency,
    log,
    telemetry,
    now,
    onFailedAttempt,
  });
  const measured = measureProcess(registry, database.pool);
  measureOrchestration(registry, orchestration);
  if (database.replica) measureReplica(registry, database.replica);
  for (const { gauges = [] } of [...modules, backupJobs]) for (const gauge of gauges) registry.gauge(gauge);

  // What observability shows of the whole program: it asks when a request comes.
  const parts = {
    consumers,
    published: modules.flatMap(({ publishes = [] }) => publishes),
    queues: background.queues,
  };
  const catalogue = createCatalogue([
    {
      errors: [httpErrors, pageErrors, databaseErrors, storageErrors].flatMap((errors) => Object.values(errors)),
      texts,
    },
    ...modules,
  ]);

  /** Migrates and prepares the database for this version of the program. Several nodes may do it at the same time. */
  async function prepare(): Promise<void> {
    await database.migrate(migrations);
    await requireOwnCluster(database.pool);
    await secrets.prepare();
    if (config.mode === 'production') await clearCapturedMail(database.pool); // left from development
    await database.node.start();
    await background.prepare();
    await scheduler.api.declare([...modules, backupJobs, { jobs: background.jobs }]);
    await authorization.api.declare(modules);
    await notifications.api.prepare(modules);
    await users.api.prepare();
    logging.api.start();
    // The settings of a command's shell may differ from those of the servers.
    if (kind !== 'command') await users.api.renewSigningKey();
  }

  /** For the verification of a backup. */
  async function openBeside(databaseUrl: string, dataDir: string): Promise<Beside> {
    const secret = await loadSecret(config.secret, resolve(config.dataDir));
    const beside = await createApp({
      config: toBesideConfig(config, secret, databaseUrl, dataDir),
      kind: 'command',
      log,
      ownModules,
    });
    return {
      backups: beside.backups,
      async findFaults() {
        await beside.prepare();
        await beside.audit.sealer.drain();
        return findFaults(beside);
      },
      close: beside.close,
    };
  }

  /** The HTTP server, ready to listen or to be called in process. */
  function createServer(other: Partial<Parameters<typeof createHttpServer>[0]> = {}) {
    const hasMailbox = mailbox !== null && isMailboxServed(config);
    const mailboxMenus = hasMailbox ? [{ menu: [mailboxMenuOf(notificationPermissions.manageAll.code)] }] : [];
    return createHttpServer({
      config,
      modules,
      platformRoutes: [
        healthRoutes(health),
        metricsRoutes(registry, config.metricsToken),
        problemRoutes(catalogue),
        consoleRoutes([...modules, ...mailboxMenus]),
        pageRoutes({ hasMailbox: mailbox !== null, referencePath: DOCS_PATH }),
        privacyRoutes({
          modules,
          db: database.forModule(),
          deleteAccount: users.api.deleteOwn,
          errors: [authorizationErrors.lastAdministrator],
        }),
        asyncApiRoutes(toAsyncApi(modules, consumers, config)),
        ...(mailbox ? [mailboxRoutes(mailbox, config)] : []),
      ],
      catalogue,
      ...called,
      membershipOf: authorization.api.organisations.membershipOf,
      origins,
      branding,
      pool: database.requestPool,
      scopes: database.scopes,
      cache,
      keys,
      meter,
      tracer,
      log,
      onDenied: logging.api.noteDenied,
      ...other,
    });
  }

  return {
    modules,
    users: users.api,
    authorization: authorization.api,
    notifications: notifications.api,
    files: files.api,
    todos: todos.api,
    audit: audit.api,
    logging: logging.api,
    scheduler: scheduler.api,
    observability: observability.api,
    channels: notifications.channels,
    background,
    health,
    secrets,
    backups,
    database,
    storage: platform.storage,
    mailbox: platform.mailbox,
    telemetry,
    migrations,
    dailyTables,
    prepare,
    createServer,
    describe: platform.describe,
    async close(): Promise<void> {
      logging.api.stop();
      measured.stop();
      await inProcess.close();
      await platform.close();
    },
  };
}

/** What was opened would keep the process running. */
async function orClose<R>(platform: { close(): Promise<void> }, make: () => R): Promise<R> {
  try {
    return make();
  } catch (error) {
    await platform.close();
    throw error;
  }
}

export type App = Awaited<ReturnType<typeof createApp>>;
