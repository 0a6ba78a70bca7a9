import { join, resolve } from 'node:path';
import { newId } from '#kernel/id.ts';
import { openAnchors } from './anchor/open.ts';
import { createFallbackCache } from './cache/fallback.ts';
import { createMemoryCache } from './cache/memory.ts';
import type { Config } from './config/load.ts';
import { openDatabase } from './database/open.ts';
import type { Pool } from './database/pool.ts';
import type { MigrationSource } from './database/migrate.ts';
import type { NodeKind } from './database/node.ts';
import type { Bus } from './events/delivery.ts';
import { inProcessBus } from './events/in-process.ts';
import { createHealth } from './health/health.ts';
import type { Component } from './health/port.ts';
import type { NamedProvider } from './identity/port.ts';
import { createKeys } from './keys/derived.ts';
import { loadSecret } from './keys/secret.ts';
import type { Log } from './log/port.ts';
import { createCapturedMail } from './mail/captured.ts';
import { openSmtp, SMTP_CONNECTIONS } from './mail/smtp.ts';
import { anywhere, toAllowance } from './outbound/addresses.ts';
import { openOutbound } from './outbound/undici.ts';
import type { Policy, Supervise } from './resilience/port.ts';
import { defaultPolicy, supervise } from './resilience/supervise.ts';
import { clamavLimits, createClamavScan } from './scan/clamav.ts';
import { createNoScan } from './scan/none.ts';
import { createFilesystemStorage } from './storage/filesystem.ts';

// Transfers last as long as their readers and senders take: places for many, or few slow ones would stop the rest.
const storagePolicy: Policy = { ...defaultPolicy, concurrency: 64 };
const scanPolicy: Policy = { ...defaultPolicy, concurrency: 10 }; // as clamd has threads

/**
 * Opens every capability that the configuration asks for, each behind its port. The one place that
 * names implementations; `app.ts` hands the ports to the modules.
 */
export async function openPlatform(config: Config, kind: NodeKind, log: Log) {
  const dataDir = resolve(config.dataDir);
  const nodeId = newId();
  const components: Component[] = [];

  const keys = createKeys(await loadSecret(config.secret, dataDir), config.secretPrevious);
  const database = await openDatabase({ config, dataDir, kind, nodeId, keys, log });
  components.push(database.component);

  const bus = await openBus(config, components, log);
  const redis = config.redisUrl === null ? null : await openRedis(config.redisUrl, components);
  const cache = redis?.cache ?? createMemoryCache();
  const isCaptured = config.mode === 'development' && config.smtpUrl === null;
  const mailbox = isCaptured ? openMailbox(database.pool, components) : null;
  const servers = openMailServers(config);
  const mails = servers.map(({ driver }) => ({
    name: driver.name,
    mail: supervise(driver, mailPolicy(config), components),
  }));
  const outbound = openOutbound({ allow: toAllowance(config.outboundAllow) });
  const operated = openOutbound({ allow: anywhere });
  const objects = await openStorage(config, dataDir);
  const storage = supervise(objects.driver, storagePolicy, components);
  const scan = supervise(createScan(config), scanPolicy, components);
  const auditAnchors = await openAnchors(config, mails[0]?.mail ?? mailbox?.mail ?? null, components);

  const identityProviders = await openIdentityProviders(config, components);

  return {
    nodeId,
    keys,
    database,
    bus,
    cache,
    /** The mail servers, in the order in which they are to be asked; none where mail is captured. */
    mails,
    /** Where messages end that have nowhere else to go; null in production, and where there is a mail server. */
    mailbox,
    /** For addresses that people gave. */
    outbound: outbound.outbound,
    /** For addresses that the operator wrote into the settings: they may be internal. */
    operated: operated.outbound,
    supervise: ((driver, policy) => supervise(driver, { ...defaultPolicy, ...policy }, components)) satisfies Supervise,
    storage,
    scan,
    identityProviders,
    anchors: auditAnchors.anchors,
    /** Of all that was opened, of what modules add, and of the database being at this version. */
    health: (ofModules: readonly Component[], migrations: readonly MigrationSource[]) =>
      createHealth([...components, database.migrationsComponent(migrations), ...ofModules]),
    /** What each capability uses, for people. */
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
      await bus.close();
      await database.close();
    },
  };
}

/** The client is loaded only where a broker is named. */
async function openBus({ amqpUrl, amqpPrefix }: Config, components: Component[], log: Log): Promise<Bus> {
  if (amqpUrl === null) return inProcessBus;
  const { openRabbit } = await import('./events/rabbitmq/open.ts');
  return openRabbit({ url: amqpUrl, prefix: amqpPrefix, components, log });
}

export type Platform = Awaited<ReturnType<typeof openPlatform>>;

/** In the settings' order: the second is for when the first does not answer. */
function openMailServers(config: Config) {
  const { smtpUrl, smtpFallbackUrl, mailFrom, dkimDomain: domain, dkimSelector: selector, dkimPrivateKey } = config;
  const isSigned = domain !== null && selector !== null && dkimPrivateKey !== null;
  const dkim = isSigned ? { domain, selector, privateKey: dkimPrivateKey } : null;
  const options = { dkim, connections: mailPolicy(config).concurrency };
  return [
    ...(smtpUrl === null ? [] : [openSmtp(smtpUrl, mailFrom, { name: 'mail', ...options })]),
    ...(smtpFallbackUrl === null ? [] : [openSmtp(smtpFallbackUrl, mailFrom, { name: 'mail.fallback', ...options })]),
  ];
}

/** A connection for each mail that is let in: what waits for one is not begun, and cannot run out of time. */
function mailPolicy({ providerConcurrency }: Config): Policy {
  const concurrency = Math.min(providerConcurrency, SMTP_CONNECTIONS);
  return { ...defaultPolicy, concurrency, waiting: providerConcurrency * 10 };
}

function openMailbox(pool: Pool, components: Component[]) {
  const { driver, ...mailbox } = createCapturedMail(pool);
  return { ...mailbox, mail: supervise(driver, defaultPolicy, components) };
}

async function openStorage(config: Config, dataDir: string) {
  const { s3Endpoint: endpoint, s3Region: region, s3Bucket: bucket } = config;
  const { s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey } = config;
  if (endpoint === null || region === null || bucket === null || accessKeyId === null || secretAccessKey === null)
    return { driver: createFilesystemStorage(join(dataDir, 'objects')), close: () => {} };
  const { openS3Storage } = await import('./storage/s3.ts'); // a quarter of a second that the default start saves
  const createsBucket = config.mode === 'development';
  return openS3Storage({ endpoint, region, bucket, accessKeyId, secretAccessKey, createsBucket });
}

function createScan({ clamavUrl, clamavMaxBytes: maxBytes }: Config) {
  return clamavUrl === null ? createNoScan() : createClamavScan(clamavUrl, { ...clamavLimits, maxBytes });
}

/** The package is loaded only where somebody is named. */
async function openIdentityProviders({ signInProviders }: Config, components: Component[]): Promise<NamedProvider[]> {
  if (signInProviders.length === 0) return [];
  const { openProviders } = await import('./identity/open.ts');
  return openProviders(signInProviders, components);
}

/** Loaded only where it is asked for: the package takes 45 ms of a start. */
async function openRedis(url: string, components: Component[]) {
  const { openRedisCache, redisPolicy } = await import('./cache/redis.ts');
  const { driver, close } = await openRedisCache(url);
  return { cache: createFallbackCache(supervise(driver, redisPolicy, components), createMemoryCache()), close };
}
