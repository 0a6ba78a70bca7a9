import type { HandlerRegistry } from '../handlers/registry.ts';
import type { SchedulerReader } from '../tables.ts';
import { listPlaced, type PlacedRun } from './queries.ts';
import type { RunLane, SchedulerLanes } from './schemas.ts';

const MOST = 500;
const SHOWN = 20;

type Place = Pick<RunLane, 'kind' | 'type' | 'key' | 'ownerId' | 'jobId' | 'limit'>;

/** Which runs hold a place now, and which wait for one. */
export function createLanes(db: SchedulerReader, registry: Pick<HandlerRegistry, 'find'>) {
  async function read(): Promise<SchedulerLanes> {
    const runs = await listPlaced(db, MOST);
    const running = runs.filter(({ status }) => status === 'running').length;
    const lanes = new Map<string, { place: Place; runs: PlacedRun[] }>();
    for (const run of runs)
      for (const place of placesOf(run, registry.find(run.type)?.maxConcurrent ?? null)) {
        const name = JSON.stringify(place);
        const lane = lanes.get(name) ?? { place, runs: [] };
        lane.runs.push(run);
        lanes.set(name, lane);
      }
    const items = [...lanes.values()].map(({ place, runs: own }) => toLane(place, own));
    return {
      items: items.toSorted((one, other) => other.waiting - one.waiting || (one.type < other.type ? -1 : 1)),
      complete: running < MOST && runs.length - running < MOST,
    };
  }

  return { read };
}

export type LaneService = ReturnType<typeof createLanes>;

/** As `beginRuns` decides: a run takes a place of its type, if that has a limit, and one of its key or its job. */
function placesOf({ type, ownerId, jobId, concurrency, concurrencyKey }: PlacedRun, most: number | null): Place[] {
  const ofType: Place = { kind: 'type', type, key: null, ownerId: null, jobId: null, limit: most };
  const own: Place[] =
    concurrencyKey !== null
      ? [{ ...ofType, kind: 'key', key: concurrencyKey, ownerId, limit: 1 }]
      : concurrency !== 'allow'
        ? [{ ...ofType, kind: 'job', jobId, limit: 1 }]
        : [];
  return most !== null || own.length === 0 ? [ofType, ...own] : own;
}

function toLane(place: Place, runs: readonly PlacedRun[]): RunLane {
  const running = runs.filter(({ status }) => status === 'running').length;
  const shown = runs.slice(0, SHOWN).map(({ id, jobId, jobName, status, sinceUtc, nodeId, progress }) => {
    return { id, jobId, jobName, status, sinceUtc, nodeId, progress };
  });
  return { ...place, running, waiting: runs.length - running, runs: shown };
}
