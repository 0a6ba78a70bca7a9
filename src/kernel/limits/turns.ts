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
