const WINDOW_MS = 100;
const MAX_PREFETCH = 256;

/**
 * How many items a process may hold beyond its slots: as many as it has finished in a tenth of a second. Fast work is
 * claimed in large batches, slow work only when a slot is free; so an urgent item waits no longer than that tenth.
 */
export function createThroughput() {
  let windowAt = -Infinity;
  let before = 0;
  let current = 0;

  function turn(): void {
    const passed = Math.floor((performance.now() - windowAt) / WINDOW_MS);
    if (passed === 0) return;
    before = passed === 1 ? current : 0;
    current = 0;
    windowAt = passed === 1 ? windowAt + WINDOW_MS : performance.now();
  }

  return {
    /** One more item is finished. */
    count(): void {
      turn();
      current++;
    },
    prefetch(): number {
      turn();
      return Math.min(MAX_PREFETCH, Math.max(before, current));
    },
  };
}
