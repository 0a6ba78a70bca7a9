import { useState } from 'react';
import { useTexts } from '#app/text/language.ts';
import { Part } from '../parts.tsx';
import { EmailAddress, PhoneNumber } from './address.tsx';
import { AuthenticatorApp } from './authenticator.tsx';
import { Identities } from './identities.tsx';
import { Keys } from './passkeys.tsx';
import { Password } from './password.tsx';
import { CodesOnce, RecoveryCodes } from './recovery.tsx';
import { words } from './words.ts';

export function SecurityPage() {
  const say = useTexts(words);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  return (
    <Part title={say.title} path="/api/v1/users/mfa">
      <Password />
      <EmailAddress />
      <PhoneNumber />
      <AuthenticatorApp onCodes={setCodes} />
      <Keys onCodes={setCodes} />
      <RecoveryCodes onCodes={setCodes} />
      <Identities />
      {codes && <CodesOnce codes={codes} onKept={() => setCodes(null)} />}
    </Part>
  );
}
