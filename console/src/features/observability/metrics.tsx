import { usePrefetchQuery, useQuery } from '@tanstack/react-query';
import type { KpiSnapshot } from '#client';
import { RangePicker } from '#app/range/picker.tsx';
import { useRange } from '#app/range/range.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Section } from '#app/ui/facts.tsx';
import { Empty, Failure, Skeleton, Stale } from '#app/ui/states.tsx';
import { Card, Grid, Mono } from './card.tsx';
import { ErrorsInLog, ProcessCharts } from './charts/charts.tsx';
import { MarkLines, useMarks } from './charts/marks.tsx';
import { historyQuery, kpisQuery } from './queries.ts';
import { RequestCharts, RequestSentence } from './charts/requests.tsx';
import { words } from './words.ts';

export function Metrics() {
  const say = useTexts(words);
  const [range, onRange] = useRange('1h');
  usePrefetchQuery(historyQuery(range)); // the charts ask once the key figures are there
  const { data, error, dataUpdatedAt, refetch } = useQuery(kpisQuery());
  const { marks, ...marked } = useMarks(range);
  const retry = () => void refetch();
  if (!data) return error ? <Failure error={error} permission="observability.read" onRetry={retry} /> : <Skeleton />;
  return (
    <>
      {error && <Stale since={dataUpdatedAt} onRetry={retry} />}
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <RequestSentence range={range} />
        <RangePicker range={range} onChange={onRange} />
      </div>
      <MarkLines {...marked} />
      <RequestCharts marks={marks} range={range} onRange={onRange} />
      <ErrorsInLog marks={marks} range={range} onRange={onRange} />
      <Section title={say.process}>
        <div className="grid gap-3">
          <p className="text-meta text-ink3 max-w-3xl">{say.collected}</p>
          <ProcessCharts samples={data.samples} marks={marks} range={range} onRange={onRange} />
        </div>
      </Section>
      <Routes requests={data.now.requests} />
      <Modules modules={data.now.modules} />
    </>
  );
}

function Routes({ requests: { routes, windowSeconds } }: { readonly requests: KpiSnapshot['requests'] }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const minutes = fmt.minutes(Math.max(1, Math.round(windowSeconds / 60)));
  const ms = (value: number) => fmt.duration(value);
  return (
    <Card title={say.routes} note={say.window(minutes)}>
      {routes.length === 0 && <Empty text={say.noRoutes} />}
      {routes.length > 0 && (
        <Grid
          name={say.routes}
          heads={[say.route, say.calls, say.errors, say.p50, say.p95, say.p99]}
          rows={routes
            .toSorted((a, b) => b.total - a.total)
            .map(({ method, route, total, errors, p50Ms, p95Ms, p99Ms }) => [
              `${method} ${route}`,
              <Mono key="route">{`${method} ${route}`}</Mono>,
              fmt.number(total),
              <span key="errors" className={errors > 0 ? 'text-bad font-semibold' : ''}>
                {fmt.number(errors)}
              </span>,
              ms(p50Ms),
              ms(p95Ms),
              ms(p99Ms),
            ])}
        />
      )}
    </Card>
  );
}

function Modules({ modules }: Pick<KpiSnapshot, 'modules'>) {
  const say = useTexts(words);
  const fmt = useFmt();
  const rows = modules.flatMap(({ module, name, values }) =>
    values.map(
      ({ label, value }) =>
        [
          `${module} ${name} ${label}`,
          <Mono key="figure">{[`${module}.${name}`, label].filter(Boolean).join(' ')}</Mono>,
          fmt.number(value),
        ] as const,
    ),
  );
  return (
    <Card title={say.modules}>
      {rows.length === 0 && <Empty text={say.noFigures} />}
      {rows.length > 0 && <Grid name={say.modules} heads={[say.figure, say.value]} rows={rows} />}
    </Card>
  );
}
