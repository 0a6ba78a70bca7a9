import { take, type CodeSent } from '#client';
import { client } from '#app/server/client.ts';
import { useTexts } from '#app/text/language.ts';
import { useFields } from '#app/ui/form/form.tsx';
import { signInWith, toContact, type Flow } from './flow.ts';
import { BackButton, CodeField, ContactField, PasswordField, Resend, WayForm } from './parts.tsx';
import { words } from './words.ts';

interface WayProps {
  readonly flow: Flow;
}

export function Forgot({ flow }: WayProps) {
  const say = useTexts(words);
  const form = useFields({ contact: flow.known.contact });
  const send = async ({ contact }: { contact: string }) => {
    const { resendAfterSeconds } = await forgot(contact);
    flow.go('reset', { contact, resendAfterSeconds });
  };
  return (
    <WayForm
      form={form}
      flow={flow}
      onSend={send}
      action={say.sendCode}
      first="contact"
      after={<BackButton flow={flow} />}
    >
      <p className="text-ink2">{say.forgotAbout}</p>
      <ContactField form={form} />
    </WayForm>
  );
}

export function Reset({ flow }: WayProps) {
  const say = useTexts(words);
  const { contact } = flow.known;
  const form = useFields({ code: '', newPassword: '' });
  const send = async ({ code, newPassword }: { code: string; newPassword: string }) => {
    const body = { ...toContact(contact), code, newPassword };
    await take(client.api.POST('/api/v1/users/reset-password', { body }));
    await enterWith(flow, newPassword, say.passwordSet);
  };
  return (
    <WayForm
      form={form}
      flow={flow}
      onSend={send}
      action={say.setPassword}
      first="code"
      after={
        <>
          <Resend afterSeconds={flow.known.resendAfterSeconds} onSend={() => forgot(contact)} />
          <BackButton flow={flow} />
        </>
      }
    >
      <p className="text-ink2 [overflow-wrap:anywhere]">{say.resetAbout(contact)}</p>
      <CodeField form={form} />
      <PasswordField form={form} name="newPassword" isFor="reset" />
    </WayForm>
  );
}

/** After an address was confirmed whose password does not count. */
export function ChoosePassword({ flow }: WayProps) {
  const say = useTexts(words);
  const form = useFields({ newPassword: '' });
  const send = async ({ newPassword }: { newPassword: string }) => {
    const body = { token: flow.known.token, newPassword };
    await take(client.api.POST('/api/v1/users/reset-password/link', { body }));
    await enterWith(flow, newPassword, say.passwordSet);
  };
  return (
    <WayForm form={form} flow={flow} onSend={send} action={say.setPassword} first="newPassword">
      <PasswordField form={form} name="newPassword" isFor="reset" />
    </WayForm>
  );
}

function forgot(contact: string): Promise<CodeSent> {
  return take(client.api.POST('/api/v1/users/forgot-password', { body: toContact(contact) }));
}

async function enterWith(flow: Flow, password: string, note: string): Promise<void> {
  await signInWith(flow, flow.known.contact, password).catch((failure: unknown) =>
    flow.go('password', { note, failure }),
  );
}
