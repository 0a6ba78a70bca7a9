import { useState } from 'react';
import { ApiError, take } from '#client';
import { client } from '#app/server/client.ts';
import { FailureText } from '#app/server/failure.tsx';
import { askPasskey, hasPasskeys } from '#app/server/passkeys.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { TextField, useFields } from '#app/ui/form/form.tsx';
import { Chips } from '#app/ui/list.tsx';
import { COOKIE, kept, signInWith, toContact, type Flow } from './flow.ts';
import { BackButton, CodeField, ContactField, PasswordField, WayForm } from './parts.tsx';
import { words } from './words.ts';

interface WayProps {
  readonly flow: Flow;
}

/** What was typed already goes along. */
function Kinds({ flow, contact }: WayProps & { readonly contact: () => string }) {
  const say = useTexts(words);
  return (
    <Chips
      isWide
      label={say.ways}
      value={flow.way === 'code' ? 'code' : 'password'}
      options={[
        ['password', say.byPassword],
        ['code', say.byCode],
      ]}
      onChange={(way) => flow.go(way, { contact: contact() })}
    />
  );
}

export function ByPassword({ flow }: WayProps) {
  const say = useTexts(words);
  const form = useFields({ contact: flow.known.contact, password: '' });
  const send = async ({ contact, password }: { contact: string; password: string }) => {
    try {
      await signInWith(flow, contact, password);
    } catch (error) {
      // The right password of an address that nobody has confirmed yet: that is the next step.
      if (!(error instanceof ApiError) || error.code !== 'users.email_not_verified') throw error;
      flow.go('verify', { contact, password, resendAfterSeconds: 0 });
    }
  };
  return (
    <>
      <Kinds flow={flow} contact={() => form.getValues('contact')} />
      <WayForm form={form} flow={flow} onSend={send} action={say.signIn}>
        <ContactField form={form} />
        <PasswordField form={form} name="password" />
      </WayForm>
    </>
  );
}

export function AskCode({ flow }: WayProps) {
  const say = useTexts(words);
  const form = useFields({ contact: flow.known.contact });
  const send = async ({ contact }: { contact: string }) => {
    await take(client.api.POST('/api/v1/users/login/code', { body: toContact(contact) }));
    flow.go('enterCode', { contact });
  };
  return (
    <>
      <Kinds flow={flow} contact={() => form.getValues('contact')} />
      <WayForm form={form} flow={flow} onSend={send} action={say.sendCode}>
        <ContactField form={form} />
      </WayForm>
    </>
  );
}

export function EnterCode({ flow }: WayProps) {
  const say = useTexts(words);
  const { contact } = flow.known;
  const form = useFields({ code: '' });
  const send = async ({ code }: { code: string }) =>
    flow.enter(await client.signInByCode({ ...toContact(contact), code }));
  return (
    <WayForm form={form} flow={flow} onSend={send} action={say.signIn} first="code" after={<BackButton flow={flow} />}>
      <p className="text-ink2 [overflow-wrap:anywhere]">{say.codeSent(contact)}</p>
      <CodeField form={form} />
    </WayForm>
  );
}

export function SecondFactor({ flow }: WayProps) {
  const say = useTexts(words);
  const form = useFields({ code: '' });
  const { challengeToken = '', methods = [] } = flow.known.mfa ?? {};
  const hasCode = methods.some((method) => method !== 'passkey');
  const send = async ({ code }: { code: string }) => flow.enter(await client.finishSignIn({ challengeToken, code }));
  const passkey = methods.includes('passkey') && (
    <PasskeyButton flow={flow} challengeToken={challengeToken} text={say.factorPasskey} isMain={!hasCode} />
  );
  if (!hasCode)
    return (
      <div className="grid gap-4">
        <p className="text-ink2">{say.factorPasskeyHelp}</p>
        {passkey}
        <BackButton flow={flow} />
      </div>
    );
  return (
    <WayForm
      form={form}
      flow={flow}
      onSend={send}
      action={say.finish}
      first="code"
      after={
        <>
          {passkey}
          <BackButton flow={flow} />
        </>
      }
    >
      <TextField
        form={form}
        name="code"
        label={say.factor}
        help={methods.includes('totp') ? say.factorHelp : say.recoveryHelp}
        autoComplete="one-time-code"
        rules={{ required: say.codeMissing }}
        isLatin
      />
    </WayForm>
  );
}

interface PasskeyButtonProps extends WayProps {
  /** Of the sign-in whose second factor it is. Left out: the passkey is the whole sign-in. */
  readonly challengeToken?: string;
  readonly text: string;
  readonly isMain?: boolean;
}

export function PasskeyButton({ flow, challengeToken, text, isMain = false }: PasskeyButtonProps) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  if (!hasPasskeys()) return null;
  const enter = async () => {
    const body = await askPasskey(challengeToken);
    const finish = client.api.POST('/api/v1/users/passkeys/login/finish', { body, params: { header: COOKIE } });
    await flow.enter(await kept(finish));
  };
  const press = async () => {
    setBusy(true);
    setFailure(null);
    await enter().catch(setFailure);
    setBusy(false);
  };
  return (
    <>
      <Button look={isMain ? 'primary' : 'plain'} className="min-h-9" disabled={isBusy} onClick={() => void press()}>
        {text}
      </Button>
      <FailureText error={failure} />
    </>
  );
}
