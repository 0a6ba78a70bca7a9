import { useEffect, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { Metadata } from '#client';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { FormFailure, LeaveGuard, TextField, useFields } from '#app/ui/form/form.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { useChangeFields } from './changes.ts';
import { fieldsQuery } from './queries.ts';
import { words } from './words.ts';

const kinds = ['publicMetadata', 'privateMetadata', 'unsafeMetadata'] as const;
type Kind = (typeof kinds)[number];
type Values = Record<Kind, string>;

/** What this installation keeps about the person beside the account, as JSON. */
export function Fields({ userId }: { readonly userId: string }) {
  const { data, error, refetch } = useQuery(fieldsQuery(userId));
  if (data) return <FieldsForm userId={userId} fields={data} />;
  if (error) return <Failure error={error} permission="users.metadata" onRetry={() => void refetch()} />;
  return <Skeleton rows={3} />;
}

function FieldsForm({ userId, fields }: { readonly userId: string; readonly fields: Metadata }) {
  const say = useTexts(words);
  const tell = useToast();
  const [base, setBase] = useState(fields);
  const form = useFields<Values>(toValues(fields));
  const { isDirty } = form.formState;
  useEffect(() => {
    if (isDirty) return; // what is typed stays; the server says if it is out of date
    setBase(fields);
    form.reset(toValues(fields));
  }, [fields, isDirty, form]);
  const change = useChangeFields();
  const submit = form.handleSubmit((values) => {
    const changed = kinds.filter((kind) => values[kind] !== toText(base[kind]));
    const entries = changed.map((kind) => [kind, toPatch(base[kind], JSON.parse(values[kind]) as Fieldset)]);
    change.mutate(
      { userId, version: base.version, change: Object.fromEntries(entries) },
      { onSuccess: (saved) => (setBase(saved), form.reset(toValues(saved)), tell(say.fieldsSaved)) },
    );
  });
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-4 px-5">
      <p className="text-ink2">{say.fieldsText}</p>
      {kinds.map((kind) => (
        <TextField
          key={kind}
          form={form}
          name={kind}
          label={say.kinds[kind]}
          help={say.kindsHelp[kind]}
          rows={Math.min(10, Math.max(3, toText(base[kind]).split('\n').length))}
          isMono
          rules={{ validate: (text) => isObject(text) || say.fieldsInvalid }}
        />
      ))}
      <FormFailure error={change.error} />
      <Button type="submit" disabled={!isDirty || change.isPending} className="justify-self-start">
        {say.fieldsSave}
      </Button>
      <LeaveGuard isDirty={isDirty} />
    </form>
  );
}

type Fieldset = Readonly<Record<string, unknown>>;

function toValues(fields: Metadata): Values {
  return Object.fromEntries(kinds.map((kind) => [kind, toText(fields[kind])])) as Values; // one entry for each kind
}

function toText(fields: Fieldset): string {
  return JSON.stringify(fields, null, 2);
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** A merge patch (RFC 7396) that makes `before` into `after`: null removes what is gone. */
function toPatch(before: Fieldset, after: Fieldset): Record<string, unknown> {
  const removed = Object.keys(before).filter((key) => !(key in after));
  const changed = Object.entries(after).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key]));
  const nested = changed.map(([key, value]) => {
    const old = before[key];
    return [key, isFieldset(value) && isFieldset(old) ? toPatch(old, value) : value] as const;
  });
  return Object.fromEntries([...removed.map((key) => [key, null] as const), ...nested]);
}

function isFieldset(value: unknown): value is Fieldset {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
