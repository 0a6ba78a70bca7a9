import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { PageTabs } from '#app/app/frame/page-tabs.tsx';
import { useMe } from '#app/server/session.tsx';
import { useStream } from '#app/server/stream.ts';
import { useTexts } from '#app/text/language.ts';
import { IncidentList } from './list.tsx';
import { RuleList } from './rules.tsx';
import { tabs } from './search.ts';
import { SilenceList } from './silences.tsx';
import { words } from './words.ts';

const route = getRouteApi('/incidents');

export function IncidentsPage() {
  const say = useTexts(words);
  const { tab = 'incidents' } = route.useSearch();
  const queries = useQueryClient();
  const { can } = useMe();
  useStream(can('logging.alerts.manage') ? ['logging.incidents'] : [], () => {
    void queries.invalidateQueries({ queryKey: ['incidents', 'list'] });
    void queries.invalidateQueries({ queryKey: ['incidents', 'one'] });
  });
  return (
    <>
      <PageTabs
        label={say.title}
        tabs={tabs.map((one) => ({
          to: '/incidents',
          search: { tab: one === 'incidents' ? undefined : one },
          title: say.tabs[one],
        }))}
      />
      {tab === 'incidents' && <IncidentList />}
      {tab === 'silences' && <SilenceList />}
      {tab === 'rules' && <RuleList />}
    </>
  );
}
