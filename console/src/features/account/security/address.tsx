import { useState } from 'react';
import { take, type CodeSent } from '#client';
import { client } from '#app/server/client.ts';
import { FailureText } from '#app/server/failure.tsx';
import { useMe, useSession } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { toPlain } from '#app/text/typed.ts';
import { Button } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { TextField, useFields } from '#app/ui/form/form.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { SaveForm } from '../form.tsx';
import { Panel, useAct } from '../parts.tsx';
import { words } from './words.ts';

export function EmailAddress() {
  const say = useTexts(words);
  const { email } = useMe();
  return (
    <Changing
      title={say.email}
      value={email}
      action={say.changeEmail}
      label={say.newEmail}
      missing={say.emailMissing}
      inputMode="email"
      onAsk={(typed) => take(client.api.POST('/api/v1/users/change-email', { body: { email: typed } }))}
      onCode={(code) => take(client.api.POST('/api/v1/users/change-email/confirm', { body: { code } }))}
      done={say.emailChanged}
    />
  );
}

export function PhoneNumber() {
  const say = useTexts(words);
  const { phone } = useMe();
  const { begin } = useSession();
  const [isAsked, setAsked] = useState(false);
  const { run, error, isPending } = useAct();
  const remove = () =>
    run({
      work: () => take(client.api.DELETE('/api/v1/users/phone')),
      done: say.phoneRemoved,
      after: () => void begin(),
    });
  return (
    <>
      <Changing
        title={say.phone}
        value={phone}
        action={phone === null ? say.addPhone : say.changePhone}
        label={say.newPhone}
        missing={say.phoneMissing}
        inputMode="tel"
        onAsk={(typed) => take(client.api.POST('/api/v1/users/change-phone', { body: { phone: typed } }))}
        onCode={(code) => take(client.api.POST('/api/v1/users/change-phone/confirm', { body: { code } }))}
        done={say.phoneChanged}
        more={
          phone !== null && (
            <Button look="danger" disabled={isPending} onClick={() => setAsked(true)}>
              {say.removePhone}
            </Button>
          )
        }
      />
      <FailureText error={error} />
      {isAsked && (
        <Confirm
          title={say.removePhoneTitle}
          text={say.removePhoneText}
          action={say.removePhone}
          cancel={say.cancel}
          onConfirm={() => {
            setAsked(false);
            remove();
          }}
          onCancel={() => setAsked(false)}
        />
      )}
    </>
  );
}

interface ChangingProps {
  readonly title: string;
  readonly value: string | null;
  readonly action: string;
  readonly label: string;
  readonly missing: string;
  readonly inputMode: 'email' | 'tel';
  readonly onAsk: (typed: string) => Promise<CodeSent>;
  readonly onCode: (code: string) => Promise<unknown>;
  readonly done: string;
  readonly more?: React.ReactNode;
}

/** Nothing changes until the code that was sent to the new address or number comes back. */
function Changing({ title, value, action, label, missing, inputMode, onAsk, onCode, done, more }: ChangingProps) {
  const say = useTexts(words);
  const tell = useToast();
  const { begin } = useSession();
  const [step, setStep] = useState<'closed' | 'address' | 'code'>('closed');
  const address = useFields({ typed: '' });
  const code = useFields({ code: '' });
  const close = () => {
    address.reset();
    code.reset();
    setStep('closed');
  };
  const confirm = async (values: { code: string }) => {
    await onCode(values.code);
    await begin();
    tell(done);
    close();
  };
  return (
    <Panel
      title={title}
      about={value === null ? say.noAddress : <bdi>{value}</bdi>}
      action={
        step === 'closed' && (
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => setStep('address')}>{action}</Button>
            {more}
          </div>
        )
      }
    >
      {step === 'address' && (
        <SaveForm
          form={address}
          action={say.sendCode}
          onCancel={close}
          onSave={async ({ typed }) => {
            await onAsk(toPlain(typed).trim());
            setStep('code');
          }}
        >
          <TextField
            form={address}
            name="typed"
            label={label}
            help={say.addressHelp}
            inputMode={inputMode}
            rules={{ required: missing }}
            isLatin
          />
        </SaveForm>
      )}
      {step === 'code' && (
        <SaveForm form={code} action={say.confirm} onCancel={close} onSave={confirm}>
          <TextField
            form={code}
            name="code"
            label={say.code}
            help={say.codeSent(address.getValues('typed'))}
            autoComplete="one-time-code"
            inputMode="numeric"
            rules={{ required: say.codeMissing }}
            isLatin
          />
        </SaveForm>
      )}
    </Panel>
  );
}
