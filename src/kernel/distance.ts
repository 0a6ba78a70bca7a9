/**
 * How many letters differ, are missing, too many, or swapped with the next (optimal string alignment); `bound + 1` if
 * the lengths alone differ by more. Costs the product of the lengths.
 */
export function distance(one: string, other: string, bound = Infinity): number {
  if (Math.abs(one.length - other.length) > bound) return bound + 1;
  let [before, last]: number[][] = [[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= one.length; row++) {
    const next = [row];
    for (let at = 1; at <= other.length; at++) {
      const isSame = one[row - 1] === other[at - 1];
      const isSwapped = row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1];
      next[at] = Math.min(
        (last?.[at] ?? 0) + 1,
        (next[at - 1] ?? 0) + 1,
        (last?.[at - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (before?.[at - 2] ?? 0) + 1 : Infinity,
      );
    }
    [before, last] = [last, next];
  }
  return last?.[other.length] ?? 0;
}
