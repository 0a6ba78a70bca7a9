import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { JobExecution } from '#client';
import type { Column } from '#app/list/columns.ts';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { DateInput, type DateValue } from '#app/ui/form/date-field.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Choice } from '#app/ui/list.tsx';
import { Time } from '#app/ui/time.tsx';
import { Outcome, SchedulerNav } from '../parts.tsx';
import { JOB_RUNS, RUNS, runsQuery, toRunsQuery } from '../queries.ts';
import { outcomes, type RunsSearch } from '../search.ts';
import { words as common } from '../words.ts';
import { RunDrawer } from './drawer.tsx';
import { JobName } from './job-name.tsx';
import { Report } from './report.tsx';
import { words } from './words.ts';

const route = getRouteApi('/scheduler/runs');

export function RunsPage() {
  const say = useTexts(words);
  const { outcomes: names } = useTexts(common);
  const fmt = useFmt();
  const { job } = useTexts(common);
  const { can } = useMe();
  const search = route.useSearch();
  const view = useListView('runs');
  const asked = toRunsQuery(search, view[0].size);
  const { jobId, ...query } = asked;
  const call = jobId === undefined ? { path: RUNS, query } : { path: JOB_RUNS, params: { jobId }, query };
  return (
    <>
      <SchedulerNav />
      <ListPage
        title={say.title}
        query={useQuery(runsQuery(asked))}
        permission={search.job === undefined ? 'scheduler.reports.read' : 'scheduler.read'}
        call={call}
        view={view}
        idOf={({ id }) => id}
        nameTitle={job}
        name={(run) => <JobName jobId={run.jobId} />}
        plainName={({ scheduledAtUtc, status }) => `${fmt.second(scheduledAtUtc)}, ${names[status]}`}
        columns={useColumns()}
        actions={can('scheduler.reports.read') && <Report search={search} />}
        filters={<Filters search={search} />}
        isFiltered={[search.status, search.job, search.from, search.to].some((one) => one !== undefined)}
        empty={say.empty}
        emptyFiltered={say.emptyFiltered}
        drawer={(id, ids, onGo) => <RunDrawer id={id} ids={ids} onGo={onGo} />}
      />
    </>
  );
}

function useColumns(): readonly Column<JobExecution>[] {
  const say = useTexts(words);
  const { status, type, triggers } = useTexts(common);
  const fmt = useFmt();
  return [
    { key: 'due', title: say.due, cell: (run) => <Time at={run.scheduledAtUtc} as="second" />, isOnPhone: true },
    { key: 'status', title: status, cell: (run) => <Outcome status={run.status} />, isOnPhone: true },
    { key: 'trigger', title: say.trigger, cell: ({ triggeredBy }) => triggers[triggeredBy] },
    {
      key: 'duration',
      title: say.duration,
      cell: ({ durationMs }) => durationMs !== null && fmt.duration(durationMs),
    },
    {
      key: 'attempt',
      title: say.attempt,
      cell: ({ attempt, maxAttempts }) => say.attemptOf(fmt.number(attempt), fmt.number(maxAttempts)),
      isExtra: true,
    },
    {
      key: 'type',
      title: type,
      cell: (run) => <bdi className="font-mono text-[12px]">{run.type}</bdi>,
      isExtra: true,
    },
  ];
}

function Filters({ search: { status, job, from, to } }: { readonly search: RunsSearch }) {
  const say = useTexts(words);
  const { status: title, everyStatus, outcomes: names } = useTexts(common);
  const navigate = route.useNavigate();
  const filter = (change: Partial<RunsSearch>) =>
    void navigate({ search: ({ cursor: _, ...before }) => ({ ...before, ...change }) });
  return (
    <>
      <Choice<'all' | (typeof outcomes)[number]>
        label={title}
        value={status ?? 'all'}
        options={[['all', everyStatus], ...outcomes.map((one) => [one, names[one]] as const)]}
        onChange={(one) => filter({ status: one === 'all' ? undefined : one })}
      />
      <DayFilter label={say.from} day={from ?? null} onChange={(day) => filter({ from: day ?? undefined })} />
      <DayFilter label={say.to} day={to ?? null} onChange={(day) => filter({ to: day ?? undefined })} />
      {job !== undefined && (
        <span className="bg-kashi-soft inline-flex min-h-8 max-w-full items-center gap-1 rounded-lg ps-3 pe-1">
          <span className="text-ink2">{say.jobFilter}:</span>
          <JobName jobId={job} />
          <button
            type="button"
            aria-label={say.removeFilter}
            className="grid size-6 place-items-center"
            onClick={() => filter({ job: undefined })}
          >
            <Icon name="close" className="size-3.5" />
          </button>
        </span>
      )}
    </>
  );
}

interface DayFilterProps {
  readonly label: string;
  readonly day: string | null;
  readonly onChange: (day: string | null) => void;
}

/** A day that is still typed filters nothing. */
function DayFilter({ label, day, onChange }: DayFilterProps) {
  const [value, setValue] = useState<DateValue>(day);
  const [known, setKnown] = useState(day);
  if (known !== day) {
    setKnown(day); // the address has changed
    setValue(day);
  }
  const change = (next: DateValue) => {
    setValue(next);
    if (next !== undefined && next !== day) onChange(next);
  };
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden="true" className="text-ink3">
        {label}
      </span>
      <span className="w-36">
        <DateInput aria-label={label} value={value} onChange={change} />
      </span>
    </span>
  );
}
