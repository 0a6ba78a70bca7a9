import { useState } from 'react';
import { useController, type FieldValues, type Path, type UseFormReturn } from 'react-hook-form';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Field, type Described } from '#app/ui/form/field.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { PersonName } from './name.tsx';
import { isUserId, MAY_FIND } from './queries.ts';
import { PersonSearch } from './search.tsx';
import { words } from './words.ts';

interface PersonFieldProps {
  readonly label: string;
  readonly help?: string;
  readonly error?: string | undefined;
  readonly name?: string;
  /** The id of the chosen user; any other text while nobody is chosen. */
  readonly value: string;
  readonly onChange: (id: string) => void;
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
  const choose = (id: string) => {
    setChosen(true);
    onChange(id);
  };
  const common = { ...(onBlur && { onBlur }), ...(inputRef && { inputRef }) };
  if (!can(MAY_FIND))
    return <IdInput {...common} described={described} name={name} value={value} onChange={onChange} />;
  if (!isUserId(value)) return <PersonSearch {...common} described={described} name={name} onChoose={choose} />;
  return <Chosen described={described} label={label} id={value} takesFocus={hasChosen} onClear={() => onChange('')} />;
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
      onChange={({ target }) => onChange(target.value.trim())}
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
  return (
    <p className="border-line2 bg-raised flex min-h-8 items-center gap-2 rounded-lg border ps-2.5">
      <PersonName id={id} hasAddress />
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

interface FormPersonFieldProps<V extends FieldValues> extends Pick<PersonFieldProps, 'label' | 'help'> {
  readonly form: UseFormReturn<V>;
  readonly name: Path<V>;
  /** What is said while nobody is chosen. */
  readonly missing: string;
}

/** The same as a field of a form; its value is the id. */
export function FormPersonField<V extends FieldValues>({ form, name, missing, ...rest }: FormPersonFieldProps<V>) {
  const { field, fieldState } = useController({
    control: form.control,
    name,
    rules: { validate: (id: unknown) => isUserId(String(id)) || missing },
  });
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
