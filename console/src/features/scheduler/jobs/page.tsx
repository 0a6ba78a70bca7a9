import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Job } from '#client';
import type { Column } from '#app/list/columns.ts';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { buttonClass } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Chips, Choice, SearchBox } from '#app/ui/list.tsx';
import { Time } from '#app/ui/time.tsx';
import { isLate, JobState, Outcome, SchedulerNav } from '../parts.tsx';
import { handlersQuery, JOBS, jobsQuery, toJobsQuery } from '../queries.ts';
import { jobStates, type JobsSearch } from '../search.ts';
import { words as common } from '../words.ts';
import { JobDrawer } from './drawer.tsx';
import { words } from './words.ts';

const route = getRouteApi('/scheduler');

export function JobsPage() {
  const say = useTexts(words);
  const { title, states } = useTexts(common);
  const { can } = useMe();
  const search = route.useSearch();
  const view = useListView('jobs');
  const asked = toJobsQuery(search, view[0].size);
  const add = can('scheduler.write') && (
    <Link to="." search={(before: object) => ({ ...before, open: 'new' })} className={buttonClass('primary')}>
      <Icon name="plus" />
      {say.add}
    </Link>
  );
  return (
    <>
      <SchedulerNav />
      <ListPage
        title={title}
        query={useQuery(jobsQuery(asked))}
        permission="scheduler.read"
        call={{ path: JOBS, query: asked }}
        view={view}
        idOf={({ id }) => id}
        nameTitle={say.name}
        name={(job) => <bdi>{job.name}</bdi>}
        plainName={({ name, status }) => `${name}, ${states[status]}`}
        columns={useColumns()}
        actions={add}
        filters={<Filters search={search} />}
        isFiltered={[search.search, search.status, search.type, search.tag].some((one) => one !== undefined)}
        empty={say.empty}
        emptyAction={add}
        emptyFiltered={say.emptyFiltered}
        drawer={(id, ids, onGo) => <JobDrawer id={id} ids={ids} onGo={onGo} />}
      />
    </>
  );
}

function useColumns(): readonly Column<Job>[] {
  const say = useTexts(words);
  const { status, type, late } = useTexts(common);
  const fmt = useFmt();
  return [
    { key: 'status', title: status, cell: (job) => <JobState status={job.status} />, isOnPhone: true },
    { key: 'type', title: type, cell: (job) => <bdi className="font-mono text-[12px]">{job.type}</bdi> },
    {
      key: 'next',
      title: say.next,
      isOnPhone: true,
      cell: (job) =>
        job.nextRunAtUtc && (
          <span className="inline-flex items-center gap-2">
            <Time at={job.nextRunAtUtc} />
            {isLate(job) && <Badge state="warn">{late}</Badge>}
          </span>
        ),
    },
    {
      key: 'last',
      title: say.last,
      cell: ({ lastStatus, lastRunAtUtc }) =>
        lastStatus && (
          <span className="inline-flex items-center gap-2">
            <Outcome status={lastStatus} />
            {lastRunAtUtc && <Time at={lastRunAtUtc} as="ago" />}
          </span>
        ),
    },
    { key: 'tags', title: say.tags, cell: ({ tags }) => <bdi>{fmt.list(tags)}</bdi>, isExtra: true },
    { key: 'created', title: say.created, cell: ({ createdAt }) => <Time at={createdAt} />, isExtra: true },
  ];
}

function Filters({ search: { search = '', status, type, tag, of } }: { readonly search: JobsSearch }) {
  const say = useTexts(words);
  const { status: statusTitle, everyStatus, states, type: typeTitle, everyType } = useTexts(common);
  const { can } = useMe();
  const { data: handlers } = useQuery(handlersQuery());
  const navigate = route.useNavigate();
  const filter = (change: Partial<JobsSearch>) =>
    void navigate({ search: ({ cursor: _, ...before }) => ({ ...before, ...change }) });
  const types = new Set([...(handlers?.items ?? []).map((one) => one.type), ...(type === undefined ? [] : [type])]);
  return (
    <>
      {can('scheduler.manage_all') && (
        <Chips<'people' | 'program' | 'all'>
          label={say.whose}
          value={of ?? 'people'}
          options={(['people', 'program', 'all'] as const).map((one) => [one, say.whoseOnes[one]] as const)}
          onChange={(one) => filter({ of: one === 'people' ? undefined : one })}
        />
      )}
      <SearchBox value={search} label={say.search} onChange={(text) => filter({ search: text || undefined })} />
      <Choice<'all' | (typeof jobStates)[number]>
        label={statusTitle}
        value={status ?? 'all'}
        options={[['all', everyStatus], ...jobStates.map((one) => [one, states[one]] as const)]}
        onChange={(one) => filter({ status: one === 'all' ? undefined : one })}
      />
      <Choice
        label={typeTitle}
        value={type ?? ''}
        options={[['', everyType], ...[...types].map((one) => [one, one] as const)]}
        onChange={(one) => filter({ type: one || undefined })}
      />
      {tag !== undefined && (
        <span className="bg-kashi-soft inline-flex min-h-8 items-center gap-1 rounded-lg ps-3 pe-1">
          <bdi>{say.tagFilter(tag)}</bdi>
          <button
            type="button"
            aria-label={say.removeFilter}
            className="grid size-6 place-items-center"
            onClick={() => filter({ tag: undefined })}
          >
            <Icon name="close" className="size-3.5" />
          </button>
        </span>
      )}
    </>
  );
}
