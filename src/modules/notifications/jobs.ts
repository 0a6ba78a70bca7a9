const MAX_ATTEMPTS = 2 ** 31 - 1; // unlimited: messages count their own attempts, without deferrals
const LEASE_MS = 10_000; // renewed while an item is held; after the death of a worker its items wait this long

/** For all work items of this module. */
export const workOptions = { maxAttempts: MAX_ATTEMPTS, leaseMs: LEASE_MS };

const BATCH = 2000; // rows of one transaction: some tens of milliseconds

/** Repeats work on up to so many rows, each time in its own unit, until fewer are left. */
export async function inUnits(signal: AbortSignal, workOnSome: (limit: number) => Promise<number>): Promise<void> {
  for (let count = BATCH; count === BATCH && !signal.aborted;) count = await workOnSome(BATCH);
}
