import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { SchedulerLanes } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { Time } from '#app/ui/time.tsx';
import { lanesQuery } from '../queries.ts';
import { words } from './words.ts';

type Lane = SchedulerLanes['items'][number];
type LaneRun = Lane['runs'][number];

/** Which runs hold a place, and which wait for one. */
export function Lanes() {
  const say = useTexts(words);
  const { data, error, refetch } = useQuery(lanesQuery());
  if (!data)
    return error ? (
      <Failure error={error} permission="scheduler.reports.read" onRetry={() => void refetch()} />
    ) : (
      <Skeleton rows={2} className="h-8" />
    );
  return (
    <>
      <p className="text-meta text-ink3">{say.lanesMean}</p>
      {!data.complete && <p className="text-meta text-warn">{say.lanesPart}</p>}
      {data.items.length === 0 && <p className="text-ink3">{say.lanesEmpty}</p>}
      {data.items.length > 0 && (
        <ul className="border-line divide-line divide-y rounded-xl border">
          {data.items.map((lane) => (
            <OneLane key={[lane.kind, lane.type, lane.ownerId, lane.key, lane.jobId].join(' ')} lane={lane} />
          ))}
        </ul>
      )}
    </>
  );
}

function OneLane({ lane }: { readonly lane: Lane }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { kind, type, key, limit, running, waiting, runs } = lane;
  const hidden = running + waiting - runs.length;
  return (
    <li data-lane={kind} className="grid gap-2 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="text-ink3">{say.laneKinds[kind]}</span>
        <bdi className={kind === 'job' ? 'font-semibold' : 'font-mono text-[12px] font-semibold'}>
          {kind === 'key' ? key : kind === 'job' ? runs[0]?.jobName : type}
        </bdi>
        {kind !== 'type' && <bdi className="text-ink3 font-mono text-[12px]">{type}</bdi>}
        <span className="ms-auto flex items-center gap-2">
          <Badge state={limit !== null && running >= limit && waiting > 0 ? 'warn' : 'info'}>
            {limit === null ? say.placesFree(fmt.number(running)) : say.places(fmt.number(running), fmt.number(limit))}
          </Badge>
          {waiting > 0 && <Badge state="plain">{say.waiting(fmt.number(waiting))}</Badge>}
        </span>
      </div>
      <ol className="grid gap-1">
        {runs.map((run) => (
          <PlacedRun key={run.id} run={run} />
        ))}
      </ol>
      {hidden > 0 && <p className="text-meta text-ink3">{say.moreRuns(fmt.number(hidden))}</p>}
    </li>
  );
}

function PlacedRun({ run: { id, jobName, status, sinceUtc, progress } }: { readonly run: LaneRun }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const isRunning = status === 'running';
  return (
    <li className="flex flex-wrap items-center gap-x-3">
      <span
        aria-hidden="true"
        className={`size-2 shrink-0 rounded-full border ${isRunning ? 'bg-info border-info' : 'border-field'}`}
      />
      <Link to="/scheduler/runs" search={{ open: id }} className="text-kashi min-h-6 hover:underline">
        <bdi>{jobName}</bdi>
      </Link>
      <span className="text-meta text-ink3">
        {isRunning ? say.holdsSince : say.waitsSince} <Time at={sinceUtc} as="ago" />
      </span>
      {progress !== null && <span className="text-meta text-ink2">{fmt.share(progress / 100)}</span>}
    </li>
  );
}
