import { take, type NewPasskey, type PasskeyAnswer } from '#client';
import { client } from './client.ts';

/** The browser was asked for a passkey and gave none: the person has cancelled, or has none here. */
export class PasskeyMissing extends Error {
  constructor(cause: unknown) {
    super('the browser gave no passkey', { cause });
    this.name = 'PasskeyMissing';
  }
}

/** Browsers offer passkeys only over https and on this machine. */
export function hasPasskeys(): boolean {
  return 'PublicKeyCredential' in globalThis && 'parseRequestOptionsFromJSON' in PublicKeyCredential;
}

/**
 * Asks for a passkey or security key: to sign in, as the second factor of a sign-in (with its `challengeToken`), or for a
 * step-up. @throws `PasskeyMissing`
 */
export async function askPasskey(signIn?: string): Promise<Pick<PasskeyAnswer, 'challengeToken' | 'credential'>> {
  const body = signIn === undefined ? {} : { challengeToken: signIn };
  const { challengeToken, options } = await take(client.api.POST('/api/v1/users/passkeys/login/start', { body }));
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  const credential = await given(navigator.credentials.get({ publicKey }));
  return { challengeToken, credential: credential.toJSON() as PasskeyAnswer['credential'] };
}

/** Makes a passkey, or registers a security key that is a second factor only. @throws `PasskeyMissing` */
export async function createPasskey(kind: 'passkeys' | 'security-keys', name: string): Promise<NewPasskey> {
  const { challengeToken, options } = await take(client.api.POST(`/api/v1/users/${kind}/register/start`));
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  const credential = await given(navigator.credentials.create({ publicKey }));
  const body = { challengeToken, credential: credential.toJSON() as never, ...(name !== '' && { name }) };
  return take(client.api.POST('/api/v1/users/passkeys/register/finish', { body }));
}

async function given(asked: Promise<Credential | null>): Promise<PublicKeyCredential> {
  const credential = await asked.catch((error: unknown) => {
    throw new PasskeyMissing(error);
  });
  if (!(credential instanceof PublicKeyCredential)) throw new PasskeyMissing(null);
  return credential;
}
