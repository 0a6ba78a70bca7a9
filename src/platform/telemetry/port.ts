import type { Cause } from '#kernel/access.ts';

/**
 * Telemetry: what the process counts and measures. One registry feeds `/metrics`, the KPI snapshot, the objectives and
 * OTLP. Labels are patterns of routes, codes and registered names, never paths, users or texts of errors.
 */

/** One value; `labels` in the order in which the family names them. */
export interface Sample {
  readonly labels: readonly string[];
  readonly value: number;
}

export interface HistogramSample {
  readonly labels: readonly string[];
  /** Of each bucket by itself; the last one has no upper bound. */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
}

export interface FamilyDef {
  /** As Prometheus writes it: `bonyan_things_total` for a counter, else with its unit at the end. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** Between which values all is well; the KPI snapshot judges by it. */
export interface Limits {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** Something that is read when it is asked for. */
export interface GaugeDef extends FamilyDef, Limits {
  /** Rejects when it cannot be known; then the family has no samples. */
  read(): readonly Sample[] | Promise<readonly Sample[]>;
}

/** Gauges of one state: a collection reads it once. */
export function gaugesOf<State>(
  read: () => Promise<State>,
  gauges: readonly (FamilyDef & Limits & { toSamples(state: State): readonly Sample[] })[],
): GaugeDef[] {
  let reading: Promise<State> | null = null;
  return gauges.map(({ toSamples, ...gauge }) => ({
    ...gauge,
    async read() {
      reading ??= read().finally(() => (reading = null));
      return toSamples(await reading);
    },
  }));
}

/** The samples of a gauge without labels; none for null. */
export const single = (value: number | null): Sample[] => (value === null ? [] : [{ labels: [], value }]);

export type Family = FamilyDef &
  (
    | { readonly type: 'counter'; readonly samples: readonly Sample[] }
    | ({ readonly type: 'gauge'; readonly samples: readonly Sample[] } & Limits)
    | { readonly type: 'histogram'; readonly bounds: readonly number[]; readonly samples: readonly HistogramSample[] }
  );

export interface Registry {
  /** The function counts one more for these values of the labels. */
  counter(family: FamilyDef): (...labels: readonly string[]) => void;
  /** The function takes in a value. `bounds` ascend; each belongs to the bucket below it. */
  histogram(family: FamilyDef, bounds: readonly number[]): (value: number, ...labels: readonly string[]) => void;
  gauge(family: GaugeDef): void;
  /** Counters and histograms, which cost no statement. */
  counted(): readonly Family[];
  /** All families, with what they have now. */
  collect(): Promise<readonly Family[]>;
}

/** Requests that were answered since the process started; those of monitors are not counted. */
export interface RequestCounts {
  readonly answered: number;
  /** Answered with a status from 500 on. */
  readonly unavailable: number;
  /** Of these, those that are a fault of the program: all but 503. */
  readonly faults: number;
  /** GET and HEAD, without streams and bytes of files. */
  readonly reads: number;
  /** Reads that took longer than `SLOW_READ_MS`. */
  readonly slowReads: number;
}

export const SLOW_READ_MS = 300;
/** Counter by `method`, `route` and `status`: a class such as `2xx`. */
export const REQUESTS = 'bonyan_http_requests_total';
/** Histogram by `method` and `route`. */
export const DURATIONS = 'bonyan_http_request_duration_seconds';

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanDef {
  /** Of few values: a pattern, a queue, a consumer. */
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly attributes?: SpanAttributes;
}

export interface Span {
  /** For what is caused within the span: its spans become children of this one. */
  readonly traceparent: string | null;
  /** Once. `error`: why it failed; undefined when it did not. */
  end(error?: unknown, attributes?: SpanAttributes): void;
}

/** Parts of the story of a request, which a collector puts together. Without a collector it costs nothing. */
export interface Tracer {
  readonly isOn: boolean;
  /** Begins a child of the span that `traceparent` names. */
  begin(span: SpanDef, traceparent: string | null): Span;
  /** Begins the first span of a trace in this process: with the ids of `own`, or below `remote`, the span that called us. */
  beginTrace(span: SpanDef, own: string, remote: string | null): Span;
  /** Runs `work` within a span; what it causes carries the cause that it gets. */
  during<C extends Cause, R>(span: SpanDef, cause: C, work: (cause: C) => Promise<R>): Promise<R>;
}

export interface Telemetry {
  readonly registry: Registry;
  readonly tracer: Tracer;
}
