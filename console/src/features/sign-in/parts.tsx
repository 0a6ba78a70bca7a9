import { useEffect, useState, type ReactNode } from 'react';
import type { FieldValues, Path, UseFormReturn } from 'react-hook-form';
import { FailureText } from '#app/server/failure.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { showProblem, TextField } from '#app/ui/form/form.tsx';
import type { Flow } from './flow.ts';
import { words } from './words.ts';

interface WayFormProps<V extends FieldValues> {
  readonly form: UseFormReturn<V>;
  readonly flow: Flow;
  /** Its errors are shown at their fields, or below all of them. */
  readonly onSend: (values: V) => Promise<void>;
  readonly action: string;
  /** The field in which people begin to type. */
  readonly first?: Path<V>;
  /** Below the button. */
  readonly after?: ReactNode;
  readonly children: ReactNode;
}

/** One step: its fields and its button. */
export function WayForm<V extends FieldValues>({
  form,
  flow,
  onSend,
  action,
  first,
  after,
  children,
}: WayFormProps<V>) {
  const [failure, setFailure] = useState<unknown>(flow.known.failure);
  const { isSubmitting } = form.formState;
  useEffect(() => {
    if (first !== undefined) form.setFocus(first);
  }, [form, first]);
  const onSubmit = form.handleSubmit(async (values) => {
    setFailure(null);
    await onSend(values).catch((error: unknown) => {
      if (!showProblem(form, error)) setFailure(error);
    });
  });
  return (
    <form noValidate onSubmit={(event) => void onSubmit(event)} className="grid gap-4">
      {flow.known.note && (
        <p role="status" className="bg-ok-soft text-ok rounded-lg px-3 py-2">
          {flow.known.note}
        </p>
      )}
      {children}
      <FailureText error={failure} />
      <Button type="submit" look="primary" disabled={isSubmitting} className="min-h-9">
        {action}
      </Button>
      {after}
    </form>
  );
}

export function ContactField<V extends FieldValues & { contact: string }>({ form }: { form: UseFormReturn<V> }) {
  const say = useTexts(words);
  return (
    <TextField
      form={form}
      name={'contact' as Path<V>}
      label={say.contact}
      autoComplete="username"
      inputMode="email"
      rules={{ required: say.contactMissing }}
      isLatin
    />
  );
}

export function CodeField<V extends FieldValues & { code: string }>({ form }: { form: UseFormReturn<V> }) {
  const say = useTexts(words);
  return (
    <TextField
      form={form}
      name={'code' as Path<V>}
      label={say.code}
      autoComplete="one-time-code"
      inputMode="numeric"
      rules={{ required: say.codeMissing }}
      isLatin
    />
  );
}

interface Named {
  firstName: string;
  lastName: string;
}

/** Of a person who gets an account. */
export function NameFields<V extends FieldValues & Named>({ form }: { form: UseFormReturn<V> }) {
  const say = useTexts(words);
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <TextField
        form={form}
        name={'firstName' as Path<V>}
        label={say.firstName}
        autoComplete="given-name"
        rules={{ required: say.firstNameMissing }}
      />
      <TextField
        form={form}
        name={'lastName' as Path<V>}
        label={say.lastName}
        autoComplete="family-name"
        rules={{ required: say.lastNameMissing }}
      />
    </div>
  );
}

interface PasswordFieldProps<V extends FieldValues> {
  readonly form: UseFormReturn<V>;
  readonly name: Path<V>;
  /** Of an account that has none, or gets another one. */
  readonly isFor?: 'newAccount' | 'reset';
}

export function PasswordField<V extends FieldValues>({ form, name, isFor }: PasswordFieldProps<V>) {
  const say = useTexts(words);
  return (
    <TextField
      form={form}
      name={name}
      label={isFor === 'reset' ? say.newPassword : say.password}
      {...(isFor && { help: say.passwordHelp })}
      type="password"
      autoComplete={isFor ? 'new-password' : 'current-password'}
      rules={{ required: say.passwordMissing }}
      isLatin
    />
  );
}

/** A new code can be sent once the time of the last one has passed. */
export function Resend({
  afterSeconds,
  onSend,
}: {
  afterSeconds: number;
  onSend: () => Promise<{ resendAfterSeconds: number }>;
}) {
  const say = useTexts(words);
  const fmt = useFmt();
  const [left, setLeft] = useState(afterSeconds);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);
  const send = async () => {
    setFailure(null);
    await onSend().then(({ resendAfterSeconds }) => setLeft(resendAfterSeconds), setFailure);
  };
  return (
    <>
      <FailureText error={failure} />
      <Button look="quiet" disabled={left > 0} onClick={() => void send()}>
        {left > 0 ? say.resendIn(fmt.number(left)) : say.resend}
      </Button>
    </>
  );
}

export function BackButton({ flow }: { readonly flow: Flow }) {
  const say = useTexts(words);
  return (
    <Button look="quiet" onClick={() => flow.go('password')}>
      {say.back}
    </Button>
  );
}
