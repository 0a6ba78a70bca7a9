import { httpErrors } from '#platform/http/port.ts';

const RETRY_AFTER_SECONDS = 60;

/** Runs at most `most` of the calls at once; the others wait, in order. */
export function createTurns(most: number) {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async <R>(work: () => Promise<R>): Promise<R> => {
    if (running < most) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next(); // takes over this turn
      else running--;
    }
  };
}

/** Runs the calls of each person one after the other: others wait for one of them, however many there are. */
export function createPersonalTurns() {
  const last = new Map<string, Promise<unknown>>();

  return async <R>(userId: string, work: () => Promise<R>): Promise<R> => {
    const before = last.get(userId);
    const mine = (async () => {
      await before?.catch(() => {});
      return work();
    })();
    last.set(userId, mine);
    try {
      return await mine;
    } finally {
      if (last.get(userId) === mine) last.delete(userId);
    }
  };
}

/** Runs at most `most` calls of each person at once in this process. @throws `http.too_many_requests` for others */
export function createPersonalBound(most: number) {
  const counts = new Map<string, number>();

  return async <R>(userId: string, work: () => Promise<R>): Promise<R> => {
    const count = counts.get(userId) ?? 0;
    if (count >= most) throw httpErrors.tooManyRequests({ retryAfterSeconds: RETRY_AFTER_SECONDS });
    counts.set(userId, count + 1);
    try {
      return await work();
    } finally {
      const left = (counts.get(userId) ?? 1) - 1;
      if (left > 0) counts.set(userId, left);
      else counts.delete(userId);
    }
  };
}
