import { join, resolve } from 'node:path';
import { newId } from '#kernel/id.ts';
import { openAnchors } from './anchor/open.ts';
import { createBranding } from './branding/branding.ts';
import type { Branding } from './branding/port.ts';
import { createFallbackCache } from './cache/fallback.ts';
import { createMemoryCache } from './cache/memory.ts';
import { createRequestClickHouse } from './clickhouse/request-clickhouse.ts';
import type { Config } from './config/load.ts';
import { openDatabase } from './database/open.ts';
import type { Pool } from './database/pool.ts';
import type { MigrationSource } from './database/migrate.ts';
import type { NodeKind } from './database/node.ts';
import type { RequestScopes } from './database/requests/request-scope.ts';
import type { Bus } from './events/delivery.ts';
import { inProcessBus } from './events/in-process.ts';
import { createHealth } from './health/health.ts';
import type { Component } from './health/port.ts';
import type { NamedProvider } from './identity/port.ts';
import { createKeys } from './keys/derived.ts';
import type { Keys } from './keys/port.ts';
import { loadMailboxKey, loadSecret } from '#platform/keys/application-secret.ts';
import type { Log } from './log/port.ts';
import { createCapturedMail } from './mail/captured.ts';
import { anywhere, toAllowance } from './outbound/addresses.ts';
import { openOutbound } from './outbound/undici.ts';
import type { Policy, Supervise } from './resilience/port.ts';
import { defaultPolicy, supervise } from './resilience/supervise.ts';
import { clamavLimits, createClamavScan } from './scan/clamav.ts';
import { createNoScan } from './scan/none.ts';
import { createFilesystemStorage } from './storage/filesystem.ts';
import { openTelemetry } from './telemetry/open.ts';

// Transfers take as long as their readers and senders do: many at once, or a few slow ones would block the others.
const storagePolicy: Policy = { ...defaultPolicy, concurrency: 64 };
const scanPolicy: Policy = { ...defaultPolicy, concurrency: 10 }; // the default number of threads of clamd

/**
 * Opens every configured capability behind its port. Only this file names implementations; `app.ts` passes the ports to
 * the modules.
 */
export async function openPlatform(config: Config, kind: NodeKind, log: Log) {
  const dataDir = resolve(config.dataDir);
  const nodeId = newId();
  const branding = createBranding(config);
  const components: Component[] = [];

  const keys = createKeys(await loadSecret(config.secret, dataDir), config.secretPrevious);
  const telemetry = await openTelemetry(config, nodeId, log);
  const { tracer } = telemetry;
  const database = await openDatabase({ config, dataDir, kind, nodeId, keys, tracer, log });
  components.push(...database.components);

  const bus = await openBus(config, components, log);
  const broker = config.amqpUrl === null ? null : (components.at(-1) ?? null); // the last one that was opened
  const redis = config.redisUrl === null ? null : await openRedis(config.redisUrl, components);
  const cache = redis?.cache ?? createMemoryCache();
  const columns =
    config.clickHouseUrl === null
      ? null
      : await openClickHouseClient(config.clickHouseUrl, database.scopes, components);
  const isCaptured = config.mode === 'development' && config.smtpUrl === null;
  const mailbox = isCaptured
    ? openMailbox(database.pool, keys, branding, components, () => loadMailboxKey(config.mailboxKey, dataDir))
    : null;
  const servers = await openMailServers(config, branding);
  const mails = servers.map(({ driver, policy }) => ({
    name: driver.name,
    mail: supervise(driver, policy, components),
  }));
  const outbound = openOutbound({ allow: toAllowance(config.outboundAllow, config.outboundPorts) });
  const operated = openOutbound({ allow: anywhere });
  const objects = await openObjects(config, components);
  const { storage } = objects;
  const scan = supervise(createScan(config), scanPolicy, components);
  const auditAnchors = await openAnchors(config, mails[0]?.mail ?? mailbox?.mail ?? null, components);

  const identityProviders = await openIdentityProviders(config, components);

  return {
    nodeId,
    telemetry,
    tracer,
    branding,
    keys,
    database,
    bus,
    /** Null without a broker. */
    broker,
    cache,
    /** The mail servers, in the order in which they are tried; none when mail is captured. */
    mails,
    /** Captures mail in development without a mail server; else null. */
    mailbox,
    /** For addresses that users entered. */
    outbound: outbound.outbound,
    /** For addresses from the settings of the operator: they may be internal. */
    operated: operated.outbound,
    supervise: ((driver, policy) => supervise(driver, { ...defaultPolicy, ...policy }, components)) satisfies Supervise,
    storage,
    /** Null without one. */
    clickHouse: columns?.clickHouse ?? null,
    scan,
    identityProviders,
    anchors: auditAnchors.anchors,
    /** Health of everything opened here, of the modules' components, and of the migrations. */
    health: (ofModules: readonly Component[], migrations: readonly MigrationSource[]) =>
      createHealth([...components, database.migrationsComponent(migrations), ...ofModules]),
    /** The implementation of each capability, to show to people. */
    describe: () => ({
      database: database.isEmbedded ? 'embedded PostgreSQL' : 'external PostgreSQL',
      cache: redis ? 'Redis' : 'in memory',
      events: bus.name,
      mail: config.smtpUrl === null ? 'captured mailbox' : 'SMTP',
      storage: config.s3Endpoint === null ? 'files under the data folder' : 'S3',
      scan: config.clamavUrl === null ? 'none' : 'ClamAV',
    }),
    async close(): Promise<void> {
      for (const { close } of servers) close();
      await Promise.all([outbound.close(), operated.close()]);
      objects.close();
      auditAnchors.close();
      redis?.close();
      await columns?.close();
      await bus.close();
      await telemetry.close();
      await database.close();
    },
  };
}

