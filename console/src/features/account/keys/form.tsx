import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { take, type CreatedApiKey } from '#client';
import { client } from '#app/server/client.ts';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Code } from '#app/ui/code.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { SelectField, TextField, useFields } from '#app/ui/form/form.tsx';
import { SaveForm } from '../form.tsx';
import { words } from './words.ts';

const DAY_MS = 86_400_000;
const LIVES = [7, 30, 90, 365] as const; // days; the server allows a year

interface Values {
  name: string;
  days: string;
  scopes: string[];
}

/** A new key: what it may do is chosen out of what its owner may. It is shown once, here. */
export function NewKey({ onClose }: { readonly onClose: () => void }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { permissions } = useMe();
  const queries = useQueryClient();
  const [created, setCreated] = useState<CreatedApiKey | null>(null);
  const form = useFields<Values>({ name: '', days: '90', scopes: [] });
  const error = form.formState.errors.scopes?.message;
  const save = async ({ name, days, scopes }: Values) => {
    const expiresAt = new Date(Date.now() + Number(days) * DAY_MS - 60_000).toISOString(); // clocks differ
    setCreated(
      await take(client.api.POST('/api/v1/users/api-keys', { body: { name: name.trim(), scopes, expiresAt } })),
    );
    await queries.invalidateQueries({ queryKey: ['account', 'keys'] });
  };
  if (created)
    return (
      <Drawer title={created.name} onClose={onClose}>
        <div className="grid gap-3 p-5">
          <p className="text-ink2">{say.once}</p>
          <Code name={say.key} text={created.key} />
          <Button look="primary" onClick={onClose}>
            {say.kept}
          </Button>
        </div>
      </Drawer>
    );
  return (
    <Drawer title={say.create} onClose={onClose}>
      <SaveForm form={form} onSave={save} action={say.create} onCancel={onClose}>
        <TextField
          form={form}
          name="name"
          label={say.name}
          help={say.nameHelp}
          rules={{ required: say.nameMissing }}
          maxLength={100}
        />
        <SelectField
          form={form}
          name="days"
          label={say.life}
          options={LIVES.map((days) => [String(days), say.days(fmt.number(days))])}
        />
        <fieldset className="grid gap-1" aria-describedby={error ? 'scopes-error' : undefined}>
          <legend className="text-ink2 font-medium">{say.mayDo}</legend>
          <div
            className="border-line2 max-h-72 overflow-y-auto rounded-lg border px-3 py-1"
            tabIndex={0}
            role="group"
            aria-label={say.mayDo}
          >
            {permissions.toSorted().map((permission) => (
              <label key={permission} className="flex min-h-7 items-center gap-2.5">
                <input
                  type="checkbox"
                  value={permission}
                  {...form.register('scopes', { validate: (chosen) => chosen.length > 0 || say.scopeMissing })}
                  className="accent-kashi size-4"
                />
                <bdi className="font-mono text-[12px]">{permission}</bdi>
              </label>
            ))}
          </div>
          {error && (
            <p id="scopes-error" className="text-meta text-bad">
              {error}
            </p>
          )}
        </fieldset>
      </SaveForm>
    </Drawer>
  );
}
