/** SQL condition: some entries wait to be chained. */
export const HAS_UNSEALED = 'exists (select 1 from audit.unsealed)';

/** SQL condition: some entries have waited longer than that, so the process that recorded them has probably died. */
export function hasOrphaned(afterMs: number): string {
  return `exists (select 1 from audit.unsealed where at < clock_timestamp() - interval '${afterMs} ms')`;
}
