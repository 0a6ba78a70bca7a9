import { useState } from 'react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { UseFormReturn } from 'react-hook-form';
import { take } from '#client';
import { client } from '#app/server/client.ts';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { toPlain } from '#app/text/typed.ts';
import { Field } from '#app/ui/form/field.tsx';
import type { Draft } from './draft.ts';
import { words } from './words.ts';

const FOUND = 5;

/** An address; or a user, who is looked for by name where the reader may see users. */
export function RecipientField({ form }: { readonly form: UseFormReturn<Draft> }) {
  const say = useTexts(words);
  const { can } = useMe();
  const [isOpen, setOpen] = useState(false);
  const channel = form.watch('channel');
  const typed = toPlain(form.watch('recipient')).trim();
  const isToUser = channel === 'email' || channel === 'inApp';
  const canSearch = isOpen && isToUser && can('users.access') && typed.length > 1;
  const { data } = useQuery({
    queryKey: ['notifications', 'recipients', typed],
    queryFn: ({ signal }) =>
      take(client.api.GET('/api/v1/users', { params: { query: { search: typed, pageSize: FOUND } }, signal })),
    enabled: canSearch,
    placeholderData: keepPreviousData,
  });
  const help = channel === 'email' ? say.toHelp : channel === 'inApp' ? say.toUser : say.toAddress;
  const users = canSearch ? (data?.items ?? []) : [];
  const choose = (id: string, email: string | null) => {
    const value = channel === 'email' && email !== null ? email : id;
    form.setValue('recipient', value, { shouldDirty: true, shouldValidate: true });
    setOpen(false);
  };
  return (
    <div className="grid gap-1">
      <Field label={say.to} help={help} error={form.getFieldState('recipient', form.formState).error?.message}>
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
          {users.map(({ id, firstName, lastName, email, phone }) => (
            <li key={id}>
              <button
                type="button"
                onClick={() => choose(id, email)}
                className="hover:bg-raised flex min-h-9 w-full flex-wrap items-center gap-x-2 px-3 text-start -outline-offset-2!"
              >
                <bdi className="font-medium">{`${firstName} ${lastName}`}</bdi>
                <bdi className="text-ink3 text-meta">{email ?? phone}</bdi>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
