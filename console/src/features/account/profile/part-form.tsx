import { useEffect } from 'react';
import type { Profile } from '#client';
import { parseTypedDate, toTypedDate } from '#app/text/dates.ts';
import { useLanguage, useTexts, type Language } from '#app/text/language.ts';
import { CheckField, SelectField, TextField, useFields } from '#app/ui/form/form.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { SaveForm } from '../form.tsx';
import { Panel } from '../parts.tsx';
import { words as account } from '../words.ts';
import { words } from './words.ts';

export interface PartField {
  readonly name: keyof Profile;
  readonly label: string;
  readonly help?: string;
  readonly kind?: 'text' | 'long' | 'date' | 'check' | 'select';
  /** Of a choice; the empty one is no value. */
  readonly options?: readonly (readonly [string, string])[];
  readonly isLatin?: boolean;
  readonly inputMode?: 'email' | 'tel' | 'url';
  readonly autoComplete?: string;
}

type Values = Record<string, string | boolean>;

interface PartFormProps {
  readonly title: string;
  readonly about?: string;
  readonly profile: Profile | null;
  readonly fields: readonly PartField[];
  /** Gets what the server wants: null for what is empty. */
  readonly onSave: (values: Record<string, string | boolean | null>) => Promise<void>;
}

/** A part of the profile that is saved by itself. */
export function PartForm({ title, about, profile, fields, onSave }: PartFormProps) {
  const say = useTexts(words);
  const { saved } = useTexts(account);
  const language = useLanguage();
  const tell = useToast();
  const form = useFields<Values>(toValues(profile, fields, language));
  const { reset } = form;
  useEffect(() => {
    // What is being typed stays when the rest has changed.
    reset(toValues(profile, fields, language), { keepDirtyValues: true });
    // `fields` says the same with each render.
  }, [profile?.version, language, reset]);

  const save = async (values: Values) => {
    await onSave(toChange(values, fields, language));
    reset(values);
    tell(saved);
  };
  return (
    <Panel title={title} about={about}>
      <SaveForm form={form} onSave={save} isGuarded>
        <div className={`grid gap-3 ${fields.length > 2 ? 'sm:grid-cols-2' : ''}`}>
          {fields.map(({ name, label, help, kind = 'text', options = [], ...rest }) => {
            const common = { form, name, label, ...(help !== undefined && { help }) };
            if (kind === 'check') return <CheckField key={name} {...common} />;
            if (kind === 'select') return <SelectField key={name} {...common} options={options} />;
            const rules =
              kind === 'date'
                ? {
                    validate: (typed: unknown) =>
                      parseTypedDate(String(typed), language) !== undefined || say.dateInvalid,
                  }
                : {};
            return <TextField key={name} {...common} {...rest} rules={rules} rows={kind === 'long' ? 5 : 1} />;
          })}
        </div>
      </SaveForm>
    </Panel>
  );
}

function toValues(profile: Profile | null, fields: readonly PartField[], language: Language): Values {
  return Object.fromEntries(
    fields.map(({ name, kind }) => {
      const value = profile?.[name] ?? null;
      if (kind === 'check') return [name, value === true];
      if (kind === 'date') return [name, toTypedDate(value as string | null, language)];
      return [name, typeof value === 'string' ? value : ''];
    }),
  );
}

function toChange(values: Values, fields: readonly PartField[], language: Language) {
  return Object.fromEntries(
    fields.map(({ name, kind }) => {
      const value = values[name] ?? '';
      if (typeof value === 'boolean') return [name, value];
      if (kind === 'date') return [name, parseTypedDate(value, language) ?? null];
      return [name, value.trim() === '' ? null : value.trim()];
    }),
  );
}
