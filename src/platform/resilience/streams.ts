import { Readable } from 'node:stream';

/** The caller's stream failed, not the service that was reading it. `cause` is the stream's error. */
export class SourceFailure extends Error {
  constructor(cause: unknown) {
    super('the source failed', { cause });
    this.name = 'SourceFailure';
  }
}

/** Closes a stream that is not read to its end; no effect on a closed one. */
export function discard(source: unknown): void {
  if (source instanceof Readable) source.destroy();
}

/**
 * Allows a stream to fail before it is read: without a listener its error would end the process. A later reader still
 * gets the error.
 */
export function hold(source: unknown): void {
  if (source instanceof Readable) source.on('error', () => {});
}

/**
 * Limits the time of a call that reads `source`: `timeoutMs` until its first read and after the last chunk, `idleMs`
 * for each chunk in between. Time in which the call waits for the source does not count, since a slow sender is not a
 * failure of the service. The source is always closed at the end.
 *
 * @throws {SourceFailure} from `during` when the source failed, whatever error the call threw.
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
 * Limits the pauses of a stream that a service answered with: it fails when the service sends nothing for `idleMs`
 * while the reader wants more. `onEnd` is called once: with null at the end of the stream, or with the service's
 * failure; not when the reader leaves early.
 */
export function watchAnswer(answer: Readable, idleMs: number, onEnd: (error: Error | null) => void): Readable {
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
    if (gate.destroyed) return; // the reader left, or the stream has failed already
    onEnd(error);
    gate.destroy(error);
  }

  answer.on('data', (chunk) => {
    timer.refresh();
    if (!gate.push(chunk)) answer.pause();
  });
  answer.once('end', () => {
    clearTimeout(timer);
    onEnd(null);
    gate.push(null);
  });
  answer.on('error', fail);
  answer.once('close', () => {
    if (!answer.readableEnded) fail(new Error('the stream ended early'));
  });
  return gate;
}

export interface StreamTimes {
  readonly timeoutMs: number;
  readonly idleMs: number;
}
