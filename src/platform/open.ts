import { resolve } from 'node:path';
import { newId } from '#kernel/id.ts';
import { createMemoryCache } from './cache/memory.ts';
import type { Config } from './config/load.ts';
import { openDatabase } from './database/open.ts';
import type { MigrationSource } from './database/migrate.ts';
import type { NodeKind } from './database/node.ts';
import type { Bus } from './events/delivery.ts';
import { inProcessBus } from './events/in-process.ts';
import { createHealth } from './health/health.ts';
import type { Component } from './health/port.ts';
import { createKeys } from './keys/derived.ts';
import { loadSecret } from './keys/secret.ts';
import type { Log } from './log/port.ts';
import { createCapturedMail } from './mail/captured.ts';
import { openSmtp } from './mail/smtp.ts';
import { defaultPolicy, supervise } from './resilience/supervise.ts';

/**
 * Opens every capability that the configuration asks for, each behind its port. The one place that
 * names implementations; `app.ts` hands the ports to the modules.
 */
export async function openPlatform(config: Config, kind: NodeKind, log: Log) {
  const dataDir = resolve(config.dataDir);
  const nodeId = newId();
  const components: Component[] = [];

  const keys = createKeys(await loadSecret(config.secret, dataDir));
  const database = await openDatabase({ config, dataDir, kind, nodeId, keys, log });
  components.push(database.component);

  const bus = await openBus(config, components, log);
  const cache = createMemoryCache();
  const captured = config.smtpUrl === null ? createCapturedMail(database.pool) : null;
  const smtp = config.smtpUrl === null ? null : openSmtp(config.smtpUrl, config.mailFrom);
  const mailDriver = captured?.driver ?? smtp?.driver;
  if (!mailDriver) throw new Error('there is neither a mailbox nor a mail server');
  const mail = supervise(mailDriver, defaultPolicy, components);

  return {
    nodeId,
    keys,
    database,
    bus,
    cache,
    mail,
    mailbox: captured,
    /** Of all that was opened, of what modules add, and of the database being at this version. */
    health: (ofModules: readonly Component[], migrations: readonly MigrationSource[]) =>
      createHealth([...components, database.migrationsComponent(migrations), ...ofModules]),
    /** What each capability uses, for people. */
    describe: () => ({
      database: database.isEmbedded ? 'embedded PostgreSQL' : 'external PostgreSQL',
      cache: 'in memory',
      events: bus.name,
      mail: captured ? 'captured mailbox' : 'SMTP',
    }),
    async close(): Promise<void> {
      smtp?.close();
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
