import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { UseFormReturn } from 'react-hook-form';
import { FormPersonField } from '#app/people/field.tsx';
import { MAY_FIND, peopleQuery, personName, toSearch } from '#app/people/queries.ts';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Field } from '#app/ui/form/field.tsx';
import type { Draft } from './draft.ts';
import { words } from './words.ts';

/** An address, or a user: found by name where the reader may look people up. */
export function RecipientField({ form }: { readonly form: UseFormReturn<Draft> }) {
  const say = useTexts(words);
  const { can } = useMe();
  const [isOpen, setOpen] = useState(false);
  const channel = form.watch('channel');
  const typed = form.watch('recipient').trim();
  const canSearch = isOpen && channel === 'email' && can(MAY_FIND) && typed.length > 1;
  const { data = [] } = useQuery({ ...peopleQuery(toSearch(typed)), enabled: canSearch });
  const users = canSearch ? data : [];
  const choose = (id: string, email: string | null) => {
    form.setValue('recipient', email ?? id, { shouldDirty: true, shouldValidate: true });
    setOpen(false);
  };
  if (channel === 'inApp')
    return <FormPersonField form={form} name="recipient" label={say.to} missing={say.userMissing} />;
  return (
    <div className="grid gap-1">
      <Field
        label={say.to}
        help={channel === 'email' ? say.toHelp : say.toAddress}
        error={form.getFieldState('recipient', form.formState).error?.message}
      >
        {(described) => (
          <input
            {...described}
            {...form.register('recipient', {
              validate: (text) => text.trim() !== '' || say.toMissing,
              onChange: () => setOpen(true),
            })}
            data-first
            dir="auto"
            autoComplete="off"
            spellCheck={false}
            maxLength={4096}
            className="control"
          />
        )}
      </Field>
      {users.length > 0 && (
        <ul aria-label={say.users} className="border-line divide-line divide-y overflow-hidden rounded-lg border">
          {users.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                onClick={() => choose(person.id, person.email)}
                className="hover:bg-raised flex min-h-9 w-full flex-wrap items-center gap-x-2 px-3 text-start -outline-offset-2!"
              >
                <bdi className="font-medium">{personName(person)}</bdi>
                <bdi className="text-ink3 text-meta">{person.email ?? person.phone}</bdi>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
