import { setTimeout as sleep } from 'node:timers/promises';
import { system } from '#kernel/access.ts';
import { fillPath, type Operation } from '#testing/api/operations.ts';
import { runJob } from '#testing/accounts.ts';
import { MAILBOX_KEY, SECRET } from '#testing/app.ts';
import type { SentAnswer } from '#testing/growth/stage.ts';
import type { PlanWatch, RanStatement } from '#testing/growth/plans.ts';
import { median } from '../compare.ts';
import { databaseCpuMs, type Cost } from './measure.ts';
import { startBonyan } from '../servers.ts';
import type { Asking, Prepared } from './asking.ts';
import { ASKING, bodyOf, QUESTIONS } from './operations.ts';
import type { GrowthStage } from './stage.ts';

const REPEATS = 7;
const WARM_UPS = 2;
const STARTS = 3;
const LOOK_EVERY_MS = 100;
const MANY = 1000; // hits, whose count is a part of the answer

/** End the account that asks, or what the others need: asked last. */
const LAST = new Set(['DELETE /api/v1/users/me', 'DELETE /dev/mailbox']);

/** Compare everything that there is with its storage, its places outside or its signatures: their work is all rows. */
const OF_ALL_ROWS = new Set(['files.reconcile', 'audit.watch_all', 'audit.watch_archives']);

/** The cost of every operation, of the slow questions to lists, of every recurring job, and of a start, by name. */
export async function measureAll(stage: GrowthStage, watch: PlanWatch): Promise<Map<string, Cost>> {
  const costs = await measureOperations(stage, watch);
  return costs.set('start', await measureStart(stage));
}

/** The same without the start. */
export async function measureOperations(
  stage: GrowthStage,
  watch: PlanWatch,
  calls: Calls = { repeats: REPEATS, warmUps: WARM_UPS },
): Promise<Map<string, Cost>> {
  const costs = new Map<string, Cost>();
  const meter = await openMeter(stage, watch, calls);
  await runJob(stage.app, 'audit.watch'); // the whole trail, which no report has read so far
  const byName = new Map(stage.operations.map((operation) => [operation.name, operation]));
  const ordered = [...byName.values()].toSorted(
    (one, other) => Number(LAST.has(one.name)) - Number(LAST.has(other.name)),
  );
  for (const operation of ordered.filter(({ isStream }) => !isStream)) {
    const asking = ASKING[operation.name];
    if (!asking) throw new Error(`bench/growth/operations.ts does not say how to ask ${operation.name}`);
    const { name } = operation;
    const isCounted = 'pageSize' in operation.query;
    const cost = await meter.cost(name, (n) => prepareCall(stage, operation, asking, n));
    costs.set(name, { ...cost, isCounted, refused: asking.refused });
    if (!isCounted) continue;
    const next = (n: number) => prepareNext(stage, operation, asking, n);
    costs.set(`${name}, the next page`, await meter.cost(`${name}, the next page`, next));
  }
  for (const [name, as, query] of QUESTIONS) {
    const operation = byName.get(name);
    if (!operation) throw new Error(`there is no ${name}`);
    const text = new URLSearchParams(query as Record<string, string>).toString();
    const question = `${name}?${text} of ${as}`;
    const cost = await meter.cost(question, (n) => prepareCall(stage, operation, { as, query }, n));
    const { body } = await stage.call(as, 'GET', `${operation.path}?${text}`);
    costs.set(question, { ...cost, isCounted: body.totalCount === null || body.totalCount >= MANY });
  }
  for (const [name, cost] of await measureJobs(stage, meter)) costs.set(`job ${name}`, cost);
  return costs;
}

/** How often each thing is done: the median of `repeats` counts. */
interface Calls {
  readonly repeats: number;
  readonly warmUps: number;
}

/** Sends what is prepared; the promise resolves with the status. */
type Call = (look?: (body: SentAnswer['body']) => void) => Promise<number | null>;

async function prepareCall(stage: GrowthStage, operation: Operation, asking: Asking, n: number): Promise<Call> {
  const prepared: Prepared = (await asking.prepare?.(stage, n)) ?? {};
  const { tokens = await stage.tokensOf(asking.as), sent } = prepared;
  const params = Object.keys(operation.params).map((name) => {
    const { [name]: value } = prepared;
    return [name, typeof value === 'string' ? value : NOBODY];
  });
  const query = new URLSearchParams((asking.query ?? {}) as Record<string, string>).toString();
  const url = fillPath(operation, Object.fromEntries(params)) + (query && `?${query}`);
  const headers = {
    ...asking.headers,
    ...sent?.headers,
    ...(operation.path === '/dev/mailbox' && { host: 'localhost', 'x-mailbox-key': MAILBOX_KEY }),
  };
  const payload = sent?.payload ?? bodyOf(operation, asking, prepared);
  return async (look) => {
    const { status, body } = await stage.send({ method: operation.method, url, payload, headers }, tokens);
    look?.(body);
    return status;
  };
}

