import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { median, toRow } from '../compare.ts';
import type { Row } from '../report.ts';
import { startBonyan } from '../servers.ts';
import type { Contender } from './contender.ts';

const ITEMS_AT_ONCE = 100; // so that the items are not all due at the same instant
const DRAIN_TIMEOUT_MS = 60_000;
const PICK_UPS = 60;
const QUIET_MS = 40; // between two pick-ups: the previous one is completed
const WARM_UP_MS = 4000; // after a start, before it counts as idle
const IDLE_SECONDS = 20;

export type Begun = ReturnType<typeof watchBegun>;

/** Counts the handlers that begin, of one contender at a time. */
export function watchBegun() {
  let count = 0;
  let target = Infinity;
  let reached = () => {};
  return {
    note(): void {
      if (++count === target) reached();
    },
    /** Resolves when `amount` more handlers have begun. @throws after a minute. */
    async next(amount: number): Promise<void> {
      count = 0;
      target = amount;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      reached = resolve;
      const timer = setTimeout(() => reject(new Error(`${count} of ${amount} items ran in time`)), DRAIN_TIMEOUT_MS);
      await promise.finally(() => clearTimeout(timer));
    },
  };
}

/** From the start with a full queue until no item is left to run or to complete. */
async function drain(contender: Contender, begun: Begun, items: number): Promise<Drained> {
  const refs = Array.from({ length: items }, (_, index) => `${index}`);
  for (let at = 0; at < items; at += ITEMS_AT_ONCE) await contender.add(refs.slice(at, at + ITEMS_AT_ONCE));
  const all = begun.next(items);
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  await contender.start();
  await all;
  while (!(await contender.isEmpty())) await sleep(2);
  const perSecond = (items / (performance.now() - startedAt)) * 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  await contender.stop();
  return { perSecond, cpuMicros: (user + system) / items };
}

export interface Drained {
  readonly perSecond: number;
  /** Of this process for one item, without the database; those that do not drain hardly work meanwhile. */
  readonly cpuMicros: number;
}

/** Each of them in turn, in each round; the answer has the rounds after the warm-ups, by contender. */
export async function drainInTurns(
  contenders: readonly Contender[],
  begun: Begun,
  { items, rounds, warmUps }: { items: number; rounds: number; warmUps: number },
): Promise<ReadonlyMap<string, readonly Drained[]>> {
  const measured = new Map(contenders.map(({ name }) => [name, [] as Drained[]]));
  for (let round = -warmUps; round < rounds; round++)
    for (const contender of contenders) {
      const drained = await drain(contender, begun, items);
      console.error(`${contender.name}: ${Math.round(drained.perSecond)}/s`);
      if (round >= 0) measured.get(contender.name)?.push(drained);
    }
  return measured;
}

/** The first of them against each of the others. */
export function toDrainRows(what: string, unit: string, drained: ReadonlyMap<string, readonly Drained[]>): Row[] {
  const [[, ours = []] = [], ...others] = drained;
  return others.flatMap(([name, theirs]) => [
    toRow(`${what}, against ${name}`, unit, ours.map(perSecondOf), theirs.map(perSecondOf)),
    toRow(`${what}: CPU of each, against ${name}`, 'µs', ours.map(cpuOf), theirs.map(cpuOf)),
  ]);
}

export const perSecondOf = ({ perSecond }: Drained): number => perSecond;
const cpuOf = ({ cpuMicros }: Drained): number => cpuMicros;

/** The same while another connection holds a transaction with a snapshot open. */
export async function drainWhileHeld(
  holder: pg.Client,
  contender: Contender,
  begun: Begun,
  items: number,
  rounds: number,
): Promise<number> {
  await holder.query('begin isolation level repeatable read');
  await holder.query('select pg_current_xact_id()');
  const measured: number[] = [];
  for (let round = 0; round < rounds; round++) measured.push(perSecondOf(await drain(contender, begun, items)));
  await holder.query('rollback');
  return median(measured);
}

/** Milliseconds from the call that adds an item, its commit included, to its handler; one item at a time. */
export async function pickUps(contender: Contender, add: Contender['add'], begun: Begun): Promise<number[]> {
  await contender.start();
  await sleep(1000);
  const measured: number[] = [];
  for (let index = 0; index < PICK_UPS; index++) {
    const one = begun.next(1);
    const addedAt = performance.now();
    await Promise.all([add([`${index}`]), one.then(() => measured.push(performance.now() - addedAt))]);
    await sleep(QUIET_MS + Math.random() * QUIET_MS);
  }
  await contender.stop();
  return measured.toSorted((a, b) => a - b);
}

export interface Idle {
  readonly queriesPerSecond: number;
  readonly writesPer10Seconds: number;
}

interface IdleOptions {
  readonly seconds: number;
  /** Called with the address of the database when the server runs. */
  prepare(url: string): Promise<void>;
}

/** Statements of a whole `serve` without requests, counted in the statement log of PostgreSQL. */
export async function countIdle(
  client: pg.Client,
  url: string,
  logFile: string,
  { seconds, prepare }: IdleOptions = { seconds: IDLE_SECONDS, prepare: async () => {} },
): Promise<Idle> {
  await client.query('create database idle');
  await client.query(`alter database idle set log_statement = 'all'`);
  const idleUrl = url.replace(/\/[^/?]*(\?|$)/, '/idle$1');
  const server = await startBonyan({ DATABASE_URL: idleUrl });
  try {
    await prepare(idleUrl);
    await sleep(WARM_UP_MS);
    const before = readFileSync(logFile).length;
    await sleep(seconds * 1000);
    const statements = readFileSync(logFile)
      .subarray(before)
      .toString()
      .split(/^(?=\d{4}-\d\d-\d\d )/m)
      .filter((entry) => /LOG:\s+(statement|execute)/.test(entry));
    return {
      queriesPerSecond: statements.length / seconds,
      writesPer10Seconds: statements.filter((text) => /\b(insert|update|delete)\b/i.test(text)).length / (seconds / 10),
    };
  } finally {
    await server.stop();
  }
}
