import { lazy, Suspense, useState, type Ref } from 'react';
import { Popover } from 'radix-ui';
import { useController, type FieldValues, type Path, type UseFormReturn } from 'react-hook-form';
import { localDate, parseTypedDate, parseTypedInstant, toTypedDate, toTypedInstant } from '#app/text/dates.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Field, type Described } from './field.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { words } from '#app/ui/words.ts';

// Calendars are large, and most dates are typed: each is loaded when it is opened.
const Calendars = {
  en: lazy(() => import('./calendar/gregorian.tsx').then((found) => ({ default: found.GregorianCalendar }))),
  fa: lazy(() => import('./calendar/persian.tsx').then((found) => ({ default: found.PersianCalendar }))),
};

/** A day as `2026-11-25`, or with `hasTime` an instant as ISO 8601 in UTC; null for none, undefined for one that does not exist. */
export type DateValue = string | null | undefined;

interface InputProps {
  readonly value: DateValue;
  readonly onChange: (value: DateValue) => void;
  readonly onBlur?: (() => void) | undefined;
  readonly hasTime?: boolean | undefined;
  readonly name?: string | undefined;
  readonly inputRef?: Ref<HTMLInputElement> | undefined;
}

/** Only the control, where a filter has no room for a label: needs `aria-label`. */
export function DateInput({
  value,
  onChange,
  onBlur,
  hasTime = false,
  name,
  inputRef,
  ...described
}: InputProps & Partial<Described> & { readonly 'aria-label'?: string }) {
  const language = useLanguage();
  const toTyped = hasTime ? toTypedInstant : toTypedDate;
  const parse = hasTime ? parseTypedInstant : parseTypedDate;
  const [typed, setTyped] = useState(() => toTyped(value ?? null, language));
  const [known, setKnown] = useState({ value, language });
  if (known.value !== value || known.language !== language) {
    setKnown({ value, language }); // somebody else has set it, or it is read in the other calendar
    if (value !== undefined) setTyped(toTyped(value, language));
  }
  const change = (text: string) => {
    const next = parse(text, language);
    setTyped(text);
    setKnown({ value: next, language });
    onChange(next);
  };
  const leave = () => {
    if (value !== undefined) setTyped(toTyped(value, language)); // as it was understood
    onBlur?.();
  };
  const choose = (day: string) => {
    const time = /\s(\S+)$/.exec(typed)?.[1];
    change(`${toTypedDate(day, language)}${hasTime ? ` ${time ?? '00:00'}` : ''}`);
  };
  const day = value ? (hasTime ? localDate(new Date(value)) : value) : null;
  return (
    <div className="relative">
      <input
        {...described}
        ref={inputRef}
        name={name}
        dir="ltr"
        inputMode={hasTime ? 'text' : 'numeric'}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={({ target }) => change(target.value)}
        onBlur={leave}
        className="control w-full pe-10! rtl:ps-10! rtl:pe-2.5! rtl:text-end"
      />
      <CalendarButton day={day} onSelect={choose} />
    </div>
  );
}

function CalendarButton({ day, onSelect }: { day: string | null; onSelect: (day: string) => void }) {
  const say = useTexts(words);
  const Calendar = Calendars[useLanguage()];
  const [isOpen, setOpen] = useState(false);
  const select = (chosen: string) => {
    setOpen(false);
    onSelect(chosen);
  };
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger
        aria-label={say.openCalendar}
        className="text-ink3 hover:text-ink absolute end-1 top-1 grid size-6 place-items-center rounded-md"
      >
        <Icon name="calendar" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label={say.calendar}
          align="end"
          sideOffset={6}
          collisionPadding={8}
          onOpenAutoFocus={(event) => event.preventDefault()} // the calendar focuses the day
          className="bg-sheet border-line z-[60] min-h-[356px] min-w-[278px] rounded-xl border p-3 shadow-xl"
        >
          <Suspense fallback={null}>
            <Calendar day={day} onSelect={select} />
          </Suspense>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface DateFieldProps extends InputProps {
  readonly label: string;
  /** Default: how it is written. */
  readonly help?: string;
  readonly error?: string | undefined;
}

/** A date that is typed in the calendar of the reader, or chosen there. One that does not exist is told when it is left. */
export function DateField({ label, help, error, onBlur, ...input }: DateFieldProps) {
  const say = useTexts(words);
  const [isLeft, setLeft] = useState(false);
  const { value, hasTime = false } = input;
  const invalid = hasTime ? say.instantInvalid : say.dateInvalid;
  const leave = () => {
    setLeft(true);
    onBlur?.();
  };
  return (
    <Field
      label={label}
      help={help ?? (hasTime ? say.instantHelp : say.dateHelp)}
      error={error ?? (isLeft && value === undefined ? invalid : undefined)}
    >
      {(described) => <DateInput {...described} {...input} onBlur={leave} />}
    </Field>
  );
}

/** In a form, which refuses it; the form never sends it. */
const NONE_SUCH = 'none such';

interface FormDateFieldProps<V extends FieldValues> {
  readonly form: UseFormReturn<V>;
  /** Of a field whose value is a day or an instant, or null. */
  readonly name: Path<V>;
  readonly label: string;
  readonly help?: string;
  readonly hasTime?: boolean;
  /** What is said when it is left empty. Left out: it may be empty. */
  readonly missing?: string | undefined;
}

export function FormDateField<V extends FieldValues>({ form, name, missing, ...rest }: FormDateFieldProps<V>) {
  const say = useTexts(words);
  const { field, fieldState } = useController({
    control: form.control,
    name,
    rules: {
      validate: (value: unknown) => {
        if (value === NONE_SUCH) return rest.hasTime ? say.instantInvalid : say.dateInvalid;
        return value === null && missing !== undefined ? missing : true;
      },
    },
  });
  const value: unknown = field.value;
  return (
    <DateField
      {...rest}
      name={name}
      inputRef={field.ref}
      value={value === NONE_SUCH ? undefined : ((value as string | null | undefined) ?? null)}
      onChange={(next) => field.onChange(next === undefined ? NONE_SUCH : next)}
      onBlur={field.onBlur}
      error={fieldState.error?.message}
    />
  );
}
