import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { take, type Incident } from '#client';
import type { ChartMark } from '#app/chart/chart.tsx';
import { toSeconds, type Range } from '#app/range/range.ts';
import { client } from '#app/server/client.ts';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { EVERY_MS } from '../queries.ts';
import { words } from '../words.ts';

const ASKED = 100; // the newest ones
const NAMED = 3;

/** The incidents that opened in the range, newest first; none for readers who may not see incidents. */
export function useIncidents(range: Range): readonly Incident[] {
  const { can } = useMe();
  const { data } = useQuery({
    queryKey: ['incidents', 'marks'],
    queryFn: ({ signal }) =>
      take(client.api.GET('/api/v1/logging/alerts/incidents', { params: { query: { pageSize: ASKED } }, signal })),
    enabled: can('logging.alerts.manage'),
    refetchInterval: EVERY_MS,
  });
  const [from, to] = toSeconds(range);
  return data?.items.filter((one) => secondOf(one) >= from && secondOf(one) <= to) ?? [];
}

export function toMarks(incidents: readonly Incident[]): readonly ChartMark[] {
  return incidents.map((one) => ({ at: secondOf(one), title: one.title }));
}

function secondOf({ openedAt }: Incident): number {
  return Date.parse(openedAt) / 1000;
}

/** What the marks in the charts are, with a way to each. */
export function IncidentLine({ incidents }: { readonly incidents: readonly Incident[] }) {
  const say = useTexts(words);
  const fmt = useFmt();
  if (incidents.length === 0) return null;
  const rest = incidents.length - NAMED;
  return (
    <div className="text-meta flex flex-wrap items-center gap-x-4 gap-y-1">
      <span className="text-ink2">{say.incidentsInRange}</span>
      {incidents.slice(0, NAMED).map(({ id, title, openedAt }) => (
        <Link
          key={id}
          to="/incidents"
          search={{ status: 'all', open: id }}
          className="text-kashi flex min-h-6 items-center gap-1.5 hover:underline"
        >
          <span aria-hidden="true" className="bg-bad size-2 shrink-0 rotate-45 rounded-[1px]" />
          <bdi>{title}</bdi>
          <span className="text-ink3">{fmt.dayTime(Date.parse(openedAt))}</span>
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