/** Loads the client only when a broker is configured. */
async function openBus({ amqpUrl, amqpPrefix, amqpShards }: Config, components: Component[], log: Log): Promise<Bus> {
  if (amqpUrl === null) return inProcessBus;
  const { openRabbit } = await import('./events/rabbitmq/open.ts');
  return openRabbit({ url: amqpUrl, prefix: amqpPrefix, shards: amqpShards, components, log });
}

export type Platform = Awaited<ReturnType<typeof openPlatform>>;

/** The second server is used when the first does not answer. Loads the client only when one is configured. */
async function openMailServers(config: Config, { names, logo }: Branding) {
  const { smtpUrl, smtpFallbackUrl, mailFrom, dkimDomain: domain, dkimSelector: selector, dkimPrivateKey } = config;
  const named = [
    { name: 'mail', url: smtpUrl },
    { name: 'mail.fallback', url: smtpFallbackUrl },
  ].flatMap(({ name, url }) => (url === null ? [] : [{ name, url }]));
  if (named.length === 0) return [];
  const { openSmtp, SMTP_CONNECTIONS } = await import('./mail/smtp.ts');
  const isSigned = domain !== null && selector !== null && dkimPrivateKey !== null;
  const dkim = isSigned ? { domain, selector, privateKey: dkimPrivateKey } : null;
  // One connection per mail that the guard lets in: a mail that waits for a connection has not begun its timeout.
  const connections = Math.min(config.providerConcurrency, SMTP_CONNECTIONS);
  const policy = { ...defaultPolicy, concurrency: connections, waiting: config.providerConcurrency * 10 };
  return named.map(({ name, url }) => ({
    ...openSmtp(url, mailFrom, { name, dkim, connections, senderName: names.en, logo }),
    policy,
  }));
}

function openMailbox(
  pool: Pool,
  keys: Keys,
  { logo }: Branding,
  components: Component[],
  loadKey: () => Promise<string>,
) {
  const { driver, ...mailbox } = createCapturedMail(pool, keys, logo);
  let key: Promise<string> | undefined;
  return { ...mailbox, key: () => (key ??= loadKey()), mail: supervise(driver, defaultPolicy, components) };
}

/** The object storage of these settings. */
export async function openObjects(config: Config, components: Component[] = []) {
  const { driver, close } = await openStorage(config, resolve(config.dataDir));
  return { storage: supervise(driver, storagePolicy, components), close };
}

async function openStorage(config: Config, dataDir: string) {
  const { s3Endpoint: endpoint, s3Region: region, s3Bucket: bucket } = config;
  const { s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey } = config;
  if (endpoint === null || region === null || bucket === null || accessKeyId === null || secretAccessKey === null)
    return { driver: createFilesystemStorage(join(dataDir, 'objects')), close: () => {} };
  const { openS3Storage } = await import('./storage/s3.ts'); // loading it takes 250 ms, which the default start saves
  const createsBucket = config.mode === 'development';
  return openS3Storage({ endpoint, region, bucket, accessKeyId, secretAccessKey, createsBucket });
}

function createScan({ clamavUrl, clamavMaxBytes: maxBytes }: Config) {
  return clamavUrl === null ? createNoScan() : createClamavScan(clamavUrl, { ...clamavLimits, maxBytes });
}

/** Loads the package only when a provider is configured. */
async function openIdentityProviders({ signInProviders }: Config, components: Component[]): Promise<NamedProvider[]> {
  if (signInProviders.length === 0) return [];
  const { openProviders } = await import('./identity/open.ts');
  return openProviders(signInProviders, components);
}

/** Loads the client only when ClickHouse is configured. */
async function openClickHouseClient(url: string, scopes: RequestScopes, components: Component[]) {
  const { clickHousePolicy, openClickHouse } = await import('./clickhouse/client.ts');
  const { driver, close } = openClickHouse(url, scopes);
  const server = supervise(driver, clickHousePolicy, components);
  return { clickHouse: createRequestClickHouse(server, scopes, clickHousePolicy.concurrency), close };
}

/** Loads the package only when Redis is configured: it takes 45 ms of a start. */
async function openRedis(url: string, components: Component[]) {
  const { openRedisCache, redisPolicy } = await import('./cache/redis.ts');
  const { driver, close } = await openRedisCache(url);
  return { cache: createFallbackCache(supervise(driver, redisPolicy, components), createMemoryCache()), close };
}
