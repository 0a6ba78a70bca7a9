import { send } from '../others/load.ts';
import type { Report } from '../report.ts';
import { startServer, type Stage } from '../servers.ts';
import { eventsOf } from './events.ts';

const CONNECTIONS = 64;
const AMOUNT = 20_000;

/** One event a request, against a route of Fastify that only validates and stores in groups. */
export async function single({ bonyan, databaseUrl, accessToken, sql }: Stage): Promise<Report> {
  await sql('create schema if not exists bench');
  await sql('create table bench.event (like logging.event including all)');
  const reference = await startServer('bench/logging/reference.ts', [], { DATABASE_URL: databaseUrl }, '/');
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
  const bodies = eventsOf(0)
    .slice(0, 1000)
    .map((event) => JSON.stringify(event));
  const load = { method: 'POST' as const, headers, bodies, connections: CONNECTIONS, amount: AMOUNT };
  const [ours, theirs] = [`${bonyan.url}/api/v1/logging/events`, `${reference.url}/events`];
  try {
    for (const url of [ours, theirs]) await send({ ...load, url, amount: AMOUNT / 10 });
    const real = await send({ ...load, url: ours });
    const bare = await send({ ...load, url: theirs });
    const ratio = real.perSecond / bare.perSecond;
    return {
      rows: [
        { measure: 'single events, 64 connections', bonyan: real.perSecond, reference: bare.perSecond, unit: '/s' },
        { measure: 'single event, p95', bonyan: real.p95Ms, reference: bare.p95Ms, unit: 'ms' },
      ],
      bounds: [{ what: 'single events against a bare route', actual: ratio, atLeast: 0.5, unit: '×' }],
    };
  } finally {
    await reference.stop();
  }
}
