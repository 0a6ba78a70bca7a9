import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { Role } from '#client';
import { RowDrawer, type RowDrawerProps } from '#app/list/drawer.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import { useDeleteRole } from './changes.ts';
import { RoleForm } from './form.tsx';
import { Refusal } from './parts.tsx';
import { matrixQuery, roleQuery } from './queries.ts';
import { words } from './words.ts';

export function RoleDrawer({ id, ids, onGo }: RowDrawerProps) {
  const say = useTexts(words);
  const close = () => onGo(undefined);
  if (id !== 'new') return <OneRole id={id} ids={ids} onGo={onGo} />;
  return (
    <Drawer title={say.add} isWide onClose={close}>
      <WithMatrix role={null} onSaved={onGo} />
    </Drawer>
  );
}

function OneRole({ id, ids, onGo }: RowDrawerProps) {
  const say = useTexts(words);
  return (
    <RowDrawer
      id={id}
      ids={ids}
      onGo={onGo}
      isWide
      title={(role) => role?.name ?? say.title}
      query={useQuery(roleQuery(id))}
      permission="authorization.manage"
    >
      {(role) => (
        <>
          <WithMatrix key={role.id} role={role} onSaved={() => {}} />
          {!role.builtIn && <DeleteRole role={role} onDeleted={() => onGo(undefined)} />}
        </>
      )}
    </RowDrawer>
  );
}

function WithMatrix({ role, onSaved }: { readonly role: Role | null; readonly onSaved: (id: string) => void }) {
  const { data, error, refetch } = useQuery(matrixQuery());
  if (data) return <RoleForm role={role} matrix={data} onSaved={onSaved} />;
  if (error) return <Failure error={error} permission="authorization.manage" onRetry={() => void refetch()} />;
  return <Skeleton rows={8} />;
}

function DeleteRole({ role, onDeleted }: { readonly role: Role; readonly onDeleted: () => void }) {
  const say = useTexts(words);
  const { cancel } = useTexts(common);
  const tell = useToast();
  const remove = useDeleteRole();
  const [isAsking, setAsking] = useState(false);
  const confirm = () => {
    setAsking(false);
    remove.mutate(role, { onSuccess: () => (tell(say.deleted(role.name)), onDeleted()) });
  };
  return (
    <div className="border-line mx-5 grid gap-2 border-t py-4">
      <Button look="danger" className="justify-self-start" disabled={remove.isPending} onClick={() => setAsking(true)}>
        {say.delete}
      </Button>
      <Refusal error={remove.error} />
      {isAsking && (
        <Confirm
          title={say.deleteTitle(role.name)}
          text={say.deleteText}
          action={say.delete}
          cancel={cancel}
          onConfirm={confirm}
          onCancel={() => setAsking(false)}
        />
      )}
    </div>
  );
}
