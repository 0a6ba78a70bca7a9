import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { take, type FileAccessEntry } from '#client';
import { ListHead } from '#app/list/tools.tsx';
import { FormPersonField } from '#app/people/field.tsx';
import { PersonName } from '#app/people/name.tsx';
import { client } from '#app/server/client.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { CheckField, FormFailure, SelectField, showProblem, TextField, useFields } from '#app/ui/form/form.tsx';
import { Empty, Failure, Skeleton } from '#app/ui/states.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { useAct, type StoredFile } from '../queries.ts';
import { words } from './words.ts';

const PATH = '/api/v1/files/permissions/{fileId}';
const SUBJECTS = ['user', 'role', 'organisation'] as const;
const RIGHTS = ['canRead', 'canWrite', 'canDelete'] as const;

/** Who else may read, change or delete the file. An entry without a right is removed. */
export function AccessList({ file: { id: fileId } }: { readonly file: StoredFile }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const act = useAct();
  const { data, error, refetch } = useQuery({
    queryKey: ['files', 'access', fileId],
    queryFn: ({ signal }) => take(client.api.GET(PATH, { params: { path: { fileId } }, signal })),
  });
  const remove = ({ subjectType, subjectValue }: FileAccessEntry) =>
    void act(
      () =>
        take(
          client.api.POST(PATH, {
            params: { path: { fileId } },
            body: { subjectType, subjectValue, canRead: false, canWrite: false, canDelete: false },
          }),
        ),
      { done: say.accessRemoved },
    );
  return (
    <div className="grid gap-3 px-5 pb-5">
      <ListHead title={say.tabs.access} call={{ path: PATH, params: { fileId } }} isEmpty={!data?.items.length}>
        <p className="text-ink2">{say.accessHelp}</p>
      </ListHead>
      <AccessForm fileId={fileId} />
      {data && data.items.length > 0 && (
        <ul className="divide-line border-line divide-y rounded-lg border">
          {data.items.map((entry) => (
            <li key={entry.subjectType + entry.subjectValue} className="flex flex-wrap items-center gap-3 px-3 py-2">
              <span className="grid min-w-0 flex-1">
                <span className="[overflow-wrap:anywhere]">
                  {say.subjects[entry.subjectType]}:{' '}
                  {entry.subjectType === 'user' ? (
                    <PersonName id={entry.subjectValue} />
                  ) : (
                    <bdi>{entry.subjectValue}</bdi>
                  )}
                </span>
                <span className="text-meta text-ink2">
                  {fmt.list(RIGHTS.filter((right) => entry[right]).map((right) => say.rights[right]))}
                </span>
              </span>
              <Button look="danger" onClick={() => remove(entry)}>
                {say.removeAccess}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {data?.items.length === 0 && <Empty text={say.noAccess} />}
      {!data && !error && <Skeleton rows={2} />}
      {!data && error && <Failure error={error} permission="files.permissions.manage" onRetry={() => void refetch()} />}
    </div>
  );
}

function AccessForm({ fileId }: { readonly fileId: string }) {
  const say = useTexts(words);
  const tell = useToast();
  const queries = useQueryClient();
  const form = useFields<FileAccessEntry>({
    subjectType: 'user',
    subjectValue: '',
    canRead: true,
    canWrite: false,
    canDelete: false,
  });
  const subjectType = form.watch('subjectType');
  const give = useMutation({
    mutationFn: (entry: FileAccessEntry) =>
      take(
        client.api.POST(PATH, {
          params: { path: { fileId } },
          body: { ...entry, subjectValue: entry.subjectValue.trim(), canRead: true },
        }),
      ),
    onSuccess: async () => {
      form.reset();
      tell(say.accessGiven);
      await queries.invalidateQueries({ queryKey: ['files', 'access', fileId] });
    },
    onError: (error) => showProblem(form, error),
  });
  return (
    <form
      noValidate
      onSubmit={(event) => void form.handleSubmit((values) => give.mutate(values))(event)}
      className="border-line grid gap-4 rounded-lg border p-4"
    >
      <div className="grid items-start gap-4 sm:grid-cols-[160px_1fr]">
        <SelectField
          form={form}
          name="subjectType"
          label={say.subject}
          options={SUBJECTS.map((one) => [one, say.subjects[one]])}
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
            maxLength={50}
            rules={{ validate: (value) => String(value).trim() !== '' || say.subjectMissing }}
          />
        )}
      </div>
      <div className="flex flex-wrap gap-x-6">
        <CheckField form={form} name="canWrite" label={say.rights.canWrite} />
        <CheckField form={form} name="canDelete" label={say.rights.canDelete} />
      </div>
      <FormFailure error={give.error} />
      <Button type="submit" look="primary" disabled={give.isPending} className="justify-self-start">
        {say.giveAccess}
      </Button>
    </form>
  );
}
