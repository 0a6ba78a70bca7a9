import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useController, type FieldValues, type Path, type RegisterOptions, type UseFormReturn } from 'react-hook-form';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Field, type Described } from '#app/ui/form/field.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { isUserId, MAY_FIND, personName, personQuery, type Person } from './queries.ts';
import { PersonSearch } from './search.tsx';
import { words } from './words.ts';

interface PersonFieldProps {
  readonly label: string;
  readonly help?: string;
  readonly error?: string | undefined;
  readonly name?: string;
  /** The id of the chosen user; empty while nobody is chosen. */
  readonly value: string;
  /** `person` is null where only the id is known. */
  readonly onChange: (id: string, person: Person | null) => void;
  readonly onBlur?: () => void;
  readonly inputRef?: (element: HTMLElement | null) => void;
}

/** Names a user: found by name, e-mail address or phone number, or by id for readers who may not look people up. */
export function PersonField({ label, help, error, ...rest }: PersonFieldProps) {
  const say = useTexts(words);
  const { can } = useMe();
  return (
    <Field label={label} help={help ?? (can(MAY_FIND) ? say.help : say.helpId)} error={error}>
      {(described) => <PersonInput {...rest} described={described} label={label} />}
    </Field>
  );
}

interface PersonInputProps extends Omit<PersonFieldProps, 'help' | 'error'> {
  readonly described: Described;
}

function PersonInput({ described, label, name = 'person', value, onChange, onBlur, inputRef }: PersonInputProps) {
  const { can } = useMe();
  const [hasChosen, setChosen] = useState(false);
  const choose = (id: string, person: Person | null) => {
    setChosen(true);
    onChange(id, person);
  };
  const common = { ...(onBlur && { onBlur }), ...(inputRef && { inputRef }) };
  if (!can(MAY_FIND))
    return <IdInput {...common} described={described} name={name} value={value} onChange={onChange} />;
  if (value === '') return <PersonSearch {...common} described={described} name={name} onChoose={choose} />;
  return (
    <Chosen described={described} label={label} id={value} takesFocus={hasChosen} onClear={() => onChange('', null)} />
  );
}

interface IdInputProps extends Pick<PersonFieldProps, 'name' | 'value' | 'onChange' | 'onBlur' | 'inputRef'> {
  readonly described: Described;
}

function IdInput({ described, inputRef, onChange, ...rest }: IdInputProps) {
  return (
    <input
      {...described}
      {...rest}
      ref={inputRef}
      dir="ltr"
      autoComplete="off"
      spellCheck={false}
      maxLength={100}
      onChange={({ target }) => onChange(target.value.trim(), null)}
      className="control min-w-0 font-mono text-[12px] rtl:text-end"
    />
  );
}

interface ChosenProps {
  readonly described: Described;
  readonly label: string;
  readonly id: string;
  /** The input that had it is gone. */
  readonly takesFocus: boolean;
  readonly onClear: () => void;
}

function Chosen({ described, label, id, takesFocus, onClear }: ChosenProps) {
  const say = useTexts(words);
  const { data: person } = useQuery({ ...personQuery(id), enabled: isUserId(id) });
  return (
    <p className="border-line2 bg-raised flex min-h-8 items-center gap-2 rounded-lg border ps-2.5">
      <PersonName id={id} person={person} />
      <Button
        {...described}
        type="button"
        look="quiet"
        isSquare
        autoFocus={takesFocus}
        aria-label={`${label}: ${say.change}`}
        title={say.change}
        onClick={onClear}
        className="ms-auto"
      >
        <Icon name="close" className="size-3.5" />
      </Button>
    </p>
  );
}

function PersonName({ id, person }: { readonly id: string; readonly person: Person | undefined }) {
  if (!person) return <bdi className="truncate font-mono text-[12px]">{id}</bdi>;
  return (
    <span className="flex min-w-0 flex-wrap gap-x-2">
      <bdi className="font-medium">{personName(person)}</bdi>
      <bdi className="text-ink2 truncate">{person.email ?? person.phone}</bdi>
    </span>
  );
}

interface FormPersonFieldProps<V extends FieldValues> extends Pick<PersonFieldProps, 'label' | 'help'> {
  readonly form: UseFormReturn<V>;
  readonly name: Path<V>;
  readonly rules?: Omit<RegisterOptions<V>, 'valueAsNumber' | 'valueAsDate' | 'setValueAs' | 'disabled'>;
}

/** The same as a field of a form; its value is the id. */
export function FormPersonField<V extends FieldValues>({ form, name, rules, ...rest }: FormPersonFieldProps<V>) {
  const { field, fieldState } = useController({ control: form.control, name, ...(rules && { rules }) });
  return (
    <PersonField
      {...rest}
      name={name}
      error={fieldState.error?.message}
      value={field.value ?? ''}
      onChange={field.onChange}
      onBlur={field.onBlur}
      inputRef={field.ref}
    />
  );
}

interface PersonFilterProps {
  readonly label: string;
  readonly name: string;
  readonly value: string | undefined;
  readonly onChange: (id: string | undefined) => void;
}

/** A filter of a list by a user. */
export function PersonFilter({ label, name, value, onChange }: PersonFilterProps) {
  const say = useTexts(words);
  const { can } = useMe();
  const { data: person } = useQuery({
    ...personQuery(value ?? ''),
    enabled: value !== undefined && isUserId(value) && can(MAY_FIND),
  });
  if (value !== undefined)
    return (
      <p className="border-line2 bg-raised flex min-h-8 max-w-full items-center gap-2 rounded-lg border ps-2.5">
        <span className="text-ink2 shrink-0">{label}</span>
        <PersonName id={value} person={person} />
        <Button
          look="quiet"
          isSquare
          aria-label={say.clear(label)}
          title={say.clear(label)}
          onClick={() => onChange(undefined)}
        >
          <Icon name="close" className="size-3.5" />
        </Button>
      </p>
    );
  return can(MAY_FIND) ? (
    <PersonSearch
      described={{ 'aria-label': label }}
      name={name}
      placeholder={label}
      className="w-52 max-sm:w-full"
      onChoose={(id) => onChange(id)}
    />
  ) : (
    <input
      dir="ltr"
      name={name}
      aria-label={label}
      placeholder={label}
      maxLength={100}
      spellCheck={false}
      onKeyDown={({ key, currentTarget }) => key === 'Enter' && currentTarget.blur()}
      onBlur={({ target }) => target.value.trim() !== '' && onChange(target.value.trim())}
      className="control w-52 max-sm:w-full rtl:text-end"
    />
  );
}
