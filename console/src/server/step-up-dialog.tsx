import { useState, type ReactNode } from 'react';
import { Dialog } from 'radix-ui';
import { take } from '#client';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { TextField, useFields } from '#app/ui/form/form.tsx';
import { client } from './client.ts';
import { FailureText } from './failure.tsx';
import { askPasskey } from './passkeys.ts';
import type { StepUpMethod } from './proofs.ts';
import { useSession } from './session.tsx';
import { words } from './words.ts';

interface StepUpDialogProps {
  /** Of the account. Empty: it has none, and only a new sign-in helps. */
  readonly methods: readonly StepUpMethod[];
  readonly onDone: (isProved: boolean) => void;
}

export default function StepUpDialog({ methods, onDone }: StepUpDialogProps) {
  const say = useTexts(words);
  const { signOut } = useSession();
  const form = useFields({ password: '', code: '' });
  const [failure, setFailure] = useState<unknown>(null);
  const typed = methods.includes('password') ? 'password' : methods.includes('totp') ? 'code' : null; // prettier-ignore
  const { isSubmitting } = form.formState;

  const prove = async (proofOf: () => Promise<Record<string, unknown>>) => {
    setFailure(null);
    try {
      await take(client.api.POST('/api/v1/users/step-up', { body: await proofOf() }));
      onDone(true);
    } catch (error) {
      setFailure(error);
    }
  };
  const onSubmit = form.handleSubmit((values) => (typed ? prove(async () => ({ [typed]: values[typed] })) : undefined));
  const onKey = form.handleSubmit(({ password }) => prove(async () => ({ password, ...(await askPasskey()) })));
  return (
    <Frame
      title={say.stepUp}
      text={methods.length > 0 ? say.stepUpAbout : say.signInAgainAbout}
      onCancel={() => onDone(false)}
    >
      <form noValidate onSubmit={(event) => void (typed ? onSubmit : onKey)(event)} className="grid gap-3">
        {methods.includes('password') && (
          <TextField
            form={form}
            name="password"
            label={say.password}
            type="password"
            autoComplete="current-password"
            rules={{ required: say.passwordMissing }}
            isLatin
          />
        )}
        {typed === 'code' && (
          <TextField
            form={form}
            name="code"
            label={say.code}
            autoComplete="one-time-code"
            inputMode="numeric"
            rules={{ required: say.codeMissing }}
            isLatin
          />
        )}
        {typed === null && methods.includes('securityKey') && (
          <TextField
            form={form}
            name="password"
            label={say.password}
            help={say.keyAbout}
            type="password"
            autoComplete="current-password"
            rules={{ required: say.passwordMissing }}
            isLatin
          />
        )}
        <FailureText error={failure} />
        <div className="flex flex-wrap justify-end gap-2 pt-1">
          <Button onClick={() => onDone(false)}>{say.cancel}</Button>
          {methods.length === 0 && (
            <Button look="primary" onClick={() => void signOut().finally(() => onDone(false))}>
              {say.signInAgain}
            </Button>
          )}
          {methods.includes('passkey') && (
            <Button look={typed ? 'plain' : 'primary'} disabled={isSubmitting} onClick={() => void prove(askPasskey)}>
              {say.usePasskey}
            </Button>
          )}
          {typed === null && methods.includes('securityKey') && (
            <Button type="submit" look={methods.includes('passkey') ? 'plain' : 'primary'} disabled={isSubmitting}>
              {say.useKey}
            </Button>
          )}
          {typed && (
            <Button type="submit" look="primary" disabled={isSubmitting}>
              {say.confirm}
            </Button>
          )}
        </div>
      </form>
    </Frame>
  );
}

interface FrameProps {
  readonly title: string;
  readonly text: string;
  readonly onCancel: () => void;
  readonly children: ReactNode;
}

/** Above every drawer and dialog that asked. */
function Frame({ title, text, onCancel, children }: FrameProps) {
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onCancel()}>
      <Dialog.Portal>
        <Dialog.Overlay className="bg-shade fixed inset-0 z-[74]" />
        <Dialog.Content className="bg-sheet border-line fixed inset-x-4 top-[18vh] z-[75] mx-auto grid max-w-md gap-3 rounded-2xl border p-5 shadow-2xl">
          <Dialog.Title className="text-[15px] font-semibold">{title}</Dialog.Title>
          <Dialog.Description className="text-ink2">{text}</Dialog.Description>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
