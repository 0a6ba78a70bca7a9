import type { HistogramSample } from '#platform/telemetry/port.ts';

/** The value below which this share of the samples lies, as Prometheus estimates it; null without samples. */
export function quantileOf(
  share: number,
  bounds: readonly number[],
  { counts, count }: HistogramSample,
): number | null {
  if (count === 0) return null;
  const rank = share * count;
  let below = 0;
  for (const [index, inBucket] of counts.entries()) {
    const [lower, upper] = [bounds[index - 1] ?? 0, bounds[index]];
    if (upper === undefined) return lower; // beyond the last bound
    if (below + inBucket >= rank) return inBucket === 0 ? lower : lower + ((upper - lower) * (rank - below)) / inBucket;
    below += inBucket;
  }
  return bounds.at(-1) ?? null;
}
