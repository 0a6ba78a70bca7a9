import { take, type CodeSent } from '#client';
import { client } from '#app/server/client.ts';
import { useTexts } from '#app/text/language.ts';
import { useFields } from '#app/ui/form/form.tsx';
import { signInWith, toContact, type Flow } from './flow.ts';
import { BackButton, CodeField, ContactField, NameFields, PasswordField, Resend, WayForm } from './parts.tsx';
import { words } from './words.ts';

interface WayProps {
  readonly flow: Flow;
}

const NOBODY = { firstName: '', lastName: '', contact: '', password: '' };

export function Register({ flow }: WayProps) {
  const say = useTexts(words);
  const form = useFields({ ...NOBODY, contact: flow.known.contact });
  const send = async ({ firstName, lastName, contact, password }: typeof NOBODY) => {
    const body = { ...toContact(contact), firstName: firstName.trim(), lastName: lastName.trim(), password };
    const { resendAfterSeconds } = await take(client.api.POST('/api/v1/users/register', { body }));
    flow.go('verify', { contact, password, resendAfterSeconds });
  };
  return (
    <WayForm
      form={form}
      flow={flow}
      onSend={send}
      action={say.register}
      first="firstName"
      after={<BackButton flow={flow} />}
    >
      <NameFields form={form} />
      <ContactField form={form} />
      <PasswordField form={form} name="password" isFor="newAccount" />
    </WayForm>
  );
}

/** The code of a registration. The account is signed in at once where its password is known. */
export function Verify({ flow }: WayProps) {
  const say = useTexts(words);
  const { contact, password } = flow.known;
  const form = useFields({ code: '' });
  const send = async ({ code }: { code: string }) => {
    const who = toContact(contact);
    const answer = await take(
      'email' in who
        ? client.api.POST('/api/v1/users/verify-email', { body: { ...who, code } })
        : client.api.POST('/api/v1/users/verify-phone', { body: { ...who, code } }),
    );
    if (answer) return flow.go('newPassword', { token: answer.resetToken, note: say.verifiedNoPassword });
    await signInWith(flow, contact, password).catch((failure: unknown) =>
      flow.go('password', { note: say.verified, failure }),
    );
  };
  return (
    <WayForm
      form={form}
      flow={flow}
      onSend={send}
      action={say.verify}
      first="code"
      after={
        <>
          <Resend afterSeconds={flow.known.resendAfterSeconds} onSend={() => resend(contact)} />
          <BackButton flow={flow} />
        </>
      }
    >
      <p className="text-ink2 [overflow-wrap:anywhere]">{say.verifyAbout(contact)}</p>
      <CodeField form={form} />
    </WayForm>
  );
}

function resend(contact: string): Promise<CodeSent> {
  return take(client.api.POST('/api/v1/users/resend-verification-code', { body: toContact(contact) }));
}
