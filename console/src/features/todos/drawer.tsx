import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { stepOf } from '#app/ui/list.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import { TodoForm } from './form.tsx';
import { todoQuery, useCopy, useDelete } from './queries.ts';
import { words } from './words.ts';

interface TodoDrawerProps {
  /** Or `new`. */
  readonly id: string;
  /** Of the rows, for the arrows. */
  readonly ids: readonly string[];
  readonly onGo: (id: string | undefined) => void;
}

export function TodoDrawer({ id, ids, onGo }: TodoDrawerProps) {
  const say = useTexts(words);
  const isNew = id === 'new';
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({ ...todoQuery(id, queries), enabled: !isNew });
  const [isDirty, setDirty] = useState(false);
  const leaving = useBlocker({ shouldBlockFn: () => isDirty, withResolver: true, enableBeforeUnload: () => isDirty });
  const tell = useToast();

  const leave = (text: string) => {
    setDirty(false);
    tell(text);
    setTimeout(() => onGo(undefined)); // once nothing is unsaved any more
  };
  const step = (event: React.KeyboardEvent) => {
    const next = ids[ids.indexOf(id) + stepOf(event)];
    if (next !== undefined && next !== id && ids.includes(id)) onGo(next);
  };
  return (
    <Drawer title={isNew ? say.add : (data?.description ?? say.title)} onClose={() => onGo(undefined)} onKeyDown={step}>
      {isNew && <TodoForm key="new" todo={null} onDirty={setDirty} onSaved={() => leave(say.saved)} />}
      {!isNew && data && (
        <>
          <TodoForm key={data.id} todo={data} onDirty={setDirty} onSaved={() => leave(say.saved)} />
          <DeleteTodo id={id} description={data.description} onDeleted={() => leave(say.deleted)} />
        </>
      )}
      {!isNew && !data && !error && <Skeleton rows={4} />}
      {!isNew && !data && error && <Failure error={error} permission="todos.read" onRetry={() => void refetch()} />}
      {leaving.status === 'blocked' && <AskToDiscard onDiscard={leaving.proceed} onStay={leaving.reset} />}
    </Drawer>
  );
}

function AskToDiscard({ onDiscard, onStay }: { readonly onDiscard: () => void; readonly onStay: () => void }) {
  const say = useTexts(common);
  return (
    <Confirm
      title={say.discardTitle}
      text={say.discardText}
      action={say.discard}
      cancel={say.keep}
      onConfirm={onDiscard}
      onCancel={onStay}
    />
  );
}

interface DeleteTodoProps {
  readonly id: string;
  readonly description: string;
  readonly onDeleted: () => void;
}

function DeleteTodo({ id, description, onDeleted }: DeleteTodoProps) {
  const say = useTexts(words);
  const { can } = useMe();
  const [isAsking, setAsking] = useState(false);
  const tell = useToast();
  const remove = useDelete();
  const copy = useCopy();
  const confirm = () => {
    setAsking(false);
    remove.mutate(id, { onSuccess: onDeleted, onError: ({ message }) => tell(message) });
  };
  if (!can('todos.write')) return null;
  return (
    <div className="border-line mx-5 flex gap-5 border-t py-4">
      <button
        type="button"
        className="text-kashi min-h-8 font-medium"
        disabled={copy.isPending}
        onClick={() => copy.mutate(id, { onSuccess: () => tell(say.copied), onError: ({ message }) => tell(message) })}
      >
        {say.copy}
      </button>
      <button type="button" className="text-bad min-h-8 font-medium" onClick={() => setAsking(true)}>
        {say.delete}
      </button>
      {isAsking && (
        <Confirm
          title={say.deleteTitle}
          text={say.deleteText(description)}
          action={say.delete}
          cancel={say.keep}
          onConfirm={confirm}
          onCancel={() => setAsking(false)}
        />
      )}
    </div>
  );
}
