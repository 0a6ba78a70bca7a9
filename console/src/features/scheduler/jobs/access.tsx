import { queryOptions, useQuery } from '@tanstack/react-query';
import { take, type AccessEntry, type Job } from '#client';
import { ListHead } from '#app/list/tools.tsx';
import { FormPersonField } from '#app/people/field.tsx';
import { PersonName } from '#app/people/name.tsx';
import { client } from '#app/server/client.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import {
  CheckField,
  FormFailure,
  LeaveGuard,
  SelectField,
  showProblem,
  TextField,
  useFields,
} from '#app/ui/form/form.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { JOB, useChange } from '../queries.ts';
import { words } from './words.ts';

const ACCESS = `${JOB}/permissions` as const;
const rights = ['canRead', 'canWrite', 'canDelete', 'canManage'] as const;
const NONE: AccessEntry = {
  subjectType: 'role',
  subjectValue: '',
  canRead: true,
  canWrite: false,
  canDelete: false,
  canManage: false,
};

function accessQuery(jobId: string) {
  return queryOptions({
    queryKey: ['scheduler', 'access', jobId],
    queryFn: ({ signal }) => take(client.api.GET(ACCESS, { params: { path: { jobId } }, signal })),
  });
}

const put = (jobId: string, body: AccessEntry) => take(client.api.PUT(ACCESS, { params: { path: { jobId } }, body }));

/** Who else may do what. One entry replaces the one before; one without rights is none. */
export function JobAccess({ job }: { readonly job: Job }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const tell = useToast();
  const change = useChange();
  const { data, error, refetch } = useQuery(accessQuery(job.id));
  if (error && !data)
    return <Failure error={error} permission="scheduler.permissions.manage" onRetry={() => void refetch()} />;
  if (!data) return <Skeleton rows={3} />;
  const remove = ({ subjectType, subjectValue }: AccessEntry) =>
    change.mutate(() => put(job.id, { ...NONE, subjectType, subjectValue, canRead: false }), {
      onError: ({ message }) => tell(message),
    });
  return (
    <div className="grid gap-4 px-5 pb-5">
      <ListHead
        title={say.tabs.access}
        call={{ path: ACCESS, params: { jobId: job.id } }}
        isEmpty={data.items.length === 0}
      >
        <p className="text-ink2">{data.items.length === 0 ? say.notShared : say.sharedWith}</p>
      </ListHead>
      {data.items.length > 0 && (
        <ul className="divide-line border-line divide-y rounded-xl border">
          {data.items.map((entry) => (
            <li key={`${entry.subjectType} ${entry.subjectValue}`} className="flex items-center gap-3 py-2 ps-3 pe-1">
              <span className="grid min-w-0 flex-1">
                <span className="[overflow-wrap:anywhere]">
                  {say.subjects[entry.subjectType]}{' '}
                  {entry.subjectType === 'user' ? (
                    <PersonName id={entry.subjectValue} />
                  ) : (
                    <bdi className="font-mono text-[12px]">{entry.subjectValue}</bdi>
                  )}
                </span>
                <span className="text-meta text-ink3">
                  {fmt.list(rights.filter((right) => entry[right]).map((right) => say.rights[right]))}
                </span>
              </span>
              <Button
                look="quiet"
                isSquare
                aria-label={say.take(entry.subjectValue)}
                disabled={change.isPending}
                onClick={() => remove(entry)}
              >
                <Icon name="close" />
              </Button>
            </li>
          ))}
        </ul>
      )}
      <AccessForm jobId={job.id} />
    </div>
  );
}

function AccessForm({ jobId }: { readonly jobId: string }) {
  const say = useTexts(words);
  const tell = useToast();
  const change = useChange();
  const form = useFields<AccessEntry>(NONE);
  const subjectType = form.watch('subjectType');
  const send = form.handleSubmit((entry) => {
    if (!rights.some((right) => entry[right])) return form.setError('subjectValue', { message: say.rightMissing });
    return change.mutate(() => put(jobId, { ...entry, subjectValue: entry.subjectValue.trim() }), {
      onSuccess: () => {
        form.reset(NONE);
        tell(say.given);
      },
      onError: (error) => showProblem(form, error),
    });
  });
  return (
    <form noValidate onSubmit={(event) => void send(event)} className="border-line grid gap-4 rounded-xl border p-4">
      <div className="grid items-start gap-4 sm:grid-cols-[160px_1fr]">
        <SelectField
          form={form}
          name="subjectType"
          label={say.subjectKind}
          options={Object.entries(say.subjects)}
          rules={{ onChange: () => form.resetField('subjectValue') }}
        />
        {subjectType === 'user' ? (
          <FormPersonField form={form} name="subjectValue" label={say.subjects.user} missing={say.subjectMissing} />
        ) : (
          <TextField
            form={form}
            name="subjectValue"
            label={subjectType === 'role' ? say.roleName : say.organisationId}
            isLatin
            autoComplete="off"
            rules={{ validate: (text) => String(text).trim() !== '' || say.subjectMissing }}
          />
        )}
      </div>
      <div className="grid gap-x-4 sm:grid-cols-2">
        {rights.map((right) => (
          <CheckField key={right} form={form} name={right} label={say.rights[right]} />
        ))}
      </div>
      <FormFailure error={change.error} />
      <Button type="submit" disabled={change.isPending} className="justify-self-start">
        {say.give}
      </Button>
      <LeaveGuard isDirty={form.formState.isDirty && !change.isPending} />
    </form>
  );
}
