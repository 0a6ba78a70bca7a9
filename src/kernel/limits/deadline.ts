/** One moment by which all steps of a call must have ended. */
export interface Deadline {
  /** Milliseconds until then; 0 when it has passed. */
  leftMs(): number;
}

export function createDeadline(budgetMs: number): Deadline {
  const untilMs = performance.now() + budgetMs;
  return { leftMs: () => Math.max(0, untilMs - performance.now()) };
}
