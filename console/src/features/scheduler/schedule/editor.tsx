import { useEffect, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { UseFormReturn } from 'react-hook-form';
import { take, type Job, type JobSchedule, type NewJobSchedule, type SetJobSchedule } from '#client';
import { client } from '#app/server/client.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { FormFailure, LeaveGuard, showProblem, TextField, useFields } from '#app/ui/form/form.tsx';
import { Section } from '#app/ui/facts.tsx';
import { Skeleton } from '#app/ui/states.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { draftQuery, JOB, useChange } from '../queries.ts';
import { isZone } from './instants.ts';
import { MoreFields } from './more.tsx';
import { usePlain } from './plain.ts';
import { Preview } from './preview.tsx';
import { RhythmFields } from './rhythm.tsx';
import { toBody, toValues, withFormPaths, type ScheduleValues } from './values.ts';
import { words } from './words.ts';

const TYPING_MS = 400; // the server is asked when the typing rests

interface ScheduleEditorProps {
  readonly job: Job;
  /** Null for none yet. */
  readonly schedule: JobSchedule | null;
  readonly onDone: () => void;
}

export function ScheduleEditor({ job, schedule, onDone }: ScheduleEditorProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const tell = useToast();
  const form = useFields<ScheduleValues>(toValues(schedule, useLanguage()));
  const save = useChange<SetJobSchedule>();
  const [hasOther, setHasOther] = useState(false);
  const send = form.handleSubmit((values) => {
    const body = toBody(values);
    if (!body) return undefined; // a field says why
    setHasOther(false);
    const params = { path: { jobId: job.id } };
    return save.mutate(() => take(client.api.POST(`${JOB}/schedule`, { params, body })), {
      onSuccess: ({ leftOut }) => {
        tell(leftOut > 0 ? say.savedLeftOut(fmt.number(leftOut)) : say.saved);
        onDone();
      },
      onError: (error) => setHasOther(!showProblem(form, withFormPaths(error))),
    });
  });
  return (
    <form noValidate onSubmit={(event) => void send(event)} className="grid grid-cols-1 gap-5 px-5 pb-5">
      <RhythmFields form={form} />
      <ZoneField form={form} />
      <Draft job={job} form={form} />
      <MoreFields form={form} />
      {hasOther && <FormFailure error={save.error} />}
      <div className="flex gap-2">
        <Button type="submit" look="primary" disabled={save.isPending}>
          {say.save}
        </Button>
        <Button onClick={onDone}>{say.cancel}</Button>
      </div>
      <LeaveGuard isDirty={form.formState.isDirty && !save.isSuccess} />
    </form>
  );
}

function ZoneField({ form }: { readonly form: UseFormReturn<ScheduleValues> }) {
  const say = useTexts(words);
  return (
    <TextField
      form={form}
      name="timeZone"
      label={say.zone}
      help={say.zoneHelp}
      isLatin
      autoComplete="off"
      rules={{ validate: (text) => isZone(String(text)) || say.zoneInvalid }}
    />
  );
}

/** What the fields mean, in words, and the instants that the server computes for them. */
function Draft({ job, form }: { readonly job: Job; readonly form: UseFormReturn<ScheduleValues> }) {
  const say = useTexts(words);
  const plain = usePlain();
  const body = toBody(form.watch());
  const draft = useRested(body);
  const { data, error, isPlaceholderData } = useQuery(draftQuery(job.id, draft));
  const isOld = isPlaceholderData || JSON.stringify(body) !== JSON.stringify(draft);
  const { timeZone = 'UTC' } = body ?? {};
  const inWords = body && plain(body);
  return (
    <Section title={say.preview}>
      <div className="grid min-h-24 min-w-0 grid-cols-1 content-start gap-2">
        {!body && <p className="text-ink3">{say.previewNone}</p>}
        {inWords && (
          <p role="status" className="font-semibold">
            {inWords.text} {inWords.cron !== undefined && <bdi className="font-mono">{inWords.cron}</bdi>}
          </p>
        )}
        {body && error && <FormFailure error={withFormPaths(error)} />}
        {body && !error && data && (
          <div aria-busy={isOld} className="dims min-w-0">
            <Preview timeZone={timeZone} instants={data} />
          </div>
        )}
        {body && !error && !data && <Skeleton rows={3} className="h-8" />}
      </div>
    </Section>
  );
}

/** The value as it was when nothing had changed for a moment. */
function useRested(value: NewJobSchedule | null): NewJobSchedule | null {
  const [rested, setRested] = useState(value);
  const key = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(JSON.parse(key) as NewJobSchedule | null), TYPING_MS);
    return () => clearTimeout(timer);
  }, [key]);
  return rested;
}
