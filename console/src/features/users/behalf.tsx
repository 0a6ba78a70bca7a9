import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { Impersonation, User } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Code } from '#app/ui/code.tsx';
import { Section } from '#app/ui/facts.tsx';
import { FormFailure, SelectField, showProblem, TextField, useFields } from '#app/ui/form/form.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import { useEndImpersonation, useImpersonate } from './changes.ts';
import { nameOf } from './name.ts';
import { behalfQuery } from './queries.ts';
import { words } from './words.ts';

const MINUTES = [15, 30, 60];

/** Acting on behalf of the person, for support: the token is shown once, in words of what it is good for. */
export function Behalf({ user }: { readonly user: User }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const tell = useToast();
  const { data } = useQuery(behalfQuery());
  const end = useEndImpersonation();
  const [isOpen, setOpen] = useState(false);
  const [started, setStarted] = useState<Impersonation | null>(null);
  const running = data?.items.find(({ userId }) => userId === user.id);
  return (
    <Section title={say.behalf}>
      <p className="text-ink2">{say.behalfText}</p>
      {running && (
        <div className="bg-info-soft flex flex-wrap items-center justify-between gap-2 rounded-lg px-3 py-2">
          <p className="text-info">{say.behalfRuns(fmt.instant(running.expiresAt))}</p>
          <Button
            disabled={end.isPending}
            onClick={() =>
              end.mutate(running.id, { onSuccess: () => (setStarted(null), tell(say.behalfEnded(nameOf(user)))) })
            }
          >
            {say.behalfEnd}
          </Button>
        </div>
      )}
      {started && started.id === running?.id && (
        <div role="status" className="grid gap-2">
          <p>{say.behalfStarted(nameOf(user), fmt.instant(started.expiresAt))}</p>
          <Code name={say.behalfToken} text={started.token} />
        </div>
      )}
      <FormFailure error={end.error} />
      {!isOpen && !running && (
        <Button className="justify-self-start" disabled={user.status !== 'active'} onClick={() => setOpen(true)}>
          {say.behalfOpen(nameOf(user))}
        </Button>
      )}
      {isOpen && !running && (
        <BehalfForm
          user={user}
          onStarted={(one) => (setStarted(one), setOpen(false))}
          onCancel={() => setOpen(false)}
        />
      )}
    </Section>
  );
}

interface BehalfFormProps {
  readonly user: User;
  readonly onStarted: (started: Impersonation) => void;
  readonly onCancel: () => void;
}

function BehalfForm({ user, onStarted, onCancel }: BehalfFormProps) {
  const say = useTexts(words);
  const { cancel } = useTexts(common);
  const fmt = useFmt();
  const form = useFields({ reason: '', minutes: '30' });
  const start = useImpersonate();
  const submit = form.handleSubmit(({ reason, minutes }) =>
    start.mutate(
      { userId: user.id, reason: reason.trim(), minutes: Number(minutes) },
      { onSuccess: onStarted, onError: (error) => showProblem(form, error) },
    ),
  );
  const long = (text: string) => text.trim().length >= 10 || say.behalfReasonShort;
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-3">
      <TextField
        form={form}
        name="reason"
        label={say.behalfReason}
        help={say.behalfReasonHelp}
        rows={2}
        maxLength={500}
        rules={{ validate: long }}
      />
      <SelectField
        form={form}
        name="minutes"
        label={say.behalfFor}
        options={MINUTES.map((one) => [String(one), fmt.minutes(one)] as const)}
      />
      <FormFailure error={start.error} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" disabled={start.isPending}>
          {say.behalfOpen(nameOf(user))}
        </Button>
        <Button look="quiet" onClick={onCancel}>
          {cancel}
        </Button>
      </div>
    </form>
  );
}
