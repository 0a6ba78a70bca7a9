import { useQuery, useQueryClient } from '@tanstack/react-query';
import { jobQuery } from '../queries.ts';

const KEPT_MS = 60_000;

/** A run knows only the id of its job. Each job is asked for once; one that the reader may not see stays an id. */
export function JobName({ jobId }: { readonly jobId: string }) {
  const { data } = useQuery({
    ...jobQuery(jobId, useQueryClient()),
    staleTime: KEPT_MS,
    refetchInterval: false,
    retry: false,
  });
  return (
    <bdi className={`min-w-0 truncate ${data ? '' : 'text-ink3 font-mono text-[12px]'}`}>{data?.name ?? jobId}</bdi>
  );
}
