import { useState } from 'react';
import { useQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { settings } from '#app/app/settings.ts';
import { AsCall } from '#app/list/call.tsx';
import { ExportMenu } from '#app/list/export.tsx';
import { RangePicker } from '#app/range/picker.tsx';
import { useRange } from '#app/range/range.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Chips, ListTitle, usePageTitle, useRowKeys } from '#app/ui/list.tsx';
import { Facets } from './facets.tsx';
import { useGo } from './go.ts';
import { Histogram } from './histogram.tsx';
import { useMedia } from './media.ts';
import { Patterns } from './patterns.tsx';
import { histogramQuery, PATH, toFilter, toTextFilter } from './queries.ts';
import { Results } from './results.tsx';
import { QueryBox } from './query/query-box.tsx';
import { views, type LogsView } from './search.ts';
import { Tail } from './tail/tail.tsx';
import { words } from './words.ts';

const route = getRouteApi('/logs');
const LIVE = '/api/v1/logging/tail';

export function LogsPage() {
  const say = useTexts(words);
  const { query = '', view = 'lines', open } = route.useSearch();
  const [range, setRange] = useRange('1h');
  const { change } = useGo();
  const queries = useQueryClient();
  const isWide = useMedia('(min-width: 1024px)');
  const [areFacetsOpen, setFacetsOpen] = useState(false);
  const isTail = view === 'tail';
  const asked = { query, range };
  const { data: counted } = useQuery({ ...histogramQuery(asked), enabled: !isTail });
  usePageTitle(say.title, settings.names[useLanguage()]);
  useRowKeys();

  const ask = (next: string) => change({ query: next || undefined, open: undefined, tab: undefined });
  const refresh = () => {
    // Only the newest page is read again; older ones when they are scrolled to.
    queries.setQueriesData<InfiniteData<unknown>>(
      { queryKey: ['logs', 'lines'] },
      (data) => data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) },
    );
    void queries.invalidateQueries({ queryKey: ['logs'] });
  };
  const call = isTail ? { path: LIVE, query: toTextFilter(query) } : { path: PATH, query: toFilter(asked) };
  return (
    <>
      <ListTitle title={say.title} page={isTail ? undefined : counted && { totalCount: counted.totalCount }}>
        <div className="flex flex-wrap items-center gap-2">
          <AsCall call={call} />
          {!isTail && (
            <>
              <ExportMenu title={say.title} call={call} />
              <Button look="quiet" isSquare aria-label={say.refresh} title={say.refresh} onClick={refresh}>
                <Icon name="replay" />
              </Button>
              <RangePicker range={range} onChange={setRange} />
            </>
          )}
        </div>
      </ListTitle>
      <div role="search" className="flex flex-wrap items-start gap-2">
        <QueryBox asked={asked} onQuery={ask} />
        {!isWide && !isTail && (
          <Button aria-expanded={areFacetsOpen} onClick={() => setFacetsOpen(!areFacetsOpen)}>
            <Icon name="only" />
            {say.facets}
          </Button>
        )}
        <Chips<LogsView>
          label={say.view}
          value={view}
          options={views.map((one) => [one, say.views[one]] as const)}
          onChange={(next) => change({ view: next === 'lines' ? undefined : next, open: undefined, tab: undefined })}
        />
      </div>
      {isTail ? (
        <Tail query={query} range={range} openId={open} />
      ) : (
        <>
          <Histogram asked={asked} onRange={setRange} />
          <div className="grid items-start gap-4 lg:grid-cols-[212px_1fr]">
            {(isWide || areFacetsOpen) && <Facets asked={asked} onQuery={ask} />}
            {view === 'patterns' ? <Patterns asked={asked} onQuery={ask} /> : <Results asked={asked} openId={open} />}
          </div>
        </>
      )}
    </>
  );
}