/** The page after the first, by its cursor; the first again where there is only one. */
async function prepareNext(stage: GrowthStage, operation: Operation, asking: Asking, n: number): Promise<Call> {
  let cursor: unknown = null;
  await prepareCall(stage, operation, asking, n).then((call) => call((body) => (cursor = body.nextCursor)));
  return prepareCall(stage, operation, { ...asking, query: typeof cursor === 'string' ? { cursor } : {} }, n);
}

const NOBODY = '01900000-0000-7000-8000-00000000dead';

/** From the spawn of a server to its first answer. */
async function measureStart({ app }: GrowthStage): Promise<Cost> {
  const env = { DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET, BONYAN_DATA_DIR: app.dataDir };
  const times: number[] = [];
  for (let at = 0; at < STARTS; at++) {
    const server = await startBonyan(env, { isMeasured: false });
    times.push(server.startedMs);
    await server.stop();
  }
  return { p50Ms: median(times), databaseMs: NaN, pages: NaN, status: null, dearest: undefined };
}

/** Each job once for what has gathered, and then as it costs each time. */
async function measureJobs({ app }: GrowthStage, meter: Meter): Promise<Map<string, Cost>> {
  await app.drain();
  const all = [...app.modules.flatMap((module) => module.jobs ?? []), ...app.background.jobs];
  const jobs = all.filter(({ name }) => !OF_ALL_ROWS.has(name));
  const costs = new Map<string, Cost>();
  for (const { name, run } of jobs) {
    const call = async (): Promise<Call> => async () => {
      const { write } = await run(new AbortController().signal);
      await app.database.units.write(system('scheduler'), write);
      return null;
    };
    const longest = watchTransactions(app.database.pool);
    const first = meter.cost(name, call, { repeats: 1, warmUps: 0 });
    const [longestMs] = await Promise.all([first.then(longest, longest), first]);
    costs.set(`${name}, the first time`, { ...(await first), longestMs });
    await settle(app, name.split('.')[0] ?? ''); // else the next run reads what this one has left
    costs.set(name, await meter.cost(name, call, { repeats: 3, warmUps: 0 }));
  }
  return costs;
}

/** Ends what a job has begun, and does what autovacuum would do, which is off. */
async function settle({ drain, audit, database }: GrowthStage['app'], schema: string): Promise<void> {
  await drain();
  await audit.sealer.drain();
  const { rows } = await database.pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables where schemaname = $1`,
    [schema],
  );
  for (const { name } of rows) await database.pool.query(`vacuum ${name}`);
}

/** Looks at the transactions of the database until it is asked for the age of the oldest that it saw, in milliseconds. */
function watchTransactions(pool: GrowthStage['app']['database']['pool']): () => Promise<number> {
  const stopping = new AbortController();
  const watching = (async () => {
    let longest = 0;
    while (!stopping.signal.aborted) {
      const { rows } = await pool.query<{ ms: number | null }>(
        `select max(extract(epoch from clock_timestamp() - xact_start) * 1000)::float8 as ms from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      );
      longest = Math.max(longest, rows[0]?.ms ?? 0);
      await sleep(LOOK_EVERY_MS);
    }
    return longest;
  })();
  return () => {
    stopping.abort();
    return watching;
  };
}

/** Measures calls in this process: their time, the database's CPU beside it, and once, apart, what their statements read. */
async function openMeter({ app }: GrowthStage, watch: PlanWatch, usual: Calls) {
  const { rows } = await app.database.pool.query<{ parent: string; database: string }>(
    `select split_part(pg_read_file('postmaster.pid'), e'\\n', 1) as parent, current_database() as database`,
  );
  const [{ parent, database } = { parent: '', database: '' }] = rows;
  const cpuMs = () => databaseCpuMs(Number(parent), database);
  let calls = 0;

  async function cost(
    name: string,
    prepare: (n: number) => Promise<Call>,
    { repeats, warmUps } = usual,
  ): Promise<Cost> {
    const times: number[] = [];
    const cpu: number[] = [];
    let status: number | null = null;
    for (let at = -warmUps; at < repeats; at++) {
      const call = await prepare(calls++ % 40);
      const [cpuBefore, beganMs] = [cpuMs(), performance.now()];
      status = await call();
      const tookMs = performance.now() - beganMs;
      if (at < 0) continue;
      times.push(tookMs);
      cpu.push(cpuMs() - cpuBefore);
    }
    const [first, second] = [await readBy(prepare), await readBy(prepare)];
    // A new connection reads catalogs too.
    const statements = pagesOf(first) < pagesOf(second) ? first : second;
    const [dearest] = statements.toSorted((one: RanStatement, other: RanStatement) => other.buffers - one.buffers);
    console.error(`${name}: ${median(times).toFixed(1)} ms`);
    return { p50Ms: median(times), databaseMs: median(cpu), pages: pagesOf(statements), status, dearest };
  }

  async function readBy(prepare: (n: number) => Promise<Call>): Promise<readonly RanStatement[]> {
    const call = await prepare(calls++ % 40);
    const { statements } = await watch.during(async () => {
      await call();
      await sleep(1); // the last notice may come after the answer
    });
    return statements;
  }

  return { cost };
}

const pagesOf = (statements: readonly RanStatement[]) => statements.reduce((sum, { buffers }) => sum + buffers, 0);

type Meter = Awaited<ReturnType<typeof openMeter>>;
