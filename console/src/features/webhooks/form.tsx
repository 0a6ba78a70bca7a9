import { useState } from 'react';
import { ApiError, take, type CreatedWebhook, type Webhook } from '#client';
import { client } from '#app/server/client.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { FormFailure, LeaveGuard, showProblem, TextField, useFields } from '#app/ui/form/form.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { EventTypes } from './event-types.tsx';
import { PATH, useCreate, useEdit } from './queries.ts';
import { words } from './words.ts';

export interface WebhookValues {
  readonly url: string;
  readonly description: string;
  readonly all: 'all' | 'some';
  readonly types: readonly string[];
}

function toValues(webhook: Webhook | null): WebhookValues {
  const { url = '', description = '', eventTypes = [] } = webhook ?? {};
  const isAll = webhook === null || eventTypes.includes('*');
  return { url, description, all: isAll ? 'all' : 'some', types: isAll ? [] : eventTypes };
}

/** Pausing and a new secret make a new version with the same fields: it is no conflict. */
function isSame(base: Webhook | null, now: Webhook | null): boolean {
  return JSON.stringify(toValues(base)) === JSON.stringify(toValues(now));
}

interface WebhookFormProps {
  /** Null for a new one. */
  readonly webhook: Webhook | null;
  readonly onCreated?: (webhook: CreatedWebhook) => void;
}

export function WebhookForm({ webhook, onCreated = () => {} }: WebhookFormProps) {
  const say = useTexts(words);
  const tell = useToast();
  const [base, setBase] = useState(webhook);
  const [theirs, setTheirs] = useState<Webhook | null>(null);
  const [error, setError] = useState<unknown>(null);
  const form = useFields<WebhookValues>(toValues(webhook));
  const create = useCreate();
  const edit = useEdit();
  const isPending = create.isPending || edit.isPending;

  const begin = (from: Webhook) => {
    setBase(from);
    form.reset(toValues(from));
    setTheirs(null);
    setError(null);
  };

  async function refuse(problem: unknown): Promise<void> {
    if (base && problem instanceof ApiError && problem.status === 412) {
      const params = { path: { webhookId: base.id } };
      setTheirs(await take(client.api.GET(`${PATH}/{webhookId}`, { params })));
    } else if (!showProblem(form, problem)) setError(problem);
  }

  function send({ url, description, all, types }: WebhookValues, onto: Webhook | null): void {
    setError(null);
    const change = { url: url.trim(), description: description.trim(), eventTypes: all === 'all' ? ['*'] : [...types] };
    const onError = (problem: unknown) => void refuse(problem);
    if (!onto) create.mutate(change, { onSuccess: (made) => (form.reset(toValues(made)), onCreated(made)), onError });
    else
      edit.mutate(
        { base: onto, change },
        {
          onSuccess: (saved) => {
            begin(saved);
            tell(say.saved);
          },
          onError,
        },
      );
  }

  const submit = form.handleSubmit((values) => send(values, isSame(base, webhook) ? webhook : base));
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-4 p-5">
      <TextField
        form={form}
        name="url"
        label={say.url}
        help={say.urlHelp}
        isLatin
        inputMode="url"
        autoComplete="off"
        maxLength={2000}
        rules={{ validate: (url) => /^https?:\/\/\S+$/.test(String(url).trim()) || say.urlMissing }}
      />
      <TextField form={form} name="description" label={say.description} help={say.descriptionHelp} maxLength={200} />
      <EventTypes form={form} />
      <FormFailure error={error} />
      {theirs && (
        <Conflict
          theirs={theirs}
          onTake={() => begin(theirs)}
          onKeep={() => (setTheirs(null), send(form.getValues(), theirs))}
        />
      )}
      <p>
        <Button type="submit" look="primary" disabled={isPending || (webhook !== null && !form.formState.isDirty)}>
          {webhook ? say.save : say.create}
        </Button>
      </p>
      <LeaveGuard isDirty={form.formState.isDirty && !create.isSuccess} />
    </form>
  );
}

function Conflict({ theirs, onTake, onKeep }: { theirs: Webhook; onTake: () => void; onKeep: () => void }) {
  const say = useTexts(words);
  return (
    <div role="alert" className="bg-warn-soft grid gap-2 rounded-lg p-3">
      <p className="text-warn font-semibold">{say.conflict}</p>
      <p className="text-meta text-ink2">{say.theirs}</p>
      <bdi className="font-mono text-[12px] [overflow-wrap:anywhere]">{theirs.url}</bdi>
      <bdi>{theirs.description}</bdi>
      <bdi className="text-ink2 font-mono text-[12px]">{theirs.eventTypes.join(', ')}</bdi>
      <div className="flex flex-wrap gap-2">
        <Button onClick={onTake}>{say.takeTheirs}</Button>
        <Button onClick={onKeep}>{say.keepMine}</Button>
      </div>
    </div>
  );
}
