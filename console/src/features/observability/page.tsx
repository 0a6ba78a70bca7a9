import { getRouteApi } from '@tanstack/react-router';
import { settings } from '#app/app/settings.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { ListTitle, usePageTitle, useRowKeys } from '#app/ui/list.tsx';
import { Tabs } from '#app/ui/tabs.tsx';
import { Alerts } from './alerts.tsx';
import { Events } from './events.tsx';
import { Health } from './health.tsx';
import { Metrics } from './metrics.tsx';
import { Objectives } from './objectives.tsx';
import { tabs, type Tab } from './search.ts';
import { words } from './words.ts';

const route = getRouteApi('/observability');
const PARTS = { metrics: Metrics, objectives: Objectives, alerts: Alerts, events: Events, health: Health };

export function ObservabilityPage() {
  const say = useTexts(words);
  const { tab = 'metrics' } = route.useSearch();
  const navigate = route.useNavigate();
  usePageTitle(`${say.title}: ${say.tabs[tab]}`, settings.names[useLanguage()]);
  useRowKeys();
  const Part = PARTS[tab];
  return (
    <>
      <ListTitle title={say.title} page={undefined} />
      <div className="-mx-4 min-w-0 sm:-mx-5">
        <Tabs<Tab>
          label={say.title}
          value={tab}
          options={tabs.map((one) => [one, say.tabs[one]])}
          onChange={(next) => void navigate({ search: { tab: next === 'metrics' ? undefined : next } })}
        >
          <div className="grid grid-cols-[minmax(0,1fr)] gap-4 px-4 sm:px-5">
            <Part />
          </div>
        </Tabs>
      </div>
    </>
  );
}
