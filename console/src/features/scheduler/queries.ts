import { keepPreviousData, queryOptions, useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { take, type JobExecution, type NewJobSchedule } from '#client';
import { given } from '#app/app/search.ts';
import { client } from '#app/server/client.ts';
import { toPlain } from '#app/text/typed.ts';
import type { JobsSearch, RunsSearch } from './search.ts';

export const JOBS = '/api/v1/scheduler/jobs';
export const JOB = `${JOBS}/{jobId}` as const;
export const RUNS = `${JOBS}/logs` as const;
export const JOB_RUNS = `${JOB}/logs` as const;
const SCHEDULE = `${JOB}/schedule` as const;
export const METRICS = '/api/v1/scheduler/metrics';
const EXECUTION = '/api/v1/scheduler/executions/{executionId}';

const LIST_MS = 10_000; // rows keep their places: the newest job is first
const DETAIL_MS = 3000;
const RUNNING_MS = 1000;

export function toJobsQuery({ search, status, type, tag, of, cursor }: JobsSearch, pageSize: number) {
  const declared = of === 'all' ? undefined : of === 'program';
  return given({
    pageSize,
    cursor,
    status,
    type,
    tag,
    declared,
    search: search === undefined ? undefined : toPlain(search),
  });
}

export function jobsQuery(query: ReturnType<typeof toJobsQuery>) {
  return queryOptions({
    queryKey: ['scheduler', 'jobs', query],
    queryFn: ({ signal }) => take(client.api.GET(JOBS, { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: LIST_MS,
  });
}

type JobPage = Awaited<ReturnType<NonNullable<ReturnType<typeof jobsQuery>['queryFn']>>>;

export function jobQuery(jobId: string, queries: QueryClient) {
  return queryOptions({
    queryKey: ['scheduler', 'job', jobId],
    queryFn: ({ signal }) => take(client.api.GET(JOB, { params: { path: { jobId } }, signal })),
    placeholderData: () =>
      queries
        .getQueriesData<JobPage>({ queryKey: ['scheduler', 'jobs'] })
        .flatMap(([, page]) => page?.items ?? [])
        .find(({ id }) => id === jobId),
    refetchInterval: DETAIL_MS,
  });
}

export function handlersQuery() {
  return queryOptions({
    queryKey: ['scheduler-handlers'],
    queryFn: ({ signal }) => take(client.api.GET('/api/v1/scheduler/handlers', { signal })),
    staleTime: Infinity, // those of the program
  });
}

/** Null for a job without one. */
export function scheduleQuery(jobId: string) {
  return queryOptions({
    queryKey: ['scheduler', 'schedule', jobId],
    queryFn: async ({ signal }) => {
      const answer = await client.api.GET(SCHEDULE, { params: { path: { jobId } }, signal });
      const isMissing = answer.response.status === 404 && answer.error?.code === 'scheduler.schedule_not_found';
      return isMissing ? null : take(Promise.resolve(answer));
    },
  });
}

export function previewQuery(jobId: string) {
  return queryOptions({
    queryKey: ['scheduler', 'preview', jobId],
    queryFn: ({ signal }) => take(client.api.GET(`${SCHEDULE}/preview`, { params: { path: { jobId } }, signal })),
  });
}

/** The next instants of a schedule that is not saved. */
export function draftQuery(jobId: string, draft: NewJobSchedule | null) {
  return queryOptions({
    queryKey: ['scheduler-draft', jobId, draft],
    enabled: draft !== null,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      if (!draft) return [];
      const params = { path: { jobId }, query: { dryRun: true } };
      const { preview } = await take(client.api.POST(SCHEDULE, { params, body: draft, signal }));
      return preview;
    },
  });
}

/** Days of the reader become instants; the last one is included. */
export function toRunsQuery({ status, job, from, to, cursor }: RunsSearch, pageSize: number) {
  const begin = from === undefined ? undefined : new Date(`${from}T00:00:00`).toISOString();
  const end = to === undefined ? undefined : new Date(`${to}T00:00:00`);
  end?.setDate(end.getDate() + 1);
  return given({ pageSize, cursor, status, jobId: job, from: begin, to: end?.toISOString() });
}

/** Of one job, which its readers may see; of all jobs for those who may see reports. */
export function runsQuery(query: ReturnType<typeof toRunsQuery>) {
  const { jobId, ...rest } = query;
  return queryOptions({
    queryKey: ['scheduler', 'runs', query],
    queryFn: ({ signal }) =>
      jobId === undefined
        ? take(client.api.GET(RUNS, { params: { query }, signal }))
        : take(client.api.GET(JOB_RUNS, { params: { path: { jobId }, query: rest }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function hasEnded({ status }: Pick<JobExecution, 'status'>): boolean {
  return status !== 'running' && status !== 'scheduled' && status !== 'failed';
}

/** Asked for each second until it has ended. */
export function runQuery(executionId: string) {
  return queryOptions({
    queryKey: ['scheduler', 'run', executionId],
    queryFn: ({ signal }) => take(client.api.GET(EXECUTION, { params: { path: { executionId } }, signal })),
    refetchInterval: ({ state: { data } }) => (data && hasEnded(data) ? false : RUNNING_MS),
  });
}

export function cancelRun(executionId: string) {
  return take(client.api.POST(`${EXECUTION}/cancel`, { params: { path: { executionId } } }));
}

export function metricsQuery() {
  return queryOptions({
    queryKey: ['scheduler', 'metrics'],
    queryFn: ({ signal }) => take(client.api.GET(METRICS, { signal })),
    refetchInterval: DETAIL_MS,
  });
}

/** Which runs hold a place now, and which wait for one. */
export function lanesQuery() {
  return queryOptions({
    queryKey: ['scheduler', 'lanes'],
    queryFn: ({ signal }) => take(client.api.GET('/api/v1/scheduler/lanes', { signal })),
    refetchInterval: DETAIL_MS,
  });
}

/** A change of a job or of its parts. What is shown of the scheduler is read anew after it. */
export function useChange<T = unknown>() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: () => Promise<T>) => change(),
    onSettled: () => queries.invalidateQueries({ queryKey: ['scheduler'] }),
  });
}
