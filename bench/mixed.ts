import { admit, createAccounts } from './accounts.ts';
import { median } from './compare.ts';
import { KINDS, sendMixed, type KindOutcome } from './mixed/load.ts';
import { growthOf, watchResident } from './mixed/memory.ts';
import type { Bound, Report, Row } from './report.ts';
import { onStage, PASSWORD, type Stage } from './servers.ts';

const SECONDS = Number(process.env['BONYAN_BENCH_SECONDS'] ?? 600);
const PER_SECOND = Number(process.env['BONYAN_BENCH_RATE'] ?? 100);
const PEOPLE = 40;
const TODOS = 200; // of each
const WARM_UP_SHARE = 0.1;
const WARM_UP_AT_MOST = 30;
const P99_AT_MOST_MS = 100;
const GROWTH_AT_MOST = 0.05; // of the mean: what garbage that is not collected yet makes of a flat line
const KEPT_UP = 0.98;

/** Reads, writes and sign-ins together, for a long time at a fixed rate: response times, errors, memory and CPU. */
export function mixed(): Promise<Report> {
  return onStage(async (stage) => {
    const emails = await createPeople(stage);
    const { bonyan } = stage;
    const load = {
      url: bonyan.url,
      emails,
      password: PASSWORD,
      perSecond: PER_SECOND,
      warmUpSeconds: Math.min(WARM_UP_AT_MOST, SECONDS * WARM_UP_SHARE),
      seconds: SECONDS,
    };
    let begin = {
      cpuMicros: NaN,
      stopWatching: async () => [] as Awaited<ReturnType<ReturnType<typeof watchResident>>>,
    };
    const outcome = await sendMixed(load, async () => {
      const { cpuMicros } = await bonyan.ask({ ask: 'usage' });
      begin = { cpuMicros, stopWatching: watchResident(bonyan) };
    });
    const samples = await begin.stopWatching();
    const { cpuMicros } = await bonyan.ask({ ask: 'usage' });
    const answered = KINDS.reduce((sum, kind) => sum + outcome.kinds[kind].count, 0);
    const failed = Object.entries(outcome.errors);
    for (const [what, count] of failed) console.error(`${count} × ${what}`);
    const secondHalf = samples.slice(Math.floor(samples.length / 2));
    const rows: Row[] = [
      { measure: 'requests answered', bonyan: answered / SECONDS, unit: '/s' },
      ...KINDS.flatMap((kind) => toRows(kind, outcome.kinds[kind])),
      { measure: 'CPU per request', bonyan: (cpuMicros - begin.cpuMicros) / answered, unit: 'µs' },
      { measure: 'memory, median of the second half', bonyan: median(secondHalf.map(({ mib }) => mib)), unit: 'MiB' },
      { measure: 'memory, most', bonyan: Math.max(...samples.map(({ mib }) => mib)), unit: 'MiB' },
    ];
    const bounds: Bound[] = [
      ...KINDS.map((kind) => ({
        what: `${kind} p99`,
        actual: outcome.kinds[kind].p99Ms,
        atMost: P99_AT_MOST_MS,
        unit: 'ms',
      })),
      {
        what: 'growth of memory in the second half',
        actual: 100 * growthOf(secondHalf),
        atMost: 100 * GROWTH_AT_MOST,
        unit: '%',
      },
      { what: 'requests that failed', actual: failed.reduce((sum, [, count]) => sum + count, 0), atMost: 0, unit: '' },
      {
        what: 'share of the rate that was answered',
        actual: answered / SECONDS / PER_SECOND,
        atLeast: KEPT_UP,
        unit: '×',
      },
    ];
    return { rows, bounds };
  });
}

function toRows(kind: string, { count, p50Ms, p95Ms, p99Ms, maxMs }: KindOutcome): Row[] {
  return [
    { measure: `${kind}: requests`, bonyan: count, unit: '' },
    { measure: `${kind}: latency p50`, bonyan: p50Ms, unit: 'ms' },
    { measure: `${kind}: latency p95`, bonyan: p95Ms, unit: 'ms' },
    { measure: `${kind}: latency p99`, bonyan: p99Ms, unit: 'ms' },
    { measure: `${kind}: longest`, bonyan: maxMs, unit: 'ms' },
  ];
}

/** Each has an account with every permission, and todos. */
async function createPeople(stage: Stage): Promise<string[]> {
  const emails = await createAccounts(stage, 'mixed', PEOPLE);
  for (const email of emails) await admit(stage, email);
  await stage.sql(
    `insert into todos.todo (id, owner_id, description, due_date, labels, priority)
     select uuidv7(), u.id, 'Buy bread and water the plants, number ' || n, date '2026-11-23' + n, array['home', 'shop'], 'normal'
     from users."user" u, generate_series(1, $2::int) n where u.email = any ($1)`,
    [emails, TODOS],
  );
  await stage.sql('vacuum analyze todos.todo');
  return emails;
}
