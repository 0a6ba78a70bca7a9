const MAX_ATTEMPTS = 2 ** 31 - 1; // a message counts its own attempts; waiting for quiet hours and limits is none
const LEASE_MS = 10_000; // renewed while an item is held; when a worker dies, a code waits no longer than this

/** For all work items of this module. */
export const workOptions = { maxAttempts: MAX_ATTEMPTS, leaseMs: LEASE_MS };
