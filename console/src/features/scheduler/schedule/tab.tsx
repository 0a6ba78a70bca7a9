import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { take, type Job, type JobSchedule } from '#client';
import { client } from '#app/server/client.ts';
import { useMe } from '#app/server/session.tsx';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Section } from '#app/ui/facts.tsx';
import { Empty, Failure, Skeleton } from '#app/ui/states.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { isDuty } from '../parts.tsx';
import { JOB, previewQuery, scheduleQuery, useChange } from '../queries.ts';
import { ScheduleEditor } from './editor.tsx';
import { inZone } from './instants.ts';
import { usePlain } from './plain.ts';
import { Preview } from './preview.tsx';
import { words } from './words.ts';

/** When the job runs, in words and as instants; and the editor. */
export function ScheduleTab({ job }: { readonly job: Job }) {
  const say = useTexts(words);
  const { can } = useMe();
  const [isEditing, setEditing] = useState(false);
  const { data: schedule, error, refetch } = useQuery(scheduleQuery(job.id));
  const canEdit = can('scheduler.write') && !isDuty(job);
  const edit = (text: string) => (
    <Button look={schedule ? 'plain' : 'primary'} onClick={() => setEditing(true)}>
      {text}
    </Button>
  );
  if (error && schedule === undefined)
    return <Failure error={error} permission="scheduler.read" onRetry={() => void refetch()} />;
  if (schedule === undefined) return <Skeleton rows={3} />;
  if (isEditing) return <ScheduleEditor job={job} schedule={schedule} onDone={() => setEditing(false)} />;
  if (schedule === null) return <Empty text={say.none}>{canEdit && edit(say.add)}</Empty>;
  return (
    <div className="grid grid-cols-1 gap-5 px-5 pb-5">
      <InWords schedule={schedule} />
      <NextInstants job={job} timeZone={schedule.timeZone} />
      <div className="flex flex-wrap gap-2">
        {canEdit && edit(say.edit)}
        {can('scheduler.manage') && !isDuty(job) && <RemoveSchedule job={job} />}
      </div>
    </div>
  );
}

function InWords({ schedule }: { readonly schedule: JobSchedule }) {
  const say = useTexts(words);
  const language = useLanguage();
  const { text, cron } = usePlain()(schedule);
  const { timeZone, startAtUtc, endAtUtc } = schedule;
  const at = (iso: string) => inZone(iso, timeZone, language === 'fa' ? 'persian' : 'gregory', language);
  const window = [startAtUtc && say.from(at(startAtUtc)), endAtUtc && say.until(at(endAtUtc))].filter(Boolean);
  return (
    <p className="grid gap-0.5">
      <span className="text-[15px] font-semibold">
        {text} {cron !== undefined && <bdi className="font-mono">{cron}</bdi>}
      </span>
      <span className="text-ink3">
        <bdi>{[say.inZone(timeZone), ...window].join(language === 'fa' ? '، ' : ', ')}</bdi>
      </span>
    </p>
  );
}

function NextInstants({ job, timeZone }: { readonly job: Job; readonly timeZone: string }) {
  const say = useTexts(words);
  const { data, error, refetch } = useQuery(previewQuery(job.id));
  return (
    <Section title={say.preview}>
      {data && <Preview instants={data.items} timeZone={timeZone} />}
      {!data && !error && <Skeleton rows={5} className="h-8" />}
      {!data && error && <Failure error={error} onRetry={() => void refetch()} />}
    </Section>
  );
}

function RemoveSchedule({ job }: { readonly job: Job }) {
  const say = useTexts(words);
  const tell = useToast();
  const change = useChange();
  const [isAsking, setAsking] = useState(false);
  const remove = () => {
    setAsking(false);
    change.mutate(() => take(client.api.DELETE(`${JOB}/schedule`, { params: { path: { jobId: job.id } } })), {
      onSuccess: () => tell(say.removed),
      onError: ({ message }) => tell(message),
    });
  };
  return (
    <>
      <Button look="danger" disabled={change.isPending} onClick={() => setAsking(true)}>
        {say.remove}
      </Button>
      {isAsking && (
        <Confirm
          title={say.removeTitle}
          text={say.removeMeans(job.name)}
          action={say.remove}
          cancel={say.keep}
          onConfirm={remove}
          onCancel={() => setAsking(false)}
        />
      )}
    </>
  );
}
