import type { UsersWriter } from '../tables.ts';

/** Makes an account anonymous. Its id stays, since audit entries and other rows name it. */
export async function anonymise(tx: UsersWriter, id: string): Promise<void> {
  const anonymous = {
    email: `${id}@deleted.invalid`,
    phone: null,
    firstName: '-',
    lastName: '-',
    passwordHash: null,
    status: 'deleted' as const,
  };
  await tx.updateTable('users.user').set(anonymous).where('id', '=', id).execute();
  await tx.deleteFrom('users.impersonationMail').where('impersonatorId', '=', id).execute();
  for (const table of PERSONAL) await tx.deleteFrom(table).where('userId', '=', id).execute();
}

/** The tables with rows of one user, beside `users.user`. */
const PERSONAL = [
  'users.totp',
  'users.recoveryCode',
  'users.passkey',
  'users.externalIdentity',
  'users.challenge',
  'users.addressChange',
  'users.wrongGuess',
  'users.session',
  'users.code',
  'users.passwordHistory',
  'users.device',
  'users.apiKey',
  'users.impersonationMail',
  'users.invitation',
  'users.lockout',
  'users.metadata',
  'users.imported',
] as const;
