import { setTimeout as sleep } from 'node:timers/promises';

/** Calls `look` every `pollMs` until it returns a value; undefined if it has not after `timeoutMs`. */
export async function until<T>(
  look: () => T | undefined | Promise<T | undefined>,
  timeoutMs: number,
  pollMs = 5,
): Promise<T | undefined> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) return undefined;
    await sleep(pollMs);
  }
}
