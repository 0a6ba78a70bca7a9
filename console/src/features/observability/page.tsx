import { getRouteApi } from '@tanstack/react-router';
import { PageTabs } from '#app/app/frame/page-tabs.tsx';
import { settings } from '#app/app/settings.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { ListTitle, usePageTitle, useRowKeys } from '#app/ui/list.tsx';
import { Alerts } from './alerts.tsx';
import { Events } from './events.tsx';
import { Health } from './health.tsx';
import { Metrics } from './metrics.tsx';
import { Objectives } from './objectives.tsx';
import { tabs } from './search.ts';
import { words } from './words.ts';

const route = getRouteApi('/observability');
const PARTS = { metrics: Metrics, objectives: Objectives, alerts: Alerts, events: Events, health: Health };

export function ObservabilityPage() {
  const say = useTexts(words);
  const { tab = 'metrics' } = route.useSearch();
  usePageTitle(`${say.title}: ${say.tabs[tab]}`, settings.names[useLanguage()]);
  useRowKeys();
  const Part = PARTS[tab];
  return (
    <>
      <PageTabs
        label={say.title}
        tabs={tabs.map((one) => ({
          to: '/observability',
          search: { tab: one === 'metrics' ? undefined : one },
          title: say.tabs[one],
        }))}
      />
      <ListTitle title={say.tabs[tab]} page={undefined} />
      <Part />
    </>
  );
}
