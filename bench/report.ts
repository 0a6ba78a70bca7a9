/** One line of a result: a figure of Bonyan, and the same figure of the reference if there is one. */
export interface Row {
  readonly measure: string;
  readonly bonyan: number;
  readonly reference?: number;
  readonly unit: string;
}

/** A bound. If it is missed, the run fails. */
export interface Bound {
  readonly what: string;
  readonly actual: number;
  readonly atMost?: number;
  readonly atLeast?: number;
  readonly unit: string;
}

export interface Report {
  readonly rows: readonly Row[];
  readonly bounds: readonly Bound[];
}

export function isMet({ actual, atMost = Infinity, atLeast = -Infinity }: Bound): boolean {
  return actual <= atMost && actual >= atLeast; // false for NaN too
}

/** Prints Markdown. */
export function print(name: string, { rows, bounds }: Report): void {
  console.log(`\n## ${name}\n\n| measure | Bonyan | reference | ratio |\n| --- | ---: | ---: | ---: |`);
  for (const { measure, bonyan, reference, unit } of rows) {
    const [theirs, ratio] =
      reference === undefined ? ['', ''] : [`${round(reference)} ${unit}`, round(bonyan / reference)];
    console.log(`| ${measure} | ${round(bonyan)} ${unit} | ${theirs} | ${ratio} |`);
  }
  if (bounds.length > 0) console.log();
  for (const bound of bounds) {
    const { what, actual, atMost, atLeast, unit } = bound;
    const limit = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
    console.log(`- ${isMet(bound) ? 'met' : 'MISSED'}: ${what} ${round(actual)} ${unit}, ${limit} ${unit}`);
  }
}

function round(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}
