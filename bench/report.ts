/** The smallest and the largest of the rounds whose median is the figure. */
export type Spread = readonly [least: number, most: number];

/** One line of a result: a figure of Bonyan, and the same figure of the reference if there is one. */
export interface Row {
  readonly measure: string;
  readonly bonyan: number;
  readonly spread?: Spread;
  readonly reference?: number;
  readonly referenceSpread?: Spread;
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
  /** Of `growth` alone. */
  readonly grown?: readonly Grown[];
}

/** What operations, questions and jobs of one kind cost with `rows` rows, against few. */
export interface Grown {
  readonly kind: string;
  readonly rows: number;
  readonly measured: number;
  /** The medians of their ratios. */
  readonly timeRatio: number;
  readonly pagesRatio: number;
  /** The longest transaction of a job; 0 without jobs. */
  readonly longestMs: number;
  /** Those beyond the bound. */
  readonly beyond: readonly { readonly what: string; readonly fromMs: number; readonly toMs: number }[];
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
