import type { TestContext } from 'node:test';
import { sql } from 'kysely';
import { Type } from 'typebox';
import { system } from '#kernel/access.ts';
import { defineEvent } from '#kernel/event.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { createLog } from '#platform/log/pino.ts';
import { createWorkEngine } from '#platform/work/engine.ts';
import { testApp } from '#testing/app.ts';
import type { Bus, Delivery } from '#platform/events/delivery.ts';
import { on } from '#platform/events/port.ts';
import { someTelemetry } from '#platform/telemetry/none.ts';

export const KEYS = 24;
export const happened = defineEvent(
  'probe.happened',
  1,
  'key',
  Type.Object({ key: Type.String(), seq: Type.Integer(), ballast: Type.Optional(Type.String()) }),
);
const log = createLog('silent');

export interface Happened {
  readonly key: string;
  readonly seq: number;
}
export type Handle = (unit: AnyUnit, payload: Happened) => Promise<void>;

/** An app with a table of effects, per key in commit order. */
export async function probe(t: TestContext) {
  const app = await testApp(t, { environment: { BONYAN_DATABASE_POOL_SIZE: '32' } });
  const { pool, units } = app.database;
  await pool.query(
    'create table effect (place bigint generated always as identity, consumer text, key text, seq int, node int)',
  );
  await pool.query('create table counter (key text primary key, seq int not null)');
  await pool.query(`insert into counter select 'k' || n, 0 from generate_series(1, ${KEYS}) n`);
  let nodes = 0;

  /** A node with the consumers `one` and `two`. `wrap` wraps the handler that writes the effect. */
  function node(bus: Bus, wrap: (consumer: string, write: Handle) => Handle = (_, write) => write) {
    const number = nodes++;
    const handler = (consumer: string) =>
      wrap(consumer, async ({ tx }, { key, seq }) => {
        await sql`insert into effect (consumer, key, seq, node) values (${consumer}, ${key}, ${seq}, ${number})`.execute(
          tx,
        );
      });
    const delivery = bus.createDelivery({
      pool,
      units,
      nodeId: newId(),
      log,
      telemetry: someTelemetry(),
      consumers: ['one', 'two'].map((name) => ({ name, subscriptions: [on(happened, handler(name))] })),
    });
    return delivery;
  }

  const workOf = ({ workers }: Delivery) =>
    createWorkEngine({ pool, units, workers, nodeId: newId(), log, telemetry: someTelemetry(), concurrency: 4 });

  /**
   * Publishes the key's next number. The next call waits for this transaction, so the numbers of a key are in commit
   * order.
   */
  const publishNext = (key: string, { isRefused = false, ballast = '' } = {}) =>
    units.write(system('probe'), async ({ tx, publish }: AnyUnit) => {
      const { rows } = await sql<{
        seq: number;
      }>`update counter set seq = seq + 1 where key = ${key} returning seq`.execute(tx);
      publish(happened, { key, seq: rows[0]?.seq ?? 0, ...(ballast && { ballast }) });
      if (isRefused) throw new Error('rolled back on purpose');
    });

  /** The numbers per consumer and key, in the order of their effects. */
  async function effects(): Promise<Record<string, number[]>> {
    const { rows } = await pool.query<{ of: string; seqs: number[] }>(
      `select consumer || ' ' || key as of, array_agg(seq order by place) as seqs from effect group by 1 order by 1`,
    );
    return Object.fromEntries(rows.map(({ of, seqs }) => [of, seqs]));
  }

  /** The effects that each consumer must have: every number of every key once, in order. */
  async function expected(): Promise<Record<string, number[]>> {
    const { rows } = await pool.query<{ key: string; seq: number }>('select key, seq from counter where seq > 0');
    return Object.fromEntries(
      ['one', 'two'].flatMap((consumer) =>
        rows.map(({ key, seq }) => [`${consumer} ${key}`, Array.from({ length: seq }, (_, index) => index + 1)]),
      ),
    );
  }

  return { app, pool, node, workOf, publishNext, effects, expected };
}
