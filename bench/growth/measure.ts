import { readdirSync, readFileSync } from 'node:fs';
import type { RanStatement } from '#testing/growth/plans.ts';

const TICK_MS = 10;

/**
 * CPU time in milliseconds that the processes of a PostgreSQL server on this machine have used for `database` so far, with
 * parallel workers that have ended. NaN where the system does not tell.
 */
export function databaseCpuMs(postmasterPid: number, database: string): number {
  try {
    const ended = readFileSync(`/proc/${postmasterPid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const endedMs = (Number(ended[13]) + Number(ended[14])) * TICK_MS; // cutime and cstime
    const alive = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isServing(name, postmasterPid, database));
    return alive.reduce((sum, pid) => sum + runMs(pid), endedMs);
  } catch {
    return NaN;
  }
}

function isServing(pid: string, postmasterPid: number, database: string): boolean {
  try {
    const parent = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1];
    return Number(parent) === postmasterPid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(` ${database} `);
  } catch {
    return false; // it has just ended
  }
}

function runMs(pid: string): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

/** What one thing costs at one size. */
export interface Cost {
  readonly p50Ms: number;
  readonly databaseMs: number;
  /** Pages of 8 kB that its statements read or wrote. */
  readonly pages: number;
  /** What it answered; null for what is no request. */
  readonly status: number | null;
  /** The problem that it was to answer; none: it was to succeed. */
  readonly refused?: number | undefined;
  /** Whether it counts rows, up to 10,000. */
  readonly isCounted?: boolean;
  /** Of a job: the longest transaction that was seen, in milliseconds. */
  readonly longestMs?: number;
  /** The statement that read most. */
  readonly dearest: RanStatement | undefined;
}
