import { useState } from 'react';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { take, type Job } from '#client';
import { ListHead } from '#app/list/tools.tsx';
import { client } from '#app/server/client.ts';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { FormFailure } from '#app/ui/form/form.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { SearchBox } from '#app/ui/list.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { isDuty } from '../parts.tsx';
import { JOB, jobsQuery, toJobsQuery, useChange } from '../queries.ts';
import { words } from './words.ts';

const DEPENDENCIES = `${JOB}/dependencies` as const;
const FOUND = 8;

function dependenciesQuery(jobId: string) {
  return queryOptions({
    queryKey: ['scheduler', 'dependencies', jobId],
    queryFn: ({ signal }) => take(client.api.GET(DEPENDENCIES, { params: { path: { jobId } }, signal })),
  });
}

export function JobDependencies({ job }: { readonly job: Job }) {
  const say = useTexts(words);
  const { can } = useMe();
  const change = useChange();
  const { data, error, refetch } = useQuery(dependenciesQuery(job.id));
  if (error && !data) return <Failure error={error} permission="scheduler.read" onRetry={() => void refetch()} />;
  if (!data) return <Skeleton rows={3} />;
  const canChange = can('scheduler.manage') && !isDuty(job);
  const remove = (dependsOnJobId: string) =>
    change.mutate(() =>
      take(
        client.api.DELETE(`${DEPENDENCIES}/{dependsOnJobId}`, { params: { path: { jobId: job.id, dependsOnJobId } } }),
      ),
    );
  const add = (dependsOnJobId: string) =>
    change.mutate(() =>
      take(client.api.POST(DEPENDENCIES, { params: { path: { jobId: job.id } }, body: { dependsOnJobId } })),
    );
  const taken = new Set([job.id, ...data.items.map(({ dependsOnJobId }) => dependsOnJobId)]);
  return (
    <div className="grid gap-4 px-5 pb-5">
      <ListHead
        title={say.tabs.dependencies}
        call={{ path: DEPENDENCIES, params: { jobId: job.id } }}
        isEmpty={data.items.length === 0}
      >
        <p className="text-ink2">{data.items.length === 0 ? say.noDependencies : say.dependsOn}</p>
      </ListHead>
      {data.items.length > 0 && (
        <ul className="divide-line border-line divide-y rounded-xl border">
          {data.items.map(({ dependsOnJobId, name }) => (
            <li key={dependsOnJobId} className="flex min-h-10 items-center gap-2 ps-3 pe-1">
              <span className="min-w-0 flex-1 truncate">
                {name === null ? (
                  <span className="text-ink3">{say.hidden}</span>
                ) : (
                  <Link to="/scheduler" search={{ open: dependsOnJobId }} className="text-kashi underline">
                    <bdi>{name}</bdi>
                  </Link>
                )}
              </span>
              {canChange && (
                <Button
                  look="quiet"
                  isSquare
                  aria-label={say.removeDependency(name ?? say.hidden)}
                  disabled={change.isPending}
                  onClick={() => remove(dependsOnJobId)}
                >
                  <Icon name="close" />
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <FormFailure error={change.error} />
      {canChange && <JobPicker taken={taken} onPick={add} />}
    </div>
  );
}

interface JobPickerProps {
  readonly taken: ReadonlySet<string>;
  readonly onPick: (jobId: string) => void;
}

function JobPicker({ taken, onPick }: JobPickerProps) {
  const say = useTexts(words);
  const [search, setSearch] = useState('');
  const { data } = useQuery({ ...jobsQuery(toJobsQuery({ search, of: 'all' }, FOUND)), enabled: search !== '' });
  const found = search === '' ? [] : (data?.items ?? []).filter(({ id }) => !taken.has(id));
  return (
    <div className="grid gap-2">
      <SearchBox value={search} label={say.addDependency} onChange={setSearch} />
      {search !== '' && data && found.length === 0 && <p className="text-ink3">{say.noJobFound}</p>}
      {found.length > 0 && (
        <ul className="divide-line border-line divide-y rounded-xl border">
          {found.map(({ id, name }) => (
            <li key={id} className="flex min-h-11 items-center gap-3 px-3">
              <bdi className="min-w-0 flex-1 truncate">{name}</bdi>
              <Button
                aria-label={`${say.depend}: ${name}`}
                onClick={() => {
                  setSearch('');
                  onPick(id);
                }}
              >
                {say.depend}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
