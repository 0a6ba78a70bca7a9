import { usePrefetchQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { OrchestrationHealth } from '#client';
import { ErrorsInLog } from '#app/features/observability/charts/charts.tsx';
import { MarkLines, useMarks, useOpenIncidents } from '#app/features/observability/charts/marks.tsx';
import {
  alertsQuery,
  HEALTH,
  historyQuery,
  kpisQuery,
  orchestrationQuery,
} from '#app/features/observability/queries.ts';
import { RequestCharts, RequestSentence } from '#app/features/observability/charts/requests.tsx';
import { AsCall } from '#app/list/call.tsx';
import { RangePicker } from '#app/range/picker.tsx';
import { useRange } from '#app/range/range.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Diamond } from '#app/ui/badge.tsx';
import { buttonClass } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Failure, Skeleton, Stale } from '#app/ui/states.tsx';
import { findThings, worstOf, type Thing } from './attention.ts';
import { Nodes } from './nodes.tsx';
import { Tiles } from './tiles.tsx';
import { words } from './words.ts';

const ALERTS = 100; // the most that one answer has

/** One sentence, then the numbers that prove it; all are renewed in place. */
export function Operations() {
  const say = useTexts(words);
  const fmt = useFmt();
  const language = useLanguage();
  const [range, onRange] = useRange('1h');
  usePrefetchQuery(historyQuery(range)); // the charts ask once the other figures are there
  const health = useQuery(orchestrationQuery());
  const kpis = useQuery(kpisQuery());
  const alerts = useQuery(alertsQuery({ pageSize: ALERTS }));
  const open = useOpenIncidents();
  const { marks, ...marked } = useMarks(range);
  const retry = () => void Promise.all([health.refetch(), kpis.refetch(), alerts.refetch()]);
  const failed = health.error ?? kpis.error ?? alerts.error;
  if (!health.data || !kpis.data || !alerts.data) {
    if (failed) return <Failure error={failed} permission="observability.read" onRetry={retry} />;
    return <Skeleton className="h-16" />;
  }
  const things = findThings(health.data, kpis.data.now, open, say, fmt, language);
  const since = Math.min(health.dataUpdatedAt, kpis.dataUpdatedAt, alerts.dataUpdatedAt);
  return (
    <>
      {failed && <Stale since={since} onRetry={retry} />}
      <Sentence health={health.data} things={things} />
      <Tiles health={health.data} kpis={kpis.data.now} alerts={alerts.data.items} />
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <RequestSentence range={range} />
        <RangePicker range={range} onChange={onRange} />
      </div>
      <MarkLines {...marked} />
      <RequestCharts marks={marks} range={range} onRange={onRange} />
      <ErrorsInLog marks={marks} range={range} onRange={onRange} />
      <div className="grid gap-4 *:min-w-0 *:only:col-span-full xl:grid-cols-2">
        <Attention things={things} />
        <Nodes nodes={health.data.nodes} />
      </div>
    </>
  );
}

function Sentence({ health, things }: { readonly health: OrchestrationHealth; readonly things: readonly Thing[] }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const state = worstOf(things);
  const count = say.problems(things.length, fmt.number(things.length));
  const alive = health.nodes.filter(({ status }) => status === 'alive').length;
  const [first] = things;
  return (
    <section className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="grid min-w-0 gap-1">
        <h1 className="text-title flex items-center gap-3 font-semibold">
          <Diamond state={state} />
          {state === 'ok' ? say.healthy : say[state](count)}
        </h1>
        <p className="text-ink2">{first ? <bdi>{first.text}</bdi> : say.healthyText(alive, fmt.number(alive))}</p>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <AsCall call={{ path: HEALTH }} />
        {first && (
          <Link to={first.to} search={first.search} className={buttonClass('primary')}>
            {say.look}
            <Icon name="arrow" className="mirrored" />
          </Link>
        )}
      </div>
    </section>
  );
}

function Attention({ things }: { readonly things: readonly Thing[] }) {
  const say = useTexts(words);
  return (
    <section className="border-line min-w-0 rounded-xl border pb-1">
      <h2 className="px-4 py-3 font-semibold">{say.needsAttention}</h2>
      {things.length === 0 && (
        <p className="text-ink2 flex items-center gap-2 px-4 pb-3">
          <Icon name="check" className="text-ok" />
          {say.nothing}
        </p>
      )}
      <ul className="divide-line divide-y">
        {things.map(({ key, state, text, to, search }) => (
          <li key={key} className="hover:bg-raised relative flex min-h-10 items-center gap-3 px-4 py-1.5">
            <Icon name="warning" className={state === 'bad' ? 'text-bad' : 'text-warn'} />
            <span className="sr-only">{say.states[state]}</span>
            <Link
              to={to}
              search={search}
              className="min-w-0 flex-1 [overflow-wrap:anywhere] after:absolute after:inset-0"
            >
              <bdi>{text}</bdi>
            </Link>
            <Icon name="chevron" className="text-ink3 mirrored" />
          </li>
        ))}
      </ul>
    </section>
  );
}
