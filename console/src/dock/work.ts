/** What the dock shows: one entry for each long work, and what follows from its reports. */

export interface Progress {
  /** Bytes or things that are done. */
  readonly done: number;
  /** Of how many. Null as long as nobody knows: the bar then shows no share. */
  readonly total: number | null;
}

export interface Work {
  /** What is done, with the thing: "Upload report.pdf", "Replay 12 messages". */
  readonly title: string;
  /** Of `done` and `total`. Default: things. */
  readonly unit?: 'bytes' | 'things';
  /**
   * Does the work. Calls `report` as often as it likes, and ends soon after `signal` is aborted, by throwing or returning.
   * The text that it resolves with, if any, is the outcome in one line: "12 were sent again, 2 were refused". What it throws
   * is shown in the server's words, with a button that runs it again.
   */
  readonly run: (report: (progress: Progress) => void, signal: AbortSignal) => Promise<string | void>;
  /** Where the work can wait: shows Pause and Resume. `run` stays pending meanwhile. */
  readonly pause?: { readonly hold: () => void; readonly go: () => void };
  /** The server finishes it by itself: a reload of the page asks nothing. Cancel is then shown only with `canCancel`. */
  readonly isOnServer?: boolean;
  /** Where to look at it later, and what it has made. */
  readonly page?: { readonly to: '/exports'; readonly title: string };
  /** It is shown until it is closed, also when it has gone well: there is something left to do. */
  readonly isKept?: boolean;
  /** Whether `signal` stops the work. Default: yes, unless it is on the server. */
  readonly canCancel?: boolean;
}

/** The reason of a `signal` that is aborted because the page or the session ends, and not by Cancel. */
export const LEFT = 'left';

/** A failure whose message is written for the user. Throw it in `run` where the server has no words. */
export class WorkError extends Error {}

export type EntryState = 'running' | 'paused' | 'done' | 'failed' | 'cancelled';

export interface Entry {
  readonly id: number;
  readonly work: Work;
  readonly state: EntryState;
  readonly progress: Progress | null;
  /** Of a second; null until it can be told. */
  readonly rate: number | null;
  readonly outcome: string | null;
  readonly error: unknown;
}

interface Sample {
  readonly at: number;
  readonly done: number;
}

const WINDOW_MS = 10_000; // the rate is that of the last ten seconds
const SHORTEST_MS = 1500; // a shorter time tells nothing about the rest

/** Measures how fast `done` grows. */
export function createMeter(now: () => number = Date.now) {
  let samples: Sample[] = [];
  return {
    /** The rate of a second with this report; null as long as there is too little to tell. */
    add(done: number): number | null {
      const at = now();
      samples = [...samples.filter((one) => at - one.at < WINDOW_MS && one.done <= done), { at, done }];
      const first = samples[0];
      if (!first || at - first.at < SHORTEST_MS || done === first.done) return null;
      return ((done - first.done) / (at - first.at)) * 1000;
    },
    /** After a pause, which is no slow work. */
    reset: () => void (samples = []),
  };
}

/** Milliseconds; null as long as nobody can tell. */
export function timeLeft({ progress, rate }: Entry): number | null {
  if (!progress || progress.total === null || rate === null) return null;
  return ((progress.total - progress.done) / rate) * 1000;
}
