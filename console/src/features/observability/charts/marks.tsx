import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { take, type Deploy, type Incident } from '#client';
import type { ChartMark } from '#app/chart/chart.tsx';
import { given } from '#app/app/search.ts';
import { toBounds, toSeconds, type Range } from '#app/range/range.ts';
import { client } from '#app/server/client.ts';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { EVERY_MS } from '../queries.ts';
import { words } from '../words.ts';

const ASKED = 100; // the newest ones
const NAMED = 3;

function newestQuery(status?: 'open' | 'acknowledged') {
  const query = given({ pageSize: ASKED, status });
  return queryOptions({
    queryKey: ['incidents', 'newest', status],
    queryFn: ({ signal }) => take(client.api.GET('/api/v1/logging/alerts/incidents', { params: { query }, signal })),
    refetchInterval: EVERY_MS,
  });
}

/** The incidents that opened in the range, newest first; none for readers who may not see incidents. */
function useIncidents(range: Range): readonly Incident[] {
  const { can } = useMe();
  const { data } = useQuery({ ...newestQuery(), enabled: can('logging.alerts.manage') });
  const [from, to] = toSeconds(range);
  return data?.items.filter((one) => secondOf(one) >= from && secondOf(one) <= to) ?? [];
}

/** Those that are not resolved, newest first; none for readers who may not see incidents. */
export function useOpenIncidents(): readonly Incident[] {
  const { can } = useMe();
  const enabled = can('logging.alerts.manage');
  const { data: open } = useQuery({ ...newestQuery('open'), enabled });
  const { data: acknowledged } = useQuery({ ...newestQuery('acknowledged'), enabled });
  return [...(open?.items ?? []), ...(acknowledged?.items ?? [])];
}

/** The deploys in the range, newest first. */
function useDeploys(range: Range): readonly Deploy[] {
  const { data } = useQuery({
    queryKey: ['observability', 'deploys', range],
    queryFn: ({ signal }) =>
      take(client.api.GET('/api/v1/observability/deploys', { params: { query: toBounds(range) }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  });
  return data?.items ?? [];
}

/** What happened in the range, and its marks for charts. */
export function useMarks(range: Range) {
  const say = useTexts(words);
  const incidents = useIncidents(range);
  const deploys = useDeploys(range);
  const marks: readonly ChartMark[] = [
    ...incidents.map((one) => ({ at: secondOf(one), title: one.title, colour: colourOf(one) })),
    ...deploys.map(({ at, release }) => ({
      at: Date.parse(at) / 1000,
      title: say.deployed(release),
      colour: 'info' as const,
    })),
  ];
  return { incidents, deploys, marks };
}

/** What the marks in the charts are. */
export function MarkLines({ incidents, deploys }: Omit<ReturnType<typeof useMarks>, 'marks'>) {
  return (
    <>
      <IncidentLine incidents={incidents} />
      <DeployLine deploys={deploys} />
    </>
  );
}

type IncidentColour = 'bad' | 'warn' | 'ink3';
const DIAMONDS: Readonly<Record<IncidentColour, string>> = { bad: 'bg-bad', warn: 'bg-warn', ink3: 'bg-ink3' };

/** What is over is quiet. */
function colourOf({ status, severity }: Incident): IncidentColour {
  if (status === 'resolved') return 'ink3';
  return severity === 'critical' || severity === 'high' ? 'bad' : 'warn';
}

function secondOf({ openedAt }: Incident): number {
  return Date.parse(openedAt) / 1000;
}

/** With a way to each. */
function IncidentLine({ incidents }: { readonly incidents: readonly Incident[] }) {
  const say = useTexts(words);
  const fmt = useFmt();
  if (incidents.length === 0) return null;
  const rest = incidents.length - NAMED;
  return (
    <div className="text-meta flex flex-wrap items-center gap-x-4 gap-y-1">
      <span className="text-ink2">{say.incidentsInRange}</span>
      {incidents.slice(0, NAMED).map((one) => (
        <Link
          key={one.id}
          to="/incidents"
          search={{ status: 'all', open: one.id }}
          className="text-kashi flex min-h-6 items-center gap-1.5 hover:underline"
        >
          <span aria-hidden="true" className={`size-2 shrink-0 rotate-45 rounded-[1px] ${DIAMONDS[colourOf(one)]}`} />
          <bdi>{one.title}</bdi>
          <span className="text-ink3">{fmt.dayTime(Date.parse(one.openedAt))}</span>
        </Link>
      ))}
      {rest > 0 && (
        <Link to="/incidents" search={{ status: 'all' }} className="text-kashi min-h-6 hover:underline">
          {say.moreIncidents(fmt.number(rest))}
        </Link>
      )}
    </div>
  );
}

function DeployLine({ deploys }: { readonly deploys: readonly Deploy[] }) {
  const say = useTexts(words);
  const fmt = useFmt();
  if (deploys.length === 0) return null;
  const rest = deploys.length - NAMED;
  return (
    <div className="text-meta text-ink2 flex flex-wrap items-center gap-x-4 gap-y-1">
      <span>{say.deploysInRange}</span>
      {deploys.slice(0, NAMED).map(({ at, release }) => (
        <span key={at} className="flex min-h-6 items-center gap-1.5">
          <span aria-hidden="true" className="bg-info size-2 shrink-0 rotate-45 rounded-[1px]" />
          <bdi className="text-ink">{release}</bdi>
          <span className="text-ink3">{fmt.dayTime(Date.parse(at))}</span>
        </span>
      ))}
      {rest > 0 && <span>{say.moreDeploys(fmt.number(rest))}</span>}
    </div>
  );
}
