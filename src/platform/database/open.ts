import { join } from 'node:path';
import type { Config } from '#platform/config/load.ts';
import { createDecisionCache } from '#platform/decision-cache/decision-cache.ts';
import type { Component } from '#platform/health/port.ts';
import { createPersonKeys } from '#platform/audit/person-keys.ts';
import type { PersonKeys } from '#platform/audit/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import { createOutageLog } from '#platform/log/outages.ts';
import type { Log } from '#platform/log/port.ts';
import { requireHere } from '#platform/move/port.ts';
import type { Tracer } from '#platform/telemetry/port.ts';
import { createDialect } from './dialect.ts';
import { createDiskSpace } from './disk-space.ts';
import { isFull } from './embedded/disk.ts';
import { openEmbeddedPostgres, type EmbeddedOptions, type EmbeddedPostgres } from './embedded/open.ts';
import { grantTo } from './grants.ts';
import { migrate, pendingMigrations, requireRestored, type MigrationSource } from './migrate.ts';
import { createNode, type NodeKind } from './node.ts';
import { openPool } from './pool.ts';
import type { Db } from './port.ts';
import { openReplicaReads } from './replica/open.ts';
import { provePrepared } from './prepared.ts';
import { createRequestPool } from './requests/request-pool.ts';
import { createRequestScopes } from './requests/request-scope.ts';
import { openSignals } from './signals.ts';
import { createUnits, type Committed } from './unit.ts';

const PLATFORM_MIGRATIONS: readonly MigrationSource[] = [
  { module: 'platform', folder: new URL('./migrations/', import.meta.url) },
  { module: 'platform/audit', folder: new URL('../audit/migrations/', import.meta.url) },
];
const GUARD_MS = 500; // how often the embedded server is checked
const OUTAGE_OVER_MS = 3000; // without a failure
const OUTAGE = {
  gone: 'the database does not answer: requests get 503, events and work wait; all of them go on when it is back',
  back: 'the database answers again',
};
const PAUSE = {
  gone: 'the database takes no changes, since the installation is being moved or its server was not promoted yet: reads go on, changes get 503, events and work wait',
  back: 'the database takes changes again',
};
const REFUSAL_MS = 60_000; // a statement that found the disk full is reported so long

export interface DatabaseNeeds {
  readonly config: Config;
  readonly dataDir: string;
  readonly kind: NodeKind;
  readonly nodeId: string;
  readonly keys: Keys;
  readonly tracer: Tracer;
  readonly log: Log;
}

/** Why the program cannot start, and what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Of the embedded server. */
export function databaseFolder(dataDir: string): string {
  return join(dataDir, 'postgres');
}

