import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { UseFormReturn } from 'react-hook-form';
import { catalogueQuery } from '#app/features/observability/queries.ts';
import { useMe } from '#app/server/session.tsx';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { toPlain } from '#app/text/typed.ts';
import { eventWords } from './event-words.ts';
import type { WebhookValues } from './form.tsx';
import { words } from './words.ts';

/** All events, or some: those that this console describes, and those that the catalogue has besides, for who may see it. */
export function EventTypes({ form }: { readonly form: UseFormReturn<WebhookValues> }) {
  const say = useTexts(words);
  const { can } = useMe();
  const [filter, setFilter] = useState('');
  const { data } = useQuery({ ...catalogueQuery(), enabled: can('observability.read') });
  const isSome = form.watch('all') === 'some';
  const chosen = form.watch('types');
  const catalogue = data?.items.map(({ type }) => type) ?? Object.keys(eventWords);
  const types = [...new Set([...catalogue, ...chosen])].toSorted();
  const language = useLanguage();
  const textOf = (type: string) => eventWords[type]?.[language === 'fa' ? 1 : 0];
  const wanted = toPlain(filter).trim().toLowerCase();
  const isFound = (type: string) => `${type} ${toPlain(textOf(type) ?? '').toLowerCase()}`.includes(wanted);
  const error = form.formState.errors.types?.message;
  const field = form.register('types', {
    validate: (value) => form.getValues('all') === 'all' || value.length > 0 || say.typesMissing,
  });
  return (
    <fieldset className="grid gap-2">
      <legend className="text-ink2 pb-1 font-medium">{say.events}</legend>
      {(['all', 'some'] as const).map((one) => (
        <label key={one} className="flex min-h-7 items-center gap-2.5">
          <input type="radio" value={one} {...form.register('all')} className="accent-kashi size-4" />
          {say[one]}
        </label>
      ))}
      {isSome && (
        <>
          <input
            type="search"
            aria-label={say.findType}
            placeholder={say.findType}
            dir={filter === '' ? undefined : 'auto'}
            value={filter}
            onChange={({ target }) => setFilter(target.value)}
            className="control"
          />
          <ul className="border-line max-h-60 overflow-y-auto rounded-lg border p-1.5" aria-label={say.events}>
            {types.map((type) => (
              <li key={type} hidden={!isFound(type)}>
                <label className="hover:bg-raised flex min-h-8 items-center gap-2.5 rounded-md px-2 py-1">
                  <input
                    type="checkbox"
                    value={type}
                    {...field}
                    aria-invalid={error ? true : undefined}
                    className="accent-kashi size-4"
                  />
                  <span className="grid min-w-0 flex-1 justify-items-start gap-x-3 sm:flex sm:justify-between">
                    <span>{textOf(type)}</span>
                    <bdi className="text-ink3 font-mono text-[12px] [overflow-wrap:anywhere]">{type}</bdi>
                  </span>
                </label>
              </li>
            ))}
          </ul>
          {error && (
            <p role="alert" className="text-meta text-bad">
              {error}
            </p>
          )}
        </>
      )}
    </fieldset>
  );
}
