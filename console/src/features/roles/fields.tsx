import { useEffect, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { Permission, User } from '#client';
import { foundUsersQuery } from '#app/features/users/queries.ts';
import { nameOf } from '#app/features/users/name.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Field } from '#app/ui/form/field.tsx';
import { byModule } from './reach.ts';
import { words } from './words.ts';

const TYPING_MS = 250; // as in the search of a list

interface FindUserProps {
  readonly label: string;
  /** The name of who is chosen; null while nobody is. */
  readonly chosen: string | null;
  readonly onChoose: (user: User | null) => void;
}

/** Finds a person by name or address. */
export function FindUser({ label, chosen, onChoose }: FindUserProps) {
  const say = useTexts(words);
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setAsked(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const { data } = useQuery({ ...foundUsersQuery(asked), enabled: asked.length > 1 });
  const found = asked.length > 1 ? (data?.items ?? null) : null;
  if (chosen !== null)
    return (
      <div className="grid gap-1">
        <span className="text-ink2 font-medium">{label}</span>
        <p className="flex min-h-8 flex-wrap items-center gap-2">
          <bdi className="font-medium">{chosen}</bdi>
          <Button look="quiet" onClick={() => onChoose(null)}>
            {say.other}
          </Button>
        </p>
      </div>
    );
  return (
    <div className="grid gap-2">
      <Field label={label} help={say.findHelp}>
        {(described) => (
          <input
            {...described}
            name="person"
            dir="auto"
            autoComplete="off"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
            className="control"
          />
        )}
      </Field>
      <div role="status">
        {found?.length === 0 && <p className="text-meta text-ink2">{say.nobody}</p>}
        {found !== null && found.length > 0 && (
          <ul aria-label={label} className="border-line divide-line divide-y overflow-hidden rounded-lg border">
            {found.map((user) => (
              <li key={user.id}>
                <button
                  type="button"
                  onClick={() => onChoose(user)}
                  className="hover:bg-raised flex min-h-9 w-full flex-wrap items-center gap-x-3 px-3 text-start -outline-offset-2!"
                >
                  <bdi className="font-medium">{nameOf(user)}</bdi>
                  <bdi className="text-meta text-ink3">{user.email ?? user.phone}</bdi>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

interface PermissionFieldProps {
  readonly label: string;
  readonly value: string;
  /** The catalogue; null for who may not read it, and types a code. */
  readonly permissions: readonly Permission[] | null;
  readonly error?: string | undefined;
  readonly onChange: (code: string) => void;
}

export function PermissionField({ label, value, permissions, error, onChange }: PermissionFieldProps) {
  const say = useTexts(words);
  return (
    <Field label={label} error={error}>
      {(described) =>
        permissions === null ? (
          <input
            {...described}
            name="permission"
            dir="ltr"
            autoComplete="off"
            value={value}
            onChange={({ target }) => onChange(target.value)}
            className="control min-w-0 font-mono text-[12px] rtl:text-end"
          />
        ) : (
          <select
            {...described}
            name="permission"
            value={value}
            onChange={({ target }) => onChange(target.value)}
            className="control min-w-0"
          >
            <option value="">{say.choose}</option>
            {byModule(permissions).map(([module, own]) => (
              <optgroup key={module} label={say.modules[module] ?? module}>
                {own.map(({ code, description }) => (
                  <option key={code} value={code}>
                    {say.option(code, description)}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        )
      }
    </Field>
  );
}
