import { useState, type ReactNode } from 'react';
import type { User, UserChange } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Section } from '#app/ui/facts.tsx';
import { Field } from '#app/ui/form/field.tsx';
import { FormFailure } from '#app/ui/form/form.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import { useChangeUser, useDeleteUser, useReset } from './changes.ts';
import { nameOf } from './name.ts';
import { words } from './words.ts';

const HOUR_MS = 3_600_000;
const LOCKS = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 168 * HOUR_MS, month: 720 * HOUR_MS } as const;
type LockName = keyof typeof LOCKS;

interface AccountActionsProps {
  readonly user: User;
  readonly onDeleted: () => void;
}

/** What an administrator can do with an account. Each takes effect before its answer comes. */
export function AccountActions({ user, onDeleted }: AccountActionsProps) {
  const say = useTexts(words);
  const { cancel } = useTexts(common);
  const tell = useToast();
  const change = useChangeUser();
  const reset = useReset();
  const [asking, setAsking] = useState<'lock' | 'disable' | null>(null);
  const [lock, setLock] = useState<LockName>('day');
  const name = nameOf(user);
  const isPending = user.status === 'pending';

  const put = (part: UserChange, told: string) =>
    change.mutate({ user, change: part }, { onSuccess: () => tell(told) });
  const questions = {
    lock: {
      title: say.lockTitle(name, say.locks[lock]),
      text: say.lockText,
      action: say.lockAction,
      run: () => put({ lockedUntil: new Date(Date.now() + LOCKS[lock]).toISOString() }, say.lockDone),
    },
    disable: {
      title: say.disableTitle(name),
      text: say.disableText,
      action: say.disableAction,
      run: () => put({ status: 'disabled' }, say.disableDone),
    },
  };
  const question = asking && questions[asking];
  return (
    <>
      <Section title={say.access}>
        <div className="border-line divide-line divide-y rounded-xl border">
          {user.email !== null && (
            <Action
              title={isPending ? say.inviteAgain : say.reset}
              text={isPending ? say.inviteAgainText : say.resetText}
            >
              <Button
                disabled={reset.isPending}
                onClick={() =>
                  reset.mutate(user, { onSuccess: () => tell(isPending ? say.inviteAgainDone : say.resetDone) })
                }
              >
                {isPending ? say.inviteAgainAction : say.resetAction}
              </Button>
            </Action>
          )}
          {user.lockedUntil === null ? (
            <Action title={say.lock} text={say.lockText}>
              <select
                aria-label={say.lockFor}
                value={lock}
                onChange={({ target }) => setLock(target.value as LockName)}
                className="control"
              >
                {Object.keys(LOCKS).map((one) => (
                  <option key={one} value={one}>
                    {say.locks[one as LockName]}
                  </option>
                ))}
              </select>
              <Button look="danger" disabled={change.isPending} onClick={() => setAsking('lock')}>
                {say.lockAction}
              </Button>
            </Action>
          ) : (
            <Action title={say.lock} text={<UnlockText until={user.lockedUntil} />}>
              <Button disabled={change.isPending} onClick={() => put({ lockedUntil: null }, say.unlockDone)}>
                {say.unlockAction}
              </Button>
            </Action>
          )}
          {user.status === 'disabled' ? (
            <Action title={say.disabled} text={say.enableText}>
              <Button disabled={change.isPending} onClick={() => put({ status: 'active' }, say.enableDone)}>
                {say.enableAction}
              </Button>
            </Action>
          ) : (
            <Action title={say.disable} text={say.disableText}>
              <Button look="danger" disabled={change.isPending} onClick={() => setAsking('disable')}>
                {say.disableAction}
              </Button>
            </Action>
          )}
          <DeleteAction user={user} onDeleted={onDeleted} />
        </div>
        <FormFailure error={reset.error ?? change.error} />
      </Section>
      {question && (
        <Confirm
          title={question.title}
          text={question.text}
          action={question.action}
          cancel={cancel}
          onConfirm={() => (setAsking(null), question.run())}
          onCancel={() => setAsking(null)}
        />
      )}
    </>
  );
}

function UnlockText({ until }: { readonly until: string }) {
  const say = useTexts(words);
  const fmt = useFmt();
  return say.unlockText(fmt.instant(until));
}

interface ActionProps {
  readonly title: string;
  readonly text: ReactNode;
  readonly children: ReactNode;
}

function Action({ title, text, children }: ActionProps) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-[1_1_240px]">
        <p className="font-medium">{title}</p>
        <p className="text-meta text-ink2">{text}</p>
      </div>
      <div className="flex flex-wrap gap-2">{children}</div>
    </div>
  );
}

/** Cannot be taken back, so the name is typed first. */
function DeleteAction({ user, onDeleted }: AccountActionsProps) {
  const say = useTexts(words);
  const { cancel } = useTexts(common);
  const tell = useToast();
  const remove = useDeleteUser();
  const [typed, setTyped] = useState<string | null>(null);
  const name = nameOf(user);
  const isSame = typed?.trim() === name;
  const submit = () => remove.mutate(user, { onSuccess: () => (tell(say.deleteDone(name)), onDeleted()) });
  if (typed === null)
    return (
      <Action title={say.delete} text={say.deleteText}>
        <Button look="danger" onClick={() => setTyped('')}>
          {say.deleteAction}
        </Button>
      </Action>
    );
  return (
    <form
      noValidate
      className="grid gap-3 px-4 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (isSame) submit();
      }}
    >
      <Field label={say.deleteType(name)} help={say.deleteText}>
        {(described) => (
          <input
            {...described}
            // It replaces the button that was pressed
            autoFocus
            name="typed"
            dir="auto"
            autoComplete="off"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
            className="control"
          />
        )}
      </Field>
      <FormFailure error={remove.error} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="danger" disabled={!isSame || remove.isPending}>
          {say.deleteConfirm(name)}
        </Button>
        <Button look="quiet" onClick={() => setTyped(null)}>
          {cancel}
        </Button>
      </div>
    </form>
  );
}
