import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { ApiError, ifMatch, take, type Job } from '#client';
import { client } from '#app/server/client.ts';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { FormFailure, LeaveGuard, SelectField, showProblem, TextField, useFields } from '#app/ui/form/form.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { handlersQuery, JOB, JOBS, useChange } from '../queries.ts';
import { words as common } from '../words.ts';
import { JobConflict } from './conflict.tsx';
import { PayloadField } from './payload.tsx';
import { bounds, isWithin, toJob, toValues, withPayloadPaths, type JobValues, type NumberName } from './values.ts';
import { words } from './words.ts';

interface JobFormProps {
  /** Null for a new one. */
  readonly job: Job | null;
  readonly onSaved: (job: Job) => void;
}

export function JobForm({ job, onSaved }: JobFormProps) {
  const say = useTexts(words);
  const { type: typeTitle } = useTexts(common);
  const comma = useLanguage() === 'fa' ? '، ' : ', ';
  const fmt = useFmt();
  const { can } = useMe();
  const tell = useToast();
  const [base, setBase] = useState(job);
  const [theirs, setTheirs] = useState<Job | null>(null);
  const form = useFields<JobValues>(toValues(job, comma));
  const { data: handlers } = useQuery(handlersQuery());
  const save = useChange<Job>();
  const own = (handlers?.items ?? []).filter(({ permission, type }) => can(permission) || type === job?.type);
  const types = [...new Set([...(job ? [job.type] : []), ...own.map((one) => one.type)])]; // that of the job at once
  const type = form.watch('type');
  const [hasOther, setHasOther] = useState(false); // a refusal that no field shows

  const send = (onto: Job | null) =>
    form.handleSubmit((values) => {
      const body = toJob(values);
      setHasOther(false);
      save.mutate(
        () =>
          onto
            ? take(client.api.PUT(JOB, { params: { path: { jobId: onto.id }, header: ifMatch(onto) }, body }))
            : take(client.api.POST(JOBS, { body })),
        {
          onSuccess: (saved) => {
            form.reset(values);
            tell(onto ? say.saved : say.createdToast);
            onSaved(saved);
          },
          onError: (error) => void refuse(error),
        },
      );
    })();

  async function refuse(error: unknown): Promise<void> {
    if (base && error instanceof ApiError && error.status === 412)
      return setTheirs(await take(client.api.GET(JOB, { params: { path: { jobId: base.id } } })));
    setHasOther(!showProblem(form, withPayloadPaths(error)));
  }

  function takeTheirs(): void {
    setBase(theirs);
    form.reset(toValues(theirs, comma));
    setTheirs(null);
    save.reset();
  }

  function keepMine(): void {
    setBase(theirs);
    setTheirs(null);
    void send(theirs);
  }

  const number = (name: NumberName) => {
    const [from, to] = bounds[name];
    const refused = say.whole(fmt.number(from), fmt.number(to));
    return (
      <TextField
        form={form}
        name={name}
        label={say[name]}
        inputMode="numeric"
        isLatin
        rules={{ validate: (text) => isWithin(name, text) || refused }}
      />
    );
  };
  const suggested: readonly (readonly [string, string])[] = base ? [] : [['', say.suggested]];
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send(base);
      }}
      className="grid gap-4 p-5 pt-1"
    >
      <TextField
        form={form}
        name="name"
        label={say.name}
        maxLength={200}
        autoComplete="off"
        rules={{ validate: (text) => text.trim() !== '' || say.nameMissing }}
      />
      <SelectField
        form={form}
        name="type"
        label={typeTitle}
        help={own.find((one) => one.type === type)?.description ?? ''}
        rules={{ required: say.typeMissing }}
        options={[['', say.chooseType], ...types.map((one) => [one, one] as const)]}
      />
      <PayloadField form={form} handler={own.find((one) => one.type === type)} />
      <TextField form={form} name="description" label={say.description} rows={2} maxLength={2000} />
      <TextField form={form} name="tags" label={say.tags} help={say.tagsHelp} autoComplete="off" />
      <fieldset className="border-line grid gap-4 rounded-xl border p-4">
        <legend className="text-ink2 px-1 font-semibold">{say.policy}</legend>
        {!base && <p className="text-meta text-ink3">{say.policyHelp}</p>}
        <div className="grid items-end gap-4 sm:grid-cols-2">
          {number('maxRetryAttempts')}
          {number('retryBackoffSeconds')}
          {number('maxExecutionSeconds')}
          {number('maxConsecutiveFailures')}
          <SelectField
            form={form}
            name="backoff"
            label={say.backoff}
            options={[...suggested, ...Object.entries(say.backoffs)]}
          />
          <SelectField
            form={form}
            name="concurrency"
            label={say.concurrency}
            options={[...suggested, ...Object.entries(say.concurrencies)]}
          />
          <SelectField
            form={form}
            name="priority"
            label={say.priority}
            options={[...suggested, ...Object.entries(say.priorities)]}
          />
          <TextField
            form={form}
            name="concurrencyKey"
            label={say.concurrencyKey}
            maxLength={100}
            autoComplete="off"
            isLatin
          />
        </div>
        <p className="text-meta text-ink3">{say.concurrencyKeyHelp}</p>
      </fieldset>
      {theirs && <JobConflict theirs={theirs} mine={form.getValues()} onTake={takeTheirs} onKeep={keepMine} />}
      {hasOther && !theirs && <FormFailure error={save.error} />}
      <Button
        type="submit"
        look="primary"
        disabled={save.isPending || (base !== null && !form.formState.isDirty)}
        className="justify-self-start"
      >
        {base ? say.save : say.create}
      </Button>
      <LeaveGuard isDirty={form.formState.isDirty && !save.isSuccess} />
    </form>
  );
}