/** Starts or finds the server, and opens the pool, the units of work, the signals and the decision cache on it. */
export async function openDatabase({ config, dataDir, kind, nodeId, keys, tracer, log }: DatabaseNeeds) {
  const embedded =
    config.databaseUrl === null
      ? await startEmbedded({ dataDir: databaseFolder(dataDir), mode: kind === 'serve' ? 'own' : 'attach' })
      : null;
  const url = config.databaseUrl ?? embedded?.url ?? '';
  const directUrl = config.databaseDirectUrl ?? url;
  let reviving: Promise<void> | null = null;

  function reviveIfDead(): void {
    if (!embedded || reviving || embedded.isAlive()) return;
    log.error({}, 'the embedded PostgreSQL server has stopped unexpectedly; starting it again');
    reviving = embedded
      .revive()
      .catch((error: unknown) =>
        log.error({ err: error }, 'the embedded PostgreSQL server could not be started; trying again'),
      )
      .finally(() => {
        reviving = null;
      });
  }

  if (config.databaseDirectUrl !== null && config.databasePrepared) await provePrepared(url);
  const { databasePoolSize: size, databasePrepared: isPrepared } = config;
  const isDiskFull = () => embedded !== null && isFull(dataDir);
  const isPooled = config.databaseDirectUrl !== null;
  const outages = createOutageLog(log, OUTAGE, OUTAGE_OVER_MS);
  const pauses = createOutageLog(log, PAUSE, OUTAGE_OVER_MS);
  const pool = openPool({ url, size, isPrepared, isPooled, isDiskFull, outages, pauses });
  const folder = embedded && databaseFolder(dataDir);
  const diskSpace = createDiskSpace({ folder, lastRefusal: pool.diskRefusal });
  const scopes = createRequestScopes();
  const limits = { statementMs: config.statementTimeoutMs, lockMs: config.lockTimeoutMs };
  const requestPool = createRequestPool({ pool, scopes, size, limits });
  const signals = await openSignals(directUrl, nodeId, log).catch(async (error: unknown) => {
    await embedded?.close();
    throw new StartError(`The database cannot be used: ${toMessage(error)}`, { cause: error });
  });
  const guard = embedded && setInterval(reviveIfDead, GUARD_MS);
  const node = createNode(pool, nodeId, kind, log);
  const decisionCache = createDecisionCache({ pool, signals, nodeId, isRegistered: node.isRegistered, log });
  const replica =
    config.databaseReplicaUrl === null
      ? null
      : openReplicaReads({ url: config.databaseReplicaUrl, size, isPrepared, pool, requestPool, scopes, limits, log });
  const reads = replica?.reads ?? requestPool;
  const dialect = createDialect(reads);
  const committedListeners: ((committed: Committed) => void)[] = [];
  const people = createPersonKeys(pool, keys);
  const units = createUnits({
    pool: reads,
    dialect,
    keys,
    people,
    tracer,
    async afterCommit(committed) {
      scopes.exit(() => committedListeners.forEach((listener) => listener(committed)));
      if (committed.invalidations.length > 0)
        await decisionCache.awaitAcknowledgements(committed.invalidations, committed.xid);
    },
  });

  const component: Component = {
    name: 'database',
    isRequired: true,
    probe: async () => void (await pool.query('select 1')),
  };
  const disk: Component = {
    name: 'database.disk',
    isRequired: false, // reading goes on
    async probe() {
      if (isDiskFull()) throw new Error(`the disk of ${dataDir} (BONYAN_DATA_DIR) is full: free some space`);
      const refusal = pool.diskRefusal(REFUSAL_MS);
      if (refusal !== null) throw new Error(`the disk of the database server is full: ${refusal}`);
    },
  };
  const sources = (modules: readonly MigrationSource[]) => [...PLATFORM_MIGRATIONS, ...modules];
  const schemas = (modules: readonly MigrationSource[]) => [
    ...new Set(['bonyan', ...sources(modules).map(({ module }) => schemaOf(module))]),
  ];

  return {
    isEmbedded: embedded !== null,
    /** Without limits, for the platform's own statements. */
    pool,
    /** For statements on behalf of a request. */
    requestPool,
    scopes,
    diskSpace,
    units,
    signals,
    node,
    components: [component, disk, ...(replica ? [replica.component] : [])],
    /** Null without `DATABASE_REPLICA_URL`. */
    replica,
    decisionCache: {
      forTopic: <V extends object>(topic: string, load: (key: string) => Promise<V | null>) =>
        decisionCache.forTopic(topic, (key) => scopes.decide(() => load(key))),
    },
    people: people as PersonKeys,
    /** A module's handle. All modules share the pool; `Tables` narrows what a query may name. */
    forModule: <Tables>(): Db<Tables> => ({
      read: dialect.root<Tables>(),
      write: units.write,
      writeTogether: units.writeAll,
    }),
    onCommitted: (listener: (committed: Committed) => void) => void committedListeners.push(listener),
    async migrate(modules: readonly MigrationSource[]): Promise<string[]> {
      await requireRestored(pool);
      await requireHere(pool);
      return migrate(directUrl, sources(modules));
    },
    /** Not through a transaction pooler. */
    directUrl,
    /** The migrations of the platform, and of these modules. */
    sources,
    /** Where these migrations make their tables. */
    schemas,
    /** Lets another login run the program on the tables of this one; see `grantTo`. */
    grantTo: (role: string, modules: readonly MigrationSource[], daily: readonly string[]) =>
      grantTo(directUrl, role, schemas(modules), daily),
    migrationsComponent: (modules: readonly MigrationSource[]): Component => ({
      name: 'migrations',
      isRequired: true,
      async probe() {
        const pending = await pendingMigrations((sql) => pool.query(sql), sources(modules));
        if (pending.length > 0) throw new Error(`not applied yet: ${pending.join(', ')}`);
      },
    }),
    async close(): Promise<void> {
      await node.close();
      await signals.close();
      await replica?.close();
      await pool.close();
      if (guard) clearInterval(guard);
      await embedded?.close();
    },
  };
}

function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  return openEmbeddedPostgres(options).catch((error: unknown) => {
    throw new StartError(toMessage(error), { cause: error });
  });
}

/** `platform/audit` keeps its tables in the schema `audit`; every other source in the schema of its name. */
function schemaOf(module: string): string {
  return module.split('/').at(-1) ?? module;
}

/** When several addresses were tried, Node throws an AggregateError without a message. */
function toMessage(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(toMessage).join('; ');
  return error instanceof Error ? error.message : String(error);
}

export type Database = Awaited<ReturnType<typeof openDatabase>>;
