import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Job } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { buttonClass } from '#app/ui/button.tsx';
import { Empty, Failure, Skeleton } from '#app/ui/states.tsx';
import { Time } from '#app/ui/time.tsx';
import { Outcome } from '../parts.tsx';
import { hasEnded, runsQuery, toRunsQuery } from '../queries.ts';
import { words as common } from '../words.ts';
import { words } from './words.ts';

const SHOWN = 20;
const LIVE_MS = 2000;

/** The newest runs of the job; live while one of them has not ended. */
export function JobRuns({ job }: { readonly job: Job }) {
  const say = useTexts(words);
  const { triggers } = useTexts(common);
  const fmt = useFmt();
  const { data, error, refetch } = useQuery({
    ...runsQuery(toRunsQuery({ job: job.id }, SHOWN)),
    refetchInterval: ({ state }) => (state.data?.items.every(hasEnded) === false ? LIVE_MS : false),
  });
  if (error && !data) return <Failure error={error} permission="scheduler.read" onRetry={() => void refetch()} />;
  if (!data) return <Skeleton rows={4} />;
  if (data.items.length === 0) return <Empty text={say.noRuns} />;
  return (
    <div className="grid gap-3 px-5 pb-5">
      <ul className="divide-line border-line divide-y rounded-xl border">
        {data.items.map((run) => (
          <li key={run.id} className="hover:bg-raised relative flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-2">
            <Link
              to="/scheduler/runs"
              search={{ job: job.id, open: run.id }}
              className="min-w-40 flex-1 font-medium after:absolute after:inset-0"
            >
              <Time at={run.scheduledAtUtc} as="second" />
            </Link>
            <span className="text-ink3">{triggers[run.triggeredBy]}</span>
            {run.durationMs !== null && <span className="text-ink2">{fmt.duration(run.durationMs)}</span>}
            <Outcome status={run.status} />
          </li>
        ))}
      </ul>
      <Link to="/scheduler/runs" search={{ job: job.id }} className={`${buttonClass()} justify-self-start`}>
        {say.allRuns}
      </Link>
    </div>
  );
}
