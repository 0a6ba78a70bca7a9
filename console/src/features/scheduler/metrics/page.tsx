import { useQuery } from '@tanstack/react-query';
import type { SchedulerMetrics } from '#client';
import { settings } from '#app/app/settings.ts';
import { AsCall } from '#app/list/call.tsx';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Diamond } from '#app/ui/badge.tsx';
import { Section } from '#app/ui/facts.tsx';
import { ListTitle, usePageTitle } from '#app/ui/list.tsx';
import { Failure, Skeleton, Stale } from '#app/ui/states.tsx';
import { SchedulerNav } from '../parts.tsx';
import { METRICS, metricsQuery } from '../queries.ts';
import { Lanes } from './lanes.tsx';
import { PauseAll } from './pause-all.tsx';
import { TypeTable } from './types.tsx';
import { words } from './words.ts';

const LATE_MS = 60_000; // as the gauge of the server warns

/** What waits and runs over all processes; and the pause of everything. */
export function MetricsPage() {
  const say = useTexts(words);
  const { can } = useMe();
  const { data, error, dataUpdatedAt, refetch } = useQuery(metricsQuery());
  usePageTitle(say.title, settings.names[useLanguage()]);
  const retry = () => void refetch();
  return (
    <>
      <SchedulerNav />
      <ListTitle title={say.title} page={undefined}>
        <AsCall call={{ path: METRICS }} />
      </ListTitle>
      {error && data && <Stale since={dataUpdatedAt} onRetry={retry} />}
      {!data && !error && <Skeleton />}
      {!data && error && <Failure error={error} permission="scheduler.reports.read" onRetry={retry} />}
      {data && (
        <div className="grid grid-cols-1 gap-6">
          <Sentence metrics={data} />
          <Figures metrics={data} />
          <Section title={say.lanes}>
            <Lanes />
          </Section>
          <Section title={say.byType}>
            <TypeTable types={data.byType} />
          </Section>
          {can('scheduler.manage') && <PauseAll />}
        </div>
      )}
    </>
  );
}

function Sentence({ metrics: { lagMs, quarantined } }: { readonly metrics: SchedulerMetrics }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const isLate = lagMs > LATE_MS;
  const text = isLate
    ? say.late(fmt.duration(lagMs))
    : quarantined > 0
      ? say.quarantine(fmt.number(quarantined))
      : say.calm;
  return (
    <p className="flex items-center gap-3 text-[15px]">
      <Diamond state={isLate ? 'bad' : quarantined > 0 ? 'warn' : 'ok'} />
      {text}
    </p>
  );
}

function Figures({ metrics }: { readonly metrics: SchedulerMetrics }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const figures = [
    ['due', fmt.number(metrics.due)],
    ['running', fmt.number(metrics.running)],
    ['lag', metrics.lagMs === 0 ? '–' : fmt.duration(metrics.lagMs)],
    ['quarantined', fmt.number(metrics.quarantined)],
  ] as const;
  return (
    <dl className="border-line grid grid-cols-2 overflow-hidden rounded-xl border lg:grid-cols-4">
      {figures.map(([name, figure]) => (
        <div key={name} className="border-line -mb-px -ms-px border-s border-b px-4 py-3">
          <dt className="text-ink2">{say[name]}</dt>
          <dd className="flex flex-wrap items-baseline gap-x-2">
            <span className="text-figure font-semibold">{figure}</span>
            <span className="text-meta text-ink3">{say[`${name}Means`]}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
