import { take } from '#client';
import { client } from '#app/server/client.ts';
import { useTexts } from '#app/text/language.ts';
import { TextField, useFields } from '#app/ui/form/form.tsx';
import { signInWith, type Flow } from './flow.ts';
import { NameFields, PasswordField, WayForm } from './parts.tsx';
import { words } from './words.ts';

const NOBODY = { token: '', email: '', firstName: '', lastName: '', password: '' };

/** The first administrator, with the key that the server has printed: it is taken out of a whole link too. */
export function SetUp({ flow }: { readonly flow: Flow }) {
  const say = useTexts(words);
  const token = tokenOf(location.hash);
  const form = useFields({ ...NOBODY, token });
  const send = async (values: typeof NOBODY) => {
    const { email, password } = values;
    await take(client.api.POST('/api/v1/setup', { body: { ...values, token: tokenOf(values.token) } }));
    await signInWith(flow, email, password);
  };
  return (
    <WayForm
      form={form}
      flow={flow}
      onSend={send}
      action={say.createAdministrator}
      first={token ? 'firstName' : 'token'}
    >
      <p className="text-ink2">{say.setUpAbout}</p>
      <TextField
        form={form}
        name="token"
        label={say.setUpKey}
        help={say.setUpKeyHelp}
        autoComplete="off"
        rules={{ required: say.setUpKeyMissing }}
        isMono
      />
      <NameFields form={form} />
      <TextField
        form={form}
        name="email"
        label={say.email}
        autoComplete="username"
        inputMode="email"
        rules={{ required: say.emailMissing }}
        isLatin
      />
      <PasswordField form={form} name="password" isFor="newAccount" />
    </WayForm>
  );
}

function tokenOf(text: string): string {
  return text
    .replace(/^.*token=/, '')
    .replace(/^#.*$/, '')
    .trim();
}
