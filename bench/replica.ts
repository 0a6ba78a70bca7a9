import { createPositions } from '#platform/database/replica/positions.ts';
import { openPool } from '#platform/database/pool.ts';
import { openPrimary, openReplica, type TestServer } from '#testing/servers/streaming-replica.ts';
import { measure, median, toRow, type Round } from './compare.ts';
import { databaseCpuMs } from './growth/measure.ts';
import { createTodos, LIST_PATH, listLoad } from './list.ts';
import type { Report } from './report.ts';
import { signIn, startBonyan, temporaryFolder, type Server } from './servers.ts';

const ROUNDS = 7;
const WARM_UPS = 2;
const QUESTIONS = 2000;
const PRIMARY_CPU_AT_MOST = 0.8; // of the CPU that it needs to answer the reads itself
const METRICS_TOKEN = 'only-for-benchmarks-only-for-benchmarks';

interface Measured extends Round {
  readonly primaryMicros: number;
  readonly replicaMicros: number;
}

/**
 * The list of todos with reads from a streaming replica, against the same with all from the primary, in turns; and what the
 * question to the primary costs with which each reading request begins. All share one machine.
 */
export async function replica(): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const ending = { after: (work: () => void) => cleanup.defer(work) };
  const folder = temporaryFolder();
  cleanup.defer(() => folder.remove());
  const primary = await openPrimary(ending, { fsync: 'on' });
  const environment = { DATABASE_URL: primary.url, BONYAN_DATA_DIR: folder.path, BONYAN_METRICS_TOKEN: METRICS_TOKEN };
  const without = await startBonyan(environment);
  cleanup.defer(() => without.stop());
  const { accessToken, user } = await signIn(without);
  const pool = openPool({ url: primary.url, size: 1, isPrepared: true });
  cleanup.defer(() => pool.close());
  await createTodos({ userId: user.id, sql: async (text, values) => (await pool.query(text, values)).rows });
  const standby = await openReplica(ending, primary);
  const withReplica = await startBonyan({ ...environment, DATABASE_REPLICA_URL: standby.url });
  cleanup.defer(() => withReplica.stop());

  const load = { ...listLoad, headers: { authorization: `Bearer ${accessToken}` } };
  const [ofPrimary, ofStandby] = [await cpuOf(primary), await cpuOf(standby)];
  async function round(server: Server): Promise<Measured> {
    const [before, beforeThere] = [ofPrimary(), ofStandby()];
    const measured = await measure(server, { ...load, url: server.url + LIST_PATH });
    const micros = (ms: number) => (ms * 1000) / load.amount;
    return {
      ...measured,
      primaryMicros: micros(ofPrimary() - before),
      replicaMicros: micros(ofStandby() - beforeThere),
    };
  }
  const rounds: { readonly alone: Measured; readonly shared: Measured }[] = [];
  for (let at = -WARM_UPS; at < ROUNDS; at++) {
    const [alone, shared] = [await round(without), await round(withReplica)];
    if (at >= 0) rounds.push({ alone, shared });
  }
  const reads = await readsOf(withReplica);
  const question = await measureQuestion(pool, ofPrimary);
  const compared = (what: string, unit: string, pick: (measured: Measured) => number) =>
    toRow(
      what,
      unit,
      rounds.map(({ shared }) => pick(shared)),
      rounds.map(({ alone }) => pick(alone)),
    );
  const primaryRatios = rounds.map(({ alone, shared }) => shared.primaryMicros / alone.primaryMicros);
  return {
    rows: [
      compared('list', '/s', ({ perSecond }) => perSecond),
      compared('list: latency p99', 'ms', ({ p99Ms }) => p99Ms),
      compared('CPU of the server per request', 'µs', ({ cpuMicros }) => cpuMicros),
      compared('CPU of the primary per request', 'µs', ({ primaryMicros }) => primaryMicros),
      compared('CPU of the replica per request', 'µs', ({ replicaMicros }) => replicaMicros),
      { measure: 'statements that the replica answered', bonyan: (100 * reads.replica) / reads.all, unit: '%' },
      { measure: 'the position of the primary: time', bonyan: median(question.tookMicros), unit: 'µs' },
      { measure: 'the position of the primary: its CPU', bonyan: question.cpuMicros, unit: 'µs' },
    ],
    bounds: [
      {
        what: 'CPU of the primary against the same without a replica',
        actual: median(primaryRatios),
        atMost: PRIMARY_CPU_AT_MOST,
        unit: '×',
      },
    ],
  };
}

/** Asks for the milliseconds of CPU that the server has used for the program. */
async function cpuOf(server: TestServer): Promise<() => number> {
  const pid = Number(await server.ask(`select split_part(pg_read_file('postmaster.pid'), e'\\n', 1)`));
  return () => databaseCpuMs(pid, 'bonyan');
}

/** One at a time; the question is that of the program. */
async function measureQuestion(pool: Parameters<typeof createPositions>[0], cpuMs: () => number) {
  const positions = createPositions(pool);
  const tookMicros: number[] = [];
  const beforeMs = cpuMs();
  for (let at = 0; at < QUESTIONS; at++) {
    const beganMs = performance.now();
    await positions.now();
    tookMicros.push((performance.now() - beganMs) * 1000);
  }
  return { tookMicros, cpuMicros: ((cpuMs() - beforeMs) * 1000) / QUESTIONS };
}

/** Statements of reading requests, by who answered. */
async function readsOf({ url }: Server): Promise<{ replica: number; all: number }> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  const found = [...(await answer.text()).matchAll(/^bonyan_database_replica_reads\{outcome="(\w+)"\} (\d+)/gm)];
  const counts = Object.fromEntries(found.map(([, outcome = '', count]) => [outcome, Number(count)]));
  return { replica: counts['replica'] ?? 0, all: Object.values(counts).reduce((sum, each) => sum + each, 0) };
}
