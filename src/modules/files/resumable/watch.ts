import { setTimeout as pause } from 'node:timers/promises';
import type { Actor } from '#kernel/access.ts';
import type { ArrivingBytes } from '#platform/http/port.ts';
import { fileErrors } from '../contract.ts';
import type { FilesNeeds } from '../needs.ts';
import * as queries from './queries.ts';

const BEAT_MS = 3000; // a client that resumes at another process tries again for some seconds
const CHECK_MS = 400; // an owner who has lost the access is noticed within a second, as in streams of events
const PATIENCE_MS = 5000;

/** A request that adds bytes. */
export interface Writer {
  readonly id: string;
  readonly uploadId: string;
  readonly owner: Actor;
  readonly body: ArrivingBytes;
  /** Whether the owner still may add. */
  readonly isAllowed: () => Promise<boolean>;
}

/** Ends the bodies of requests that may not go on. */
export function createWatch({ db }: Pick<FilesNeeds, 'db'>) {
  const running = new Map<string, { readonly body: ArrivingBytes; readonly over: Promise<void> }>();

  /**
   * Marks the upload as being written while `work` runs. The body ends, with what has arrived, when the owner loses the
   * access, when the request counts as dead, and when `relieve` asks for it.
   */
  async function watching<R>(writer: Writer, work: () => Promise<R>): Promise<R> {
    const { id, uploadId, owner, body } = writer;
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const timers = [setInterval(() => void beat(writer), BEAT_MS), setInterval(() => void check(writer), CHECK_MS)];
    const entry = { body, over };
    running.set(uploadId, entry);
    try {
      return await work();
    } finally {
      timers.forEach((timer) => clearInterval(timer));
      await db.write(owner, ({ tx }) => queries.leave(tx, uploadId, id)).catch(() => {}); // else it counts as dead soon
      if (running.get(uploadId) === entry) running.delete(uploadId);
      resolve();
    }
  }

  async function beat({ id, uploadId, owner, body }: Writer): Promise<void> {
    const goesOn = db.write(owner, ({ tx }) => queries.beat(tx, uploadId, id));
    if (!(await goesOn.catch(() => true))) body.stop(busy()); // after a failure the next beat may succeed
  }

  async function check({ uploadId, body, isAllowed }: Writer): Promise<void> {
    // If the check fails, the access is not certain.
    if (!(await isAllowed().catch(() => false))) body.stop(fileErrors.uploadNotFound({ id: uploadId }));
  }

  /**
   * A client that asks how far its upload is does not know of a request that still writes it: the connection was lost on
   * one side. Ends that request with what has arrived; one of another process ends with its next beat.
   */
  async function relieve(actor: Actor, uploadId: string): Promise<void> {
    const writing = running.get(uploadId);
    if (!writing) return db.write(actor, ({ tx }) => queries.awaitWriter(tx, uploadId));
    writing.body.stop(busy());
    await Promise.race([writing.over, pause(PATIENCE_MS, undefined, { ref: false })]);
  }

  return { watching, relieve };
}

export type Watch = ReturnType<typeof createWatch>;

const busy = () => fileErrors.uploadConflict({ reason: 'busy' });
