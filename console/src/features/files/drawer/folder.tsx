import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ifMatch, take } from '#client';
import { RowDrawer, type RowDrawerProps } from '#app/list/drawer.tsx';
import { client } from '#app/server/client.ts';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts } from '#app/ui/facts.tsx';
import { FormFailure, LeaveGuard, showProblem, TextField, useFields } from '#app/ui/form/form.tsx';
import { Time } from '#app/ui/time.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { Owner } from '../columns.tsx';
import { FolderPicker } from '../picker.tsx';
import { folderQuery, onServer, useAct, type Folder } from '../queries.ts';
import { LinkPart } from './links.tsx';
import { words } from './words.ts';

/** The folder that is open in the list: its name, place, and the links by which others send files to it. */
export function FolderDrawer({ id: _, ids, onGo, folderId }: RowDrawerProps & { readonly folderId: string }) {
  const say = useTexts(words);
  const { id: me, can } = useMe();
  return (
    <RowDrawer
      id={folderId}
      ids={ids}
      onGo={onGo}
      isWide
      title={(folder) => folder?.name ?? say.folder}
      query={useQuery(folderQuery(folderId))}
      permission="files.read"
    >
      {(folder) => (
        <div className="grid gap-4 py-5">
          {can('files.write') && <Rename key={folder.id} folder={folder} />}
          <Actions folder={folder} />
          <Facts>
            <Fact name={say.path}>
              <bdi>{folder.path}</bdi>
            </Fact>
            <Fact name={say.owner}>
              <Owner id={folder.ownerId} />
            </Fact>
            <Fact name={say.createdAt}>
              <Time at={folder.createdAt} />
            </Fact>
            <Fact name={say.id}>
              <Copyable name={say.id} value={folder.id} />
            </Fact>
          </Facts>
          {can('files.share') && (
            <LinkPart target={{ is: 'folder', id: folder.id }} canMake={folder.ownerId === me && can('files.write')} />
          )}
        </div>
      )}
    </RowDrawer>
  );
}

function Rename({ folder }: { readonly folder: Folder }) {
  const say = useTexts(words);
  const tell = useToast();
  const queries = useQueryClient();
  const form = useFields({ name: folder.name });
  const save = useMutation({
    mutationFn: ({ name }: { name: string }) =>
      take(
        client.api.PATCH('/api/v1/files/folders/{folderId}', {
          params: { path: { folderId: folder.id }, header: ifMatch(folder) },
          body: { name },
        }),
      ),
    onSuccess: async (saved) => {
      form.reset({ name: saved.name });
      tell(say.saved);
      await queries.invalidateQueries({ queryKey: ['files'] });
    },
    onError: (error) => showProblem(form, error),
  });
  return (
    <form
      noValidate
      onSubmit={(event) => void form.handleSubmit((values) => save.mutate(values))(event)}
      className="grid gap-3 px-5"
    >
      <TextField
        form={form}
        name="name"
        label={say.folderName}
        maxLength={255}
        rules={{ validate: (name: string) => name.trim() !== '' || say.nameMissing }}
      />
      <FormFailure error={save.error} />
      <Button
        type="submit"
        look="primary"
        disabled={save.isPending || !form.formState.isDirty}
        className="justify-self-start"
      >
        {say.rename}
      </Button>
      <LeaveGuard isDirty={form.formState.isDirty} />
    </form>
  );
}

function Actions({ folder }: { readonly folder: Folder }) {
  const say = useTexts(words);
  const { can } = useMe();
  const act = useAct();
  const navigate = useNavigate();
  const [isMoving, setMoving] = useState(false);
  const item = { is: 'folder', folder } as const;
  const move = (parentId: string | null) => {
    setMoving(false);
    void act(() => onServer.move(item, parentId), {
      done: say.moved,
      undo: () => onServer.move(item, folder.parentId),
    });
  };
  const remove = async () => {
    const undo = () => onServer.restore(item);
    if (!(await act(() => onServer.remove(item), { done: say.deleted(folder.name), undo }))) return;
    await (folder.parentId === null
      ? navigate({ to: '/files', search: {} })
      : navigate({ to: '/files/folders/$folderId', params: { folderId: folder.parentId }, search: {} }));
  };
  return (
    <div className="flex flex-wrap gap-2 px-5">
      {can('files.write') && <Button onClick={() => setMoving(true)}>{say.move}</Button>}
      {can('files.delete') && (
        <Button look="danger" onClick={() => void remove()}>
          {say.deleteFolder}
        </Button>
      )}
      {isMoving && (
        <FolderPicker
          title={say.moveTitle}
          without={new Set([folder.id])}
          onPick={move}
          onClose={() => setMoving(false)}
        />
      )}
    </div>
  );
}
