import { useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { ApiError, type User } from '#client';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Button } from '#app/ui/button.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts, Section } from '#app/ui/facts.tsx';
import { FormFailure, LeaveGuard, showProblem, TextField, useFields } from '#app/ui/form/form.tsx';
import { Time } from '#app/ui/time.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { AccountActions } from './account-actions.tsx';
import { Behalf } from './behalf.tsx';
import { useChangeUser } from './changes.ts';
import { Conflict } from './conflict.tsx';
import { LOOKS, nameOf } from './name.ts';
import { userQuery } from './queries.ts';
import { words } from './words.ts';

export function Profile({ user, onDeleted }: { readonly user: User; readonly onDeleted: () => void }) {
  const { can, id } = useMe();
  return (
    <div className="grid gap-6">
      <UserFacts user={user} />
      <div className="grid gap-6 px-5">
        <Names user={user} />
        <AccountActions user={user} onDeleted={onDeleted} />
        {can('users.impersonate') && id !== user.id && <Behalf user={user} />}
      </div>
    </div>
  );
}

function UserFacts({ user }: { readonly user: User }) {
  const say = useTexts(words);
  const fmt = useFmt();
  return (
    <Facts>
      <Fact name={say.status}>
        <Badge state={LOOKS[user.status]}>{say.statuses[user.status]}</Badge>
      </Fact>
      {user.lockedUntil !== null && (
        <Fact name={say.lockedUntil}>
          <Time at={user.lockedUntil} />
        </Fact>
      )}
      <Fact name={say.email}>
        <Contact name={say.email} value={user.email} confirmedAt={user.emailVerifiedAt} />
      </Fact>
      <Fact name={say.phone}>
        <Contact name={say.phone} value={user.phone} confirmedAt={user.phoneVerifiedAt} />
      </Fact>
      <Fact name={say.roles}>
        <bdi>{user.roles.length > 0 ? fmt.list(user.roles) : say.none}</bdi>
      </Fact>
      <Fact name={say.language}>{say.languages[user.language]}</Fact>
      <Fact name={say.created}>
        <Time at={user.createdAt} />
      </Fact>
      <Fact name={say.id}>
        <Copyable name={say.id} value={user.id} />
      </Fact>
    </Facts>
  );
}

interface ContactProps {
  readonly name: string;
  readonly value: string | null;
  readonly confirmedAt: string | null;
}

function Contact({ name, value, confirmedAt }: ContactProps) {
  const say = useTexts(words);
  if (value === null) return <span className="text-ink3">{say.none}</span>;
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
      <Copyable name={name} value={value} />
      <Badge state={confirmedAt ? 'ok' : 'warn'}>{confirmedAt ? say.confirmed : say.notConfirmed}</Badge>
    </span>
  );
}

const namesOf = ({ firstName, lastName }: User) => ({ firstName, lastName });

function Names({ user }: { readonly user: User }) {
  const say = useTexts(words);
  const tell = useToast();
  const queries = useQueryClient();
  const form = useFields(namesOf(user));
  const change = useChangeUser();
  const [base, setBase] = useState(user);
  const [theirs, setTheirs] = useState<User | null>(null);
  const { isDirty } = form.formState;
  useEffect(() => {
    if (isDirty) return; // what is typed stays; the server says if it is out of date
    setBase(user);
    form.reset(namesOf(user));
  }, [user, isDirty, form]);

  function start(from: User): void {
    setBase(from);
    setTheirs(null);
    form.reset(namesOf(from));
  }

  function save(onto: User): void {
    const onSuccess = (saved: User) => (start(saved), tell(say.saved));
    change.mutate(
      { user: onto, change: form.getValues() },
      { onSuccess, onError: (error) => void explain(error, onto) },
    );
  }

  async function explain(error: Error, onto: User): Promise<void> {
    if (!(error instanceof ApiError) || error.status !== 412) return void showProblem(form, error);
    const now = await queries.fetchQuery({ ...userQuery(user.id, queries), staleTime: 0 });
    // Something else has changed, such as a lock: what is typed here touches nobody's work.
    if (nameOf(now) === nameOf(onto)) return save(now);
    setTheirs(now);
  }

  const missing = { required: say.nameMissing, maxLength: { value: 100, message: say.nameLong } };
  return (
    <Section title={say.names}>
      <form noValidate onSubmit={(event) => void form.handleSubmit(() => save(base))(event)} className="grid gap-3">
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField form={form} name="firstName" label={say.firstName} rules={missing} autoComplete="off" />
          <TextField form={form} name="lastName" label={say.lastName} rules={missing} autoComplete="off" />
        </div>
        {theirs && <Conflict theirs={nameOf(theirs)} onTake={() => start(theirs)} onKeep={() => save(theirs)} />}
        {!theirs && <FormFailure error={change.error} />}
        <Button type="submit" disabled={!isDirty || change.isPending} className="justify-self-start">
          {say.saveNames}
        </Button>
      </form>
      <LeaveGuard isDirty={isDirty} />
    </Section>
  );
}
