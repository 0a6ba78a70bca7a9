const MAX_ATTEMPTS = 2 ** 31 - 1; // unlimited: messages count their own attempts, without deferrals
const LEASE_MS = 10_000; // renewed while an item is held; after the death of a worker its items wait this long

/** For all work items of this module. */
export const workOptions = { maxAttempts: MAX_ATTEMPTS, leaseMs: LEASE_MS };
