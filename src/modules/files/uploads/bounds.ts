import { httpErrors } from '#platform/http/port.ts';

const RETRY_AFTER_SECONDS = 60;

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
