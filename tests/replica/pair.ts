import type { TestContext } from 'node:test';
import { testApp, type TestApp } from '#testing/app.ts';
import { eventually, lastFirst, openPrimary, openReplica } from '#testing/servers/streaming-replica.ts';
import { openProxy, toPostgres } from '../faults/proxy.ts';

/** An app over a primary and its replica, which it reaches by a proxy, as the replica does the primary. */
export async function openPair(parent: TestContext, environment: Record<string, string> = {}) {
  const t = lastFirst(parent);
  const primary = await openPrimary(t);
  const toPrimary = await openProxy(t, toPostgres(primary.url).target);
  const replica = await openReplica(t, primary, { host: '127.0.0.1', port: toPrimary.port });
  const toReplica = await openProxy(t, toPostgres(replica.url).target);
  const replicaUrl = toPostgres(replica.url).through(toReplica.port);
  const open = (databaseUrl: string) =>
    testApp(t, { databaseUrl, environment: { DATABASE_REPLICA_URL: replicaUrl, ...environment } });
  return { primary, replica, replicaUrl, toPrimary, toReplica, open, app: await open(primary.url) };
}

/** How many statements the replica has answered. */
export function answered({ database }: TestApp): number {
  return database.replica?.counts().replica ?? 0;
}

/** Of the replica. */
export async function healthOf({ health }: TestApp) {
  const { components } = await health.report();
  return components.find(({ name }) => name === 'database.replica');
}

/** Reads until the replica has answered. */
export async function untilUsed(app: TestApp, get: () => Promise<unknown>): Promise<void> {
  const before = answered(app);
  const isUsed = async () => {
    await get();
    return answered(app) > before;
  };
  await eventually(isUsed, 'the replica answers').catch(async (error: Error) => {
    const told = {
      counts: app.database.replica?.counts(),
      lag: app.database.replica?.lag(),
      health: await healthOf(app),
    };
    throw new Error(`${error.message}: ${JSON.stringify(told)}`, { cause: error });
  });
}
