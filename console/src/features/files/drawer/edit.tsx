import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ifMatch, take } from '#client';
import { client } from '#app/server/client.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { FormFailure, LeaveGuard, showProblem, TextField, useFields } from '#app/ui/form/form.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import type { StoredFile } from '../queries.ts';
import { words } from './words.ts';

interface EditFileProps {
  readonly file: StoredFile;
  readonly onDone: () => void;
}

/** Name and description, based on what was read: if somebody else was faster, the server refuses and says so. */
export function EditFile({ file, onDone }: EditFileProps) {
  const say = useTexts(words);
  const { cancel } = useTexts(common);
  const tell = useToast();
  const queries = useQueryClient();
  const form = useFields({ fileName: file.fileName, description: file.description ?? '' });
  const save = useMutation({
    mutationFn: ({ fileName, description }: { fileName: string; description: string }) =>
      take(
        client.api.PUT('/api/v1/files/{fileId}', {
          params: { path: { fileId: file.id }, header: ifMatch(file) },
          body: { fileName, description: description.trim() === '' ? null : description },
        }),
      ),
    onSuccess: async (saved) => {
      queries.setQueryData(['files', 'one', file.id], saved);
      tell(say.saved);
      onDone();
      await queries.invalidateQueries({ queryKey: ['files'] });
    },
    onError: (error) => showProblem(form, error),
  });
  return (
    <form
      noValidate
      onSubmit={(event) => void form.handleSubmit((values) => save.mutate(values))(event)}
      className="grid gap-4 p-5 pt-1"
    >
      <TextField
        form={form}
        name="fileName"
        label={say.fileName}
        help={say.fileNameHelp}
        maxLength={255}
        rules={{ validate: (name: string) => name.trim() !== '' || say.nameMissing }}
      />
      <TextField form={form} name="description" label={say.description} rows={4} maxLength={2000} />
      <FormFailure error={save.error} />
      <div className="flex gap-2">
        <Button type="submit" look="primary" disabled={save.isPending || !form.formState.isDirty}>
          {say.save}
        </Button>
        <Button onClick={onDone}>{cancel}</Button>
      </div>
      <LeaveGuard isDirty={form.formState.isDirty && !save.isSuccess} />
    </form>
  );
}
