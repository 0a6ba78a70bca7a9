import { setTimeout as sleep } from 'node:timers/promises';
import { median, toRow } from './compare.ts';
import type { Report } from './report.ts';
import { startBonyan, temporaryFolder } from './servers.ts';

const IDLE_MS = 10_000;
const ROUNDS = 3;
const MIB = 1024 * 1024;
// The code that measures from inside takes compile time and memory, too.
const asItIs = { isMeasured: false };

/** Time to the first answer on an empty folder and on existing data, and the memory of an idle process. */
export async function start(): Promise<Report> {
  const cold: number[] = [];
  const warm: number[] = [];
  let idleBytes = NaN;
  for (let round = 0; round < ROUNDS; round++) {
    const folder = temporaryFolder();
    try {
      cold.push(await timeStart(folder.path));
      const server = await startBonyan({ BONYAN_DATA_DIR: folder.path }, asItIs);
      warm.push(server.startedMs);
      if (round === ROUNDS - 1) {
        await sleep(IDLE_MS);
        idleBytes = server.resident();
      }
      await server.stop();
    } finally {
      folder.remove();
    }
  }
  const bounds = [
    { what: 'cold start', actual: median(cold) / 1000, atMost: 2.5, unit: 's' },
    { what: 'warm start', actual: median(warm) / 1000, atMost: 0.8, unit: 's' },
    { what: `resident after ${IDLE_MS / 1000} s idle`, actual: idleBytes / MIB, atMost: 130, unit: 'MiB' },
  ];
  const inSeconds = (times: readonly number[]) => times.map((ms) => ms / 1000);
  const rows = [
    toRow('cold start', 's', inSeconds(cold)),
    toRow('warm start', 's', inSeconds(warm)),
    { measure: `resident after ${IDLE_MS / 1000} s idle`, bonyan: idleBytes / MIB, unit: 'MiB' },
  ];
  return { rows, bounds };
}

async function timeStart(dataDir: string): Promise<number> {
  const server = await startBonyan({ BONYAN_DATA_DIR: dataDir }, asItIs);
  await server.stop();
  return server.startedMs;
}
