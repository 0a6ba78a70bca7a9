import { useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { ApiError, type Organisation } from '#client';
import { Refusal } from '#app/features/roles/parts.tsx';
import { Conflict } from '#app/features/users/conflict.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts, Section } from '#app/ui/facts.tsx';
import { FormFailure, LeaveGuard, showProblem, TextField, useFields } from '#app/ui/form/form.tsx';
import { Time } from '#app/ui/time.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import { useDeleteOrganisation, useRename } from './changes.ts';
import { organisationQuery } from './queries.ts';
import { words } from './words.ts';

interface OverviewProps {
  readonly organisation: Organisation;
  /** Of the reader, there. */
  readonly role: string | null;
  readonly isManager: boolean;
  readonly onGone: () => void;
}

export function Overview({ organisation, role, isManager, onGone }: OverviewProps) {
  const say = useTexts(words);
  const { id, createdAt, updatedAt } = organisation;
  return (
    <div className="grid gap-6">
      <Facts>
        {role !== null && (
          <Fact name={say.yourRole}>
            <bdi>{role}</bdi>
          </Fact>
        )}
        <Fact name={say.created}>
          <Time at={createdAt} />
        </Fact>
        <Fact name={say.updated}>
          <Time at={updatedAt} />
        </Fact>
        <Fact name={say.id}>
          <Copyable name={say.id} value={id} />
        </Fact>
      </Facts>
      {isManager && (
        <div className="grid gap-6 px-5">
          <Rename organisation={organisation} />
          <Delete organisation={organisation} onGone={onGone} />
        </div>
      )}
    </div>
  );
}

function Rename({ organisation }: { readonly organisation: Organisation }) {
  const say = useTexts(words);
  const tell = useToast();
  const queries = useQueryClient();
  const form = useFields({ name: organisation.name });
  const rename = useRename();
  const [base, setBase] = useState(organisation);
  const [theirs, setTheirs] = useState<Organisation | null>(null);
  const { isDirty } = form.formState;
  useEffect(() => {
    if (isDirty) return; // what is typed stays; the server says if it is out of date
    setBase(organisation);
    form.reset({ name: organisation.name });
  }, [organisation, isDirty, form]);

  function start(from: Organisation): void {
    setBase(from);
    setTheirs(null);
    form.reset({ name: from.name });
  }

  const save = (onto: Organisation) =>
    rename.mutate(
      { organisation: onto, name: form.getValues('name').trim() },
      { onSuccess: (saved) => (start(saved), tell(say.renamed(saved.name))), onError: (error) => void explain(error) },
    );

  async function explain(error: Error): Promise<void> {
    if (!(error instanceof ApiError) || error.status !== 412) return void showProblem(form, error);
    setTheirs(await queries.fetchQuery({ ...organisationQuery(base.id), staleTime: 0 }));
  }

  return (
    <form noValidate onSubmit={(event) => void form.handleSubmit(() => save(base))(event)} className="grid gap-3">
      <TextField
        form={form}
        name="name"
        label={say.name}
        maxLength={100}
        autoComplete="off"
        rules={{ validate: (text) => text.trim() !== '' || say.nameMissing }}
      />
      {theirs ? (
        <Conflict theirs={theirs.name} onTake={() => start(theirs)} onKeep={() => save(theirs)} />
      ) : (
        <FormFailure error={rename.error} />
      )}
      <Button type="submit" disabled={!isDirty || rename.isPending} className="justify-self-start">
        {say.rename}
      </Button>
      <LeaveGuard isDirty={isDirty} />
    </form>
  );
}

function Delete({ organisation, onGone }: { readonly organisation: Organisation; readonly onGone: () => void }) {
  const say = useTexts(words);
  const { cancel } = useTexts(common);
  const tell = useToast();
  const remove = useDeleteOrganisation();
  const [isAsking, setAsking] = useState(false);
  const { name } = organisation;
  const confirm = () => {
    setAsking(false);
    remove.mutate(organisation, { onSuccess: () => (tell(say.deleted(name)), onGone()) });
  };
  return (
    <Section title={say.delete}>
      <p className="text-ink2">{say.deleteText}</p>
      <Button look="danger" className="justify-self-start" disabled={remove.isPending} onClick={() => setAsking(true)}>
        {say.deleteAction}
      </Button>
      <Refusal error={remove.error} />
      {isAsking && (
        <Confirm
          title={say.deleteTitle(name)}
          text={say.deleteText}
          action={say.deleteAction}
          cancel={cancel}
          onConfirm={confirm}
          onCancel={() => setAsking(false)}
        />
      )}
    </Section>
  );
}
