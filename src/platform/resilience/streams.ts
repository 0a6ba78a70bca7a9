import { Readable } from 'node:stream';

/** The caller's own stream failed: no fault of the service that was reading it. `cause` is what the stream said. */
export class SourceFailure extends Error {
  constructor(cause: unknown) {
    super('the source failed', { cause });
    this.name = 'SourceFailure';
  }
}

/** Ends a stream that nobody will read; of no effect on one that has ended. */
export function discard(source: unknown): void {
  if (source instanceof Readable) source.destroy();
}

/**
 * Lets a stream fail before anybody reads it: without a listener its error would end the process. Whoever reads
 * it later is told all the same.
 */
export function hold(source: unknown): void {
  if (source instanceof Readable) source.on('error', () => {});
}

/**
 * Times a call that reads `source`: `timeoutMs` until it first reads and again after the last chunk, `idleMs`
 * with each chunk between. The time in which the source itself keeps the call waiting does not count: a slow
 * sender is no fault of the service. Whatever the outcome, the source is not left open.
 *
 * @throws {SourceFailure} from `during` when the source failed, whatever the call made of it.
 */
export function watchSource(source: AsyncIterable<unknown>, { timeoutMs, idleMs }: StreamTimes) {
  hold(source);
  const iterator = source[Symbol.asyncIterator]();
  const { promise: silence, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  let failure: { error: unknown } | null = null;
  let isOver = false;

  function allow(ms: number): void {
    clearTimeout(timer);
    if (!isOver) timer = setTimeout(() => reject(new Error(`no progress within ${ms} ms`)), ms);
  }

  const watched: AsyncIterableIterator<unknown> = {
    [Symbol.asyncIterator]: () => watched,
    async next() {
      clearTimeout(timer);
      if (isOver) throw new Error('the call was given up');
      try {
        const step = await iterator.next();
        allow(step.done ? timeoutMs : idleMs);
        return step;
      } catch (error) {
        failure = { error };
        allow(timeoutMs);
        throw error;
      }
    },
    async return() {
      allow(timeoutMs);
      await iterator.return?.();
      return { done: true, value: undefined };
    },
  };

  async function during<T>(call: () => Promise<T>): Promise<T> {
    allow(timeoutMs);
    try {
      return await Promise.race([call(), silence]);
    } catch (error) {
      throw failure ? new SourceFailure(failure.error) : error;
    } finally {
      isOver = true;
      clearTimeout(timer);
      discard(source);
    }
  }

  return { source: watched, during };
}

/**
 * Times the reading of a stream that a service answered with: it fails when the service is silent for `idleMs`
 * while the reader wants more. `settle` is told once: null for the whole stream, or how the service failed;
 * never when the reader left early.
 */
export function watchAnswer(answer: Readable, idleMs: number, settle: (error: Error | null) => void): Readable {
  const gate = new Readable({
    read: () => void answer.resume(),
    destroy(error, done) {
      clearTimeout(timer);
      answer.destroy();
      done(error);
    },
  });
  const timer = setTimeout(() => {
    if (answer.isPaused()) timer.refresh();
    else fail(new Error(`no bytes within ${idleMs} ms`));
  }, idleMs);
  timer.unref();

  function fail(error: Error): void {
    if (gate.destroyed) return; // the reader left, or it has failed already
    settle(error);
    gate.destroy(error);
  }

  answer.on('data', (chunk) => {
    timer.refresh();
    if (!gate.push(chunk)) answer.pause();
  });
  answer.once('end', () => {
    clearTimeout(timer);
    settle(null);
    gate.push(null);
  });
  answer.on('error', fail);
  answer.once('close', () => {
    if (!answer.readableEnded) fail(new Error('the stream broke off'));
  });
  return gate;
}

export interface StreamTimes {
  readonly timeoutMs: number;
  readonly idleMs: number;
}
