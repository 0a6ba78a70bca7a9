import { take } from '#client';
import { client } from '#app/server/client.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { FormFailure, LeaveGuard, showProblem, TextField, useFields } from '#app/ui/form/form.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { words } from './words.ts';

interface NewFolderProps {
  /** Null: at the top. */
  readonly parentId: string | null;
  readonly onClose: () => void;
}

export function NewFolder({ parentId, onClose }: NewFolderProps) {
  const say = useTexts(words);
  const tell = useToast();
  const queries = useQueryClient();
  const form = useFields({ name: '' });
  const create = useMutation({
    mutationFn: ({ name }: { name: string }) =>
      take(client.api.POST('/api/v1/files/folders', { body: { name, parentId } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['files'] });
      form.reset();
      tell(say.folderCreated);
      setTimeout(onClose); // once nothing is unsaved any more
    },
    onError: (error) => showProblem(form, error),
  });
  return (
    <Drawer title={say.newFolder} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => void form.handleSubmit((values) => create.mutate(values))(event)}
        className="grid gap-4 p-5"
      >
        <TextField
          form={form}
          name="name"
          label={say.folderName}
          maxLength={255}
          rules={{ validate: (name: string) => name.trim() !== '' || say.nameMissing }}
        />
        <FormFailure error={create.error} />
        <Button type="submit" look="primary" disabled={create.isPending} className="justify-self-start">
          {say.createFolder}
        </Button>
      </form>
      <LeaveGuard isDirty={form.formState.isDirty && !create.isSuccess} />
    </Drawer>
  );
}
