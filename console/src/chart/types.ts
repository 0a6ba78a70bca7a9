/** A token of the design. The same series has the same colour everywhere. */
export type ChartColour = 'kashi' | 'ajor' | 'ink3' | 'ok' | 'warn' | 'bad' | 'info';

export interface ChartSeries {
  readonly name: string;
  readonly colour: ChartColour;
  /** One for each time; null is a gap and stays one. */
  readonly values: readonly (number | null)[];
  /** Default: a line. */
  readonly look?: 'line' | 'area' | 'bars';
}

/** Something that happened at a moment: a line through the chart. */
export interface ChartMark {
  /** Seconds since 1970. */
  readonly at: number;
  readonly title: string;
  readonly colour: 'bad' | 'warn' | 'ink3' | 'info';
}

/** What is drawn. Times and `span` are seconds since 1970. */
export interface Plotted {
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly marks: readonly ChartMark[];
  readonly span: readonly [number, number];
  /** Charts of the same group share the cursor. */
  readonly group: string;
  readonly isRtl: boolean;
  readonly theme: string;
  readonly format: (value: number) => string;
  readonly formatTime: (second: number) => string;
  /** The value under the pointer, and the mark that is close to it. */
  readonly onHover: (index: number | null, mark: ChartMark | null) => void;
  readonly onZoom: ((from: number, to: number) => void) | undefined;
}
