import { PermanentFailure, type JobHandler, type JobResult, type JobRun } from '#platform/jobs/port.ts';
import type { Actor } from '#kernel/access.ts';
import { clip } from '#kernel/text.ts';
import { runIsolated } from '../handlers/isolated.ts';
import { createMask } from '../handlers/mask.ts';
import type { LogLine } from '../schemas.ts';
import type { Traces } from './outcome.ts';

const MAX_LINES = 200; // of one attempt
const MAX_LINE = 500; // letters
const MAX_NOTE = 200;
const MAX_ERROR = 1000;

export interface AttemptInput {
  readonly handler: JobHandler;
  readonly run: Pick<JobRun<unknown>, 'jobId' | 'executionId' | 'attempt' | 'fencingToken'>;
  /** With the secrets, which are masked in all that the handler writes. */
  readonly payload: Record<string, unknown>;
  readonly secrets: Readonly<Record<string, unknown>> | null;
  readonly actor: Actor;
  readonly maxExecutionMs: number;
  /** Of the lease. */
  readonly signal: AbortSignal;
}

export type AttemptEnd =
  | { readonly outcome: 'succeeded'; readonly result: JobResult }
  | { readonly outcome: 'failed' | 'timedOut'; readonly error: string; readonly isPermanent: boolean }
  /** Its result must not be recorded. */
  | { readonly outcome: 'dropped' };

/** One call of a handler, with its time limit. It ends when the signal aborts, whatever the handler does then. */
export function createAttempt({ handler, run, payload, secrets, actor, maxExecutionMs, signal }: AttemptInput) {
  const stop = new AbortController();
  const mask = createMask(secrets);
  const lines: LogLine[] = [];
  let progress: number | null = null;
  let progressNote: string | null = null;
  let isChanged = false;
  let cut: 'timedOut' | 'dropped' | null = null;

  function end(reason: 'timedOut' | 'dropped'): void {
    cut ??= reason;
    stop.abort(
      new Error(cut === 'timedOut' ? 'the time limit is reached' : 'the run was cancelled, or its lease is lost'),
    );
  }

  function log(line: string): void {
    if (lines.length >= MAX_LINES) return;
    const text = lines.length === MAX_LINES - 1 ? '… further lines are not kept' : toStorable(mask(line), MAX_LINE);
    lines.push({ atUtc: new Date().toISOString(), attempt: run.attempt, text });
  }

  function report(percent: number, note?: string): void {
    progress = Math.round(Math.min(100, Math.max(0, percent)));
    if (note !== undefined) progressNote = toStorable(mask(note), MAX_NOTE);
    isChanged = true;
  }

  async function perform(): Promise<AttemptEnd> {
    const timer = setTimeout(() => end('timedOut'), maxExecutionMs);
    const onLost = () => end('dropped');
    signal.addEventListener('abort', onLost, { once: true });
    if (signal.aborted) onLost();
    const aborted = new Promise<never>((_, reject) => {
      if (stop.signal.aborted) reject(stop.signal.reason);
      stop.signal.addEventListener('abort', () => reject(stop.signal.reason), { once: true });
    });
    aborted.catch(() => {}); // also when the handler has ended before
    try {
      const handled = call();
      handled.catch(() => {}); // of a handler that goes on after its time limit
      const result = await Promise.race([handled, aborted]);
      return cut === null ? { outcome: 'succeeded', result } : cutShort();
    } catch (error) {
      if (cut !== null) return cutShort();
      const message = mask(error instanceof Error ? error.message : String(error));
      return {
        outcome: 'failed',
        error: toStorable(message, MAX_ERROR),
        isPermanent: error instanceof PermanentFailure,
      };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onLost);
    }
  }

  async function call(): Promise<JobResult> {
    const input = { ...run, payload, actor, signal: stop.signal, report, log };
    if (!handler.isolated) return handler.run(input);
    return runIsolated(handler.isolated, input, ({ message, isPermanent }) =>
      isPermanent ? new PermanentFailure(message) : new Error(message),
    );
  }

  function cutShort(): AttemptEnd {
    if (cut === 'dropped') return { outcome: 'dropped' };
    return { outcome: 'timedOut', error: `no result after ${maxExecutionMs / 1000} s`, isPermanent: false };
  }

  return {
    perform,
    drop: () => end('dropped'),
    /** The progress since the last call; null for none. */
    takeProgress(): Pick<Traces, 'progress' | 'progressNote'> | null {
      if (!isChanged) return null;
      isChanged = false;
      return { progress, progressNote };
    },
    traces: (): Traces => ({ progress, progressNote, log: lines }),
  };
}

/** What handlers write may come from anywhere, also with characters that PostgreSQL does not store. */
function toStorable(text: string, most: number): string {
  return clip(text.replaceAll('\0', '\ufffd').toWellFormed(), most);
}

export type RunAttempt = ReturnType<typeof createAttempt>;
