import { useQuery } from '@tanstack/react-query';
import type { RequestHistory } from '#client';
import { Chart, type ChartMark } from '#app/chart/chart.tsx';
import { toRange, toSeconds, type Range } from '#app/range/range.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Diamond } from '#app/ui/badge.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { historyQuery } from '../queries.ts';
import { words } from '../words.ts';

/** Of requests with a server error; fewer are to be watched. */
export const BAD_SHARE = 0.01;

type Step = RequestHistory['items'][number];

interface RequestsProps {
  readonly marks: readonly ChartMark[];
  readonly range: Range;
  readonly onRange: (range: Range) => void;
}

/** What all processes have answered in the range, over time. */
export function RequestCharts({ marks, range, onRange }: RequestsProps) {
  const say = useTexts(words);
  const { data, error, dataUpdatedAt, refetch } = useQuery(historyQuery(range));
  if (!data)
    return error ? (
      <Failure error={error} permission="observability.read" onRetry={() => void refetch()} />
    ) : (
      <Skeleton rows={4} />
    );
  const { stepSeconds, items } = data;
  const span = toSeconds(range);
  const steps = new Map(items.map((step) => [Date.parse(step.at) / 1000, step]));
  const times = toTimes(span, stepSeconds);
  /** The newest step is still going on. */
  const secondsOf = (at: number) => Math.max(1, Math.min(stepSeconds, dataUpdatedAt / 1000 - at));
  const of = (value: (step: Step, seconds: number) => number | null) =>
    times.map((at) => {
      const step = steps.get(at);
      return step ? value(step, secondsOf(at)) : null;
    });
  const plot = { span, times, marks, onZoom: (from: number, to: number) => onRange(toRange(from, to)) };
  return (
    <div className="grid gap-4 *:min-w-0 xl:grid-cols-2">
      <Chart
        {...plot}
        title={say.requests}
        unit={say.perSecond}
        series={[
          { name: say.requests, colour: 'kashi', look: 'area', values: of(({ total }, seconds) => total / seconds) },
          { name: say.errors, colour: 'bad', values: of(({ errors }, seconds) => errors / seconds) },
        ]}
      />
      <Chart
        {...plot}
        title={say.slowReads}
        unit={say.slowReadsUnit}
        series={[
          {
            name: say.slowReads,
            colour: 'ajor',
            values: of(({ reads, slowReads }) => (reads === 0 ? null : (slowReads / reads) * 100)),
          },
        ]}
      />
    </div>
  );
}

/** The same in a sentence. */
export function RequestSentence({ range }: Pick<RequestsProps, 'range'>) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { data } = useQuery(historyQuery(range));
  const items = data?.items ?? [];
  const total = items.reduce((sum, step) => sum + step.total, 0);
  const errors = items.reduce((sum, step) => sum + step.errors, 0);
  const state = errors === 0 ? 'ok' : errors / total >= BAD_SHARE ? 'bad' : 'warn';
  const text =
    total === 0
      ? say.noneCounted
      : errors === 0
        ? say.allAnswered(fmt.number(total))
        : say.someFailed(fmt.number(total), fmt.number(errors), fmt.share(errors / total));
  return (
    <p className="flex min-h-8 items-center gap-3 text-[15px]" role="status">
      {total > 0 && <Diamond state={state} />}
      {data && text}
    </p>
  );
}

/** Steps begin at whole multiples of their length. */
export function toTimes([from, to]: readonly [number, number], step: number): number[] {
  const first = Math.floor(from / step) * step;
  return Array.from({ length: Math.max(0, Math.ceil((to - first) / step)) }, (_, at) => first + at * step);
}
