import { useQuery } from '@tanstack/react-query';
import { take } from '#client';
import { toBounds, toRange, toSeconds, type Range } from '#app/range/range.ts';
import { client } from '#app/server/client.ts';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Chart, type ChartMark } from '#app/chart/chart.tsx';
import { EVERY_MS } from '../queries.ts';
import { toTimes } from './requests.tsx';
import type { Sample } from './samples.ts';
import { words } from '../words.ts';

const BUCKETS = 60;

interface ChartsProps {
  readonly samples: readonly Sample[];
  readonly marks?: readonly ChartMark[];
  readonly range: Range;
  readonly onRange: (range: Range) => void;
}

function usePlot({ samples, marks = [], range, onRange }: ChartsProps) {
  const span = toSeconds(range);
  const shown = samples.filter(({ at }) => at >= span[0] && at <= span[1]);
  return {
    span,
    marks,
    times: shown.map(({ at }) => at),
    onZoom: (from: number, to: number) => onRange(toRange(from, to)),
    of: (name: Exclude<keyof Sample, 'at'>) => shown.map((sample) => sample[name]),
  };
}

/** What this page has collected of the process that answers. */
export function ProcessCharts(props: ChartsProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { of, ...plot } = usePlot(props);
  return (
    <div className="grid gap-4 *:min-w-0 xl:grid-cols-3">
      <Chart
        {...plot}
        title={say.responseTime}
        unit={say.milliseconds}
        series={[
          { name: say.p50, colour: 'ink3', values: of('p50Ms') },
          { name: say.p95, colour: 'kashi', values: of('p95Ms') },
          { name: say.p99, colour: 'ajor', values: of('p99Ms') },
        ]}
      />
      <Chart
        {...plot}
        title={say.loop}
        unit={say.milliseconds}
        series={[{ name: say.loopLine, colour: 'kashi', values: of('loopMs') }]}
      />
      <Chart
        {...plot}
        title={say.memory}
        format={fmt.bytes}
        series={[
          { name: say.rss, colour: 'ink3', values: of('rssBytes') },
          { name: say.heap, colour: 'kashi', values: of('heapBytes') },
        ]}
      />
    </div>
  );
}

/** What the log says of the whole range, for who may read it. Intervals without errors are zero, not gaps. */
export function ErrorsInLog({ marks = [], range, onRange }: Omit<ChartsProps, 'samples'>) {
  const say = useTexts(words);
  const { can } = useMe();
  const { data } = useQuery({
    queryKey: ['log-errors', range],
    queryFn: ({ signal }) => {
      const query = { ...toBounds(range), minimumLevel: 'error' as const, buckets: BUCKETS };
      return take(client.api.GET('/api/v1/logging/histogram', { params: { query }, signal }));
    },
    enabled: can('logging.events.read'),
    ...(typeof range === 'string' && { refetchInterval: EVERY_MS }),
  });
  if (!can('logging.events.read')) return null;
  const span = toSeconds(range);
  const counts = new Map(data?.buckets.map(({ from, count }) => [Date.parse(from) / 1000, count]));
  const times = data ? toTimes(span, data.bucketSeconds) : [];
  return (
    <Chart
      title={say.logErrors}
      unit={say.events}
      times={times}
      marks={marks}
      span={span}
      series={[
        { name: say.logErrors, colour: 'bad', look: 'bars', values: times.map((time) => counts.get(time) ?? 0) },
      ]}
      onZoom={(from, to) => onRange(toRange(from, to))}
      note={data && (data.sampled || !data.complete) ? say.notAll : undefined}
    />
  );
}
