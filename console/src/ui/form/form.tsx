import { useEffect, type ReactNode } from 'react';
import { useBlocker } from '@tanstack/react-router';
import {
  useForm,
  type DefaultValues,
  type FieldValues,
  type Path,
  type RegisterOptions,
  type UseFormReturn,
} from 'react-hook-form';
import { ApiError } from '#client';
import { useTexts } from '#app/text/language.ts';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Field } from './field.tsx';
import { words } from '#app/ui/words.ts';

/** A form whose fields are checked when they are left, and from then on with each change. */
export function useFields<V extends FieldValues>(values: DefaultValues<V>): UseFormReturn<V> {
  return useForm<V>({ mode: 'onTouched', defaultValues: values });
}

interface FieldOf<V extends FieldValues> {
  readonly form: UseFormReturn<V>;
  readonly name: Path<V>;
  readonly label: string;
  readonly help?: string;
  readonly rules?: RegisterOptions<V>;
}

interface TextFieldProps<V extends FieldValues> extends FieldOf<V> {
  readonly type?: 'text' | 'password' | 'number';
  readonly autoComplete?: string;
  readonly inputMode?: 'email' | 'numeric' | 'tel' | 'url';
  /** Addresses, codes, ids and passwords run left to right in both languages. */
  readonly isLatin?: boolean;
  readonly maxLength?: number;
  /** More than one: a field for several lines. */
  readonly rows?: number;
  readonly isMono?: boolean;
}

export function TextField<V extends FieldValues>({
  form,
  name,
  label,
  help,
  rules,
  rows = 1,
  isLatin,
  isMono = false,
  type = 'text',
  ...rest
}: TextFieldProps<V>) {
  // prettier-ignore
  const error = form.getFieldState(name, form.formState).error?.message;
  const look = `control ${isMono ? 'font-mono text-[12px]' : ''}`;
  const dir = isLatin || isMono ? 'ltr' : 'auto';
  return (
    <Field label={label} help={help} error={error}>
      {(described) =>
        rows > 1 ? (
          <textarea
            {...described}
            {...form.register(name, rules)}
            {...rest}
            rows={rows}
            dir={dir}
            className={`${look} py-1.5`}
          />
        ) : (
          <input
            {...described}
            {...form.register(name, rules)}
            {...rest}
            type={type}
            dir={dir}
            spellCheck={false}
            className={`${look} ${isLatin ? 'rtl:text-end' : ''}`}
          />
        )
      }
    </Field>
  );
}

interface SelectFieldProps<V extends FieldValues> extends FieldOf<V> {
  readonly options: readonly (readonly [string, string])[];
}

export function SelectField<V extends FieldValues>({ form, name, label, help, rules, options }: SelectFieldProps<V>) {
  const error = form.getFieldState(name, form.formState).error?.message;
  return (
    <Field label={label} help={help} error={error}>
      {(described) => (
        <select {...described} {...form.register(name, rules)} className="control">
          {options.map(([option, text]) => (
            <option key={option} value={option}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function CheckField<V extends FieldValues>({ form, name, label, help }: Omit<FieldOf<V>, 'rules'>) {
  return (
    <label className="flex min-h-8 items-center gap-2.5">
      <input type="checkbox" {...form.register(name)} className="accent-kashi size-4" />
      <span className="grid">
        {label}
        {help && <span className="text-meta text-ink3">{help}</span>}
      </span>
    </label>
  );
}

/** Puts the errors of a refusal at their fields. Returns whether each has one. */
export function showProblem<V extends FieldValues>(form: UseFormReturn<V>, error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const errors = error.problem.errors ?? [];
  const values = form.getValues() as Record<string, unknown>;
  const placed = errors.filter(({ path = '', message = '' }) => {
    const name = path.replace(/^\//, '').split('/')[0] ?? '';
    if (!(name in values)) return false;
    form.setError(name as Path<V>, { message }, { shouldFocus: true });
    return true;
  });
  return errors.length > 0 && placed.length === errors.length;
}

/** Why nothing was saved, where no field has the reason. In the server's words. */
export function FormFailure({ error }: { readonly error: unknown }) {
  const { unreachable } = useTexts(words);
  if (!error) return null;
  const text = error instanceof ApiError ? (error.problem.errors?.[0]?.message ?? error.message) : unreachable;
  return (
    <p role="alert" className="bg-bad-soft text-bad rounded-lg px-3 py-2">
      {text}
    </p>
  );
}

/** Asks before unsaved changes are left, by a link, the back button or a reload. */
export function LeaveGuard({ isDirty }: { readonly isDirty: boolean }): ReactNode {
  const say = useTexts(words);
  const leaving = useBlocker({ shouldBlockFn: () => isDirty, withResolver: true, enableBeforeUnload: () => isDirty });
  const isBlocked = leaving.status === 'blocked';
  useEffect(() => {
    if (isBlocked && !isDirty) leaving.proceed();
  });
  if (!isBlocked) return null;
  return (
    <Confirm
      title={say.discardTitle}
      text={say.discardText}
      action={say.discard}
      cancel={say.keep}
      onConfirm={leaving.proceed}
      onCancel={leaving.reset}
    />
  );
}
