import { getRouteApi } from '@tanstack/react-router';
import { PageTabs } from '#app/app/frame/page-tabs.tsx';
import { settings } from '#app/app/settings.ts';
import { AsCall, type ApiCall } from '#app/list/call.tsx';
import { ExportMenu } from '#app/list/export.tsx';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { ListTitle, usePageTitle, useRowKeys } from '#app/ui/list.tsx';
import { Alerts } from './alerts.tsx';
import { Events } from './events.tsx';
import { Health } from './health.tsx';
import { Metrics } from './metrics.tsx';
import { Objectives } from './objectives.tsx';
import { ALERTS, CATALOGUE, HEALTH, METRICS } from './queries.ts';
import { tabs, type Tab } from './search.ts';
import { words } from './words.ts';

const route = getRouteApi('/observability');
const PARTS = { metrics: Metrics, objectives: Objectives, alerts: Alerts, events: Events, health: Health };
const CALLS: Readonly<Record<Tab, ApiCall>> = {
  metrics: { path: METRICS },
  objectives: { path: METRICS },
  alerts: { path: ALERTS },
  events: { path: CATALOGUE },
  health: { path: HEALTH },
};

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
      <ListTitle title={say.tabs[tab]} page={undefined}>
        <div className="flex gap-2">
          <AsCall call={CALLS[tab]} />
          {(tab === 'alerts' || tab === 'events') && <ExportMenu title={say.tabs[tab]} call={CALLS[tab]} />}
        </div>
      </ListTitle>
      <Part />
    </>
  );
}
