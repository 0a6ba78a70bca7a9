/**
 * What jobs of the scheduler can do. Modules register handlers (`Module.handlers`); users create jobs of their types. The
 * recurring duties of modules and of the platform (`Module.jobs`) are jobs too, which nobody owns.
 */
import type { Static, TObject } from 'typebox';
import type { Actor, Permission } from '#kernel/access.ts';
import type { UnitBody } from '#platform/work/port.ts';

/** What a job of this type gets where its creator says nothing. */
export interface JobPolicy {
  readonly maxRetryAttempts: number;
  readonly retryBackoffSeconds: number;
  readonly backoff: 'fixed' | 'linear' | 'exponential';
  readonly maxExecutionSeconds: number;
  /** Failed runs in a row after which the job is quarantined; 0: never. */
  readonly maxConsecutiveFailures: number;
  readonly concurrency: 'forbid' | 'allow' | 'replace';
}

/** One attempt at a run, as its handler sees it. */
export interface JobRun<Payload> {
  readonly jobId: string;
  readonly executionId: string;
  /** From 1. A process that died during an attempt has used it. */
  readonly attempt: number;
  /** Grows with each attempt at any run: a service that remembers the largest one can refuse a holder that lost its lease. */
  readonly fencingToken: number;
  readonly payload: Payload;
  /** The owner of the job with their permissions of this moment; for a job that nobody owns, the scheduler. */
  readonly actor: Actor;
  /** Aborts at the time limit, when the run is cancelled, or when the lease is lost: what follows is not recorded. */
  readonly signal: AbortSignal;
  /** How far it is, from 0 to 100. Stored at most once a second. */
  report(percent: number, note?: string): void;
  /** Adds a line to the log of the run. Secrets of the payload are masked. */
  log(line: string): void;
}

/** `write` commits together with the end of the run, and only if the lease is still held. */
export type JobResult = void | { readonly write: UnitBody };

export interface JobHandler<Schema extends TObject = TObject> {
  /** `module.thing`. */
  readonly type: string;
  readonly description: string;
  /** Fields with `writeOnly: true` are secrets: encrypted, and never shown. */
  readonly payload: Schema;
  /** Saving and running a job of the type need it. */
  readonly permission: Permission;
  readonly policy?: Partial<JobPolicy>;
  /** Runs of the type at once, over all nodes. Default: as many as there are worker slots. */
  readonly maxConcurrent?: number;
  /** Why a payload that fits the schema cannot be used; null if it can. */
  refuses?(payload: Static<Schema>): { readonly field: string; readonly reason: string } | null;
  /** A method, so that handlers of different payloads fit in one list. */
  run(run: JobRun<Static<Schema>>): Promise<JobResult>;
  /**
   * For code that may block the event loop: a file whose default export is an `IsolatedRun`. It runs in a worker thread,
   * which is terminated at the time limit; `run` is not called.
   */
  readonly isolated?: URL;
}

/** The default export of an isolated handler. In its thread there is no database and no actor. */
export type IsolatedRun<Payload> = (run: Omit<JobRun<Payload>, 'actor'>) => Promise<void> | void;

/** A handler, its payload typed by its schema. */
export function defineHandler<Schema extends TObject>(handler: JobHandler<Schema>): JobHandler {
  return handler; // the scheduler validates the payload by the schema
}

/** Throw it for a failure that another attempt would only repeat: the run ends at once. */
export class PermanentFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PermanentFailure';
  }
}
