import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Incident } from '#client';
import type { Column } from '#app/list/columns.ts';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Chips } from '#app/ui/list.tsx';
import { Time } from '#app/ui/time.tsx';
import { IncidentDrawer } from './drawer.tsx';
import { INCIDENTS, incidentsQuery, toIncidentsAsked, toPageAsked } from './queries.ts';
import { statuses, type StatusFilter } from './search.ts';
import { SeverityMark, StatusBadge } from './marks.tsx';
import { words } from './words.ts';

const route = getRouteApi('/incidents');

export function IncidentList() {
  const say = useTexts(words);
  const { status = 'open', cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const view = useListView('incidents');
  const asked = toIncidentsAsked(status, toPageAsked(cursor, view[0].size));
  return (
    <ListPage
      title={say.title}
      query={useQuery(incidentsQuery(asked))}
      permission="logging.alerts.manage"
      call={{ path: INCIDENTS, query: { ...asked } }}
      view={view}
      idOf={({ id }) => id}
      nameTitle={say.name}
      name={({ title }) => <bdi>{title}</bdi>}
      plainName={({ title }) => title}
      columns={useColumns()}
      filters={
        <Chips<StatusFilter>
          label={say.status}
          value={status}
          options={statuses.map((one) => [one, say.statusFilter[one]] as const)}
          onChange={(one) => void navigate({ search: one === 'open' ? {} : { status: one } })}
        />
      }
      isFiltered={status !== 'open' && status !== 'all'}
      empty={status === 'open' ? say.emptyOpen : say.empty}
      emptyFiltered={say.emptyFiltered}
      drawer={(id, ids, onGo) => <IncidentDrawer id={id} ids={ids} onGo={onGo} />}
    />
  );
}

function useColumns(): readonly Column<Incident>[] {
  const say = useTexts(words);
  const fmt = useFmt();
  return [
    {
      key: 'severity',
      title: say.severity,
      cell: ({ severity }) => <SeverityMark severity={severity} />,
      isOnPhone: true,
    },
    { key: 'status', title: say.status, cell: (incident) => <StatusBadge incident={incident} />, isOnPhone: true },
    { key: 'service', title: say.service, cell: ({ services, service }) => <bdi>{services[0] ?? service}</bdi> },
    { key: 'count', title: say.count, isNumber: true, cell: ({ count }) => fmt.number(count) },
    { key: 'opened', title: say.opened, cell: ({ openedAt }) => <Time at={openedAt} as="ago" />, isOnPhone: true },
    { key: 'seen', title: say.lastSeen, cell: ({ lastSeenAt }) => <Time at={lastSeenAt} as="ago" />, isExtra: true },
  ];
}
