const SECOND_MS = 1000;
const PAUSES_SECONDS = [5, 30, 120, 600, 1800, 3600, 7200, 14_400];
const DAY_MS = 86_400_000;

/** The pause after so many failures in a row: from 5 seconds to 4 hours, and up to a tenth more. */
export function pauseMs(failures: number): number {
  const seconds = PAUSES_SECONDS[Math.min(failures, PAUSES_SECONDS.length) - 1] ?? 5;
  return seconds * SECOND_MS * (1 + Math.random() / 10);
}

/** Whether a delivery that began then is given up after its next failure. */
export function isOver(startedAt: string, at: Date): boolean {
  return at.getTime() - Date.parse(startedAt) >= DAY_MS;
}

/** The later of two instants; null counts as none. */
export function later(one: string | null, other: string | null): string | null {
  return one === null || (other !== null && Date.parse(other) > Date.parse(one)) ? other : one;
}

/** Below 0 for the past; 0 without an instant. */
export function msUntil(instant: string | null, at: Date): number {
  return instant === null ? 0 : Date.parse(instant) - at.getTime();
}
