import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { take } from '#client';
import { given } from '#app/app/search.ts';
import { settings } from '#app/app/settings.ts';
import { AsCall } from '#app/list/call.tsx';
import { ExportMenu } from '#app/list/export.tsx';
import { client } from '#app/server/client.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { toPlain } from '#app/text/typed.ts';
import { buttonClass } from '#app/ui/button.tsx';
import { ListTitle, SearchBox, usePageTitle } from '#app/ui/list.tsx';
import { Failure, Stale } from '#app/ui/states.tsx';
import { words as common } from '#app/ui/words.ts';
import { ChannelFilter, RangeFilter, StatusFilter } from '../filters.tsx';
import { sinceOf } from '../kinds.ts';
import { Details } from './details.tsx';
import type { ReportsSearch } from './search.ts';
import { Latencies, Summary } from './summary.tsx';
import { words } from './words.ts';

const route = getRouteApi('/notifications/reports');
const PATH = '/api/v1/notifications/reports';

export function ReportsPage() {
  const say = useTexts(words);
  const { channel, status, range, template, cursor } = route.useSearch();
  usePageTitle(say.title, settings.names[useLanguage()]);
  const query = given({ channel, status, template: template && toPlain(template), from: sinceOf(range) });
  const { data, error, dataUpdatedAt, refetch } = useQuery({
    queryKey: ['notifications', 'reports', 'summary', query],
    queryFn: ({ signal }) => take(client.api.GET(`${PATH}/summary`, { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
  const isFiltered = [channel, status, range, template].some((one) => one !== undefined);
  return (
    <>
      <ListTitle title={say.title} page={undefined}>
        <div className="flex flex-wrap items-center gap-2">
          <AsCall call={{ path: `${PATH}/summary`, query }} />
          <ExportMenu title={say.title} call={{ path: `${PATH}/details`, query }} />
        </div>
      </ListTitle>
      <Filters search={{ channel, status, range, template }} isFiltered={isFiltered} />
      {error && data && <Stale since={dataUpdatedAt} onRetry={() => void refetch()} />}
      {error && !data ? (
        <Failure error={error} permission="notifications.reports.read" onRetry={() => void refetch()} />
      ) : (
        <>
          <Summary summary={data} />
          <Details query={query} cursor={cursor} isFiltered={isFiltered} />
          {data && <Latencies latency={data.latency} />}
        </>
      )}
    </>
  );
}

interface FiltersProps {
  readonly search: ReportsSearch;
  readonly isFiltered: boolean;
}

function Filters({ search, isFiltered }: FiltersProps) {
  const say = useTexts(words);
  const { clear } = useTexts(common);
  const navigate = route.useNavigate();
  const filter = (change: ReportsSearch) => void navigate({ search: { ...search, ...change } });
  return (
    <div role="search" className="flex flex-wrap items-center gap-2">
      <SearchBox
        value={search.template ?? ''}
        label={say.byTemplate}
        onChange={(text) => filter({ template: text || undefined })}
      />
      <ChannelFilter value={search.channel} onChange={(channel) => filter({ channel })} />
      <StatusFilter value={search.status} onChange={(status) => filter({ status })} />
      <RangeFilter isBounded value={search.range ?? 'month'} onChange={(range) => filter({ range })} />
      {isFiltered && (
        <Link to="." search={{}} className={buttonClass('quiet')}>
          {clear}
        </Link>
      )}
    </div>
  );
}
