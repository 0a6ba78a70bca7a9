import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Job } from '#client';
import { RowDrawer, type RowDrawerProps } from '#app/list/drawer.tsx';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { Tabs } from '#app/ui/tabs.tsx';
import { isDuty } from '../parts.tsx';
import { jobQuery } from '../queries.ts';
import { ScheduleTab } from '../schedule/tab.tsx';
import type { JobTab } from '../search.ts';
import { words as common } from '../words.ts';
import { JobAccess } from './access.tsx';
import { JobActions } from './actions.tsx';
import { JobDependencies } from './dependencies.tsx';
import { JobFacts } from './facts.tsx';
import { JobForm } from './form.tsx';
import { JobRuns } from './runs.tsx';
import { words } from './words.ts';

const route = getRouteApi('/scheduler');

export function JobDrawer(row: RowDrawerProps) {
  const say = useTexts(words);
  const navigate = route.useNavigate();
  const created = (job: Job) =>
    void navigate({ search: (before) => ({ ...before, open: job.id, tab: 'schedule' }), replace: true });
  if (row.id !== 'new') return <KnownJob {...row} />;
  return (
    <Drawer title={say.add} isWide onClose={() => row.onGo(undefined)}>
      <JobForm job={null} onSaved={created} />
    </Drawer>
  );
}

function KnownJob(row: RowDrawerProps) {
  const { job } = useTexts(common);
  const queries = useQueryClient();
  const query = useQuery(jobQuery(row.id, queries));
  return (
    <RowDrawer {...row} isWide title={(data) => data?.name ?? job} query={query} permission="scheduler.read">
      {(data) => <JobTabs key={data.id} job={data} />}
    </RowDrawer>
  );
}

function JobTabs({ job }: { readonly job: Job }) {
  const say = useTexts(words);
  const { can } = useMe();
  const { tab = 'facts' } = route.useSearch();
  const navigate = route.useNavigate();
  const go = (next: JobTab) =>
    void navigate({ search: (before) => ({ ...before, tab: next === 'facts' ? undefined : next }), replace: true });
  const canEdit = can('scheduler.write') && !isDuty(job);
  const shown: readonly JobTab[] = [
    'facts',
    ...(canEdit ? (['edit'] as const) : []),
    'schedule',
    'runs',
    'dependencies',
    ...(can('scheduler.permissions.manage') && !isDuty(job) ? (['access'] as const) : []),
  ];
  const value = shown.includes(tab) ? tab : 'facts';
  return (
    <>
      <JobActions job={job} />
      <Tabs label={say.about} value={value} options={shown.map((one) => [one, say.tabs[one]] as const)} onChange={go}>
        {value === 'facts' && <JobFacts job={job} />}
        {value === 'edit' && <JobForm job={job} onSaved={() => go('facts')} />}
        {value === 'schedule' && <ScheduleTab job={job} />}
        {value === 'runs' && <JobRuns job={job} />}
        {value === 'dependencies' && <JobDependencies job={job} />}
        {value === 'access' && <JobAccess job={job} />}
      </Tabs>
    </>
  );
}
