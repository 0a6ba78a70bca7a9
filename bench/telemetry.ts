import { compare, cpuBound, median, toRows } from './compare.ts';
import { createTodos, LIST_PATH, listLoad } from './list.ts';
import type { Bound, Report, Row } from './report.ts';
import { onStage, startBonyan, type Server, type Stage } from './servers.ts';
import { openOtlpReceiver } from '#testing/servers/otlp-receiver.ts';

const CPU_AT_MOST = 1.25; // of the list with traces, against the list without
const P99_AT_MOST = 1.5; // of medians of seven rounds; a request that waits for a collector takes ten seconds
const GROWTH_AT_MOST = 48; // MiB: spans that nobody takes are dropped
const MIB = 2 ** 20;

/** What traces cost the list of todos: with a collector, without one, and with one that takes all and answers nothing. */
export function telemetry(): Promise<Report> {
  return onStage(async (stage) => {
    await using cleanup = new AsyncDisposableStack();
    const ending = { after: (work: () => void) => cleanup.defer(work) };
    await createTodos(stage);
    const collectors = {
      'a collector': (await openOtlpReceiver(ending)).url,
      'no collector there': 'http://127.0.0.1:9',
      'a silent collector': (await openOtlpReceiver(ending, { silent: true })).url,
    };
    const rows: Row[] = [];
    const bounds: Bound[] = [];
    for (const [what, endpoint] of Object.entries(collectors)) {
      const traced = await startBonyan({
        DATABASE_URL: stage.databaseUrl,
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        ...secretOf(stage),
      });
      try {
        const measured = await measureTraced(stage, traced, what);
        rows.push(...measured.rows);
        bounds.push(...measured.bounds);
      } finally {
        await traced.stop();
      }
    }
    return { rows, bounds };
  });
}

/** The folder has the secret, under which both read the same keys. */
const secretOf = ({ dataDir }: Stage) => ({ BONYAN_DATA_DIR: dataDir });

async function measureTraced({ bonyan: reference, accessToken }: Stage, bonyan: Server, what: string): Promise<Report> {
  const load = { ...listLoad, headers: { authorization: `Bearer ${accessToken}` } };
  const options = { bonyan, reference, load, path: LIST_PATH };
  await compare({ ...options, rounds: 1, warmUps: 2 });
  const before = bonyan.resident();
  const measured = await compare({ ...options, rounds: 7, warmUps: 0 });
  const grownMib = (bonyan.resident() - before) / MIB;
  const p99 = (rounds: typeof measured.bonyan) => median(rounds.map(({ p99Ms }) => p99Ms));
  return {
    rows: [
      ...toRows(`traces, ${what}`, measured),
      { measure: `traces, ${what}: memory`, bonyan: grownMib, unit: 'MiB more' },
    ],
    bounds: [
      cpuBound(`traces, ${what}`, measured, CPU_AT_MOST),
      {
        what: `traces, ${what}: p99`,
        actual: p99(measured.bonyan) / p99(measured.reference),
        atMost: P99_AT_MOST,
        unit: '×',
      },
      { what: `traces, ${what}: memory`, actual: grownMib, atMost: GROWTH_AT_MOST, unit: 'MiB more' },
    ],
  };
}
