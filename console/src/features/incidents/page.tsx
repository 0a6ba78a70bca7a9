import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMe } from '#app/server/session.tsx';
import { useStream } from '#app/server/stream.ts';
import { useTexts } from '#app/text/language.ts';
import { Tabs } from '#app/ui/tabs.tsx';
import { IncidentList } from './list.tsx';
import { RuleList } from './rules.tsx';
import { tabs, type IncidentsTab } from './search.ts';
import { SilenceList } from './silences.tsx';
import { words } from './words.ts';

const route = getRouteApi('/incidents');

export function IncidentsPage() {
  const say = useTexts(words);
  const { tab = 'incidents' } = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const { can } = useMe();
  useStream(can('logging.alerts.manage') ? ['logging.incidents'] : [], () => {
    void queries.invalidateQueries({ queryKey: ['incidents', 'list'] });
    void queries.invalidateQueries({ queryKey: ['incidents', 'one'] });
  });
  return (
    <Tabs<IncidentsTab>
      label={say.title}
      value={tab}
      options={tabs.map((one) => [one, say.tabs[one]] as const)}
      onChange={(next) => void navigate({ search: next === 'incidents' ? {} : { tab: next } })}
    >
      <div className="grid content-start gap-4">
        {tab === 'incidents' && <IncidentList />}
        {tab === 'silences' && <SilenceList />}
        {tab === 'rules' && <RuleList />}
      </div>
    </Tabs>
  );
}
