import type { UsersWriter } from '../tables.ts';

/** Makes an account anonymous. Its id stays, since audit entries and other rows name it. */
export async function anonymise(tx: UsersWriter, id: string): Promise<void> {
  const anonymous = {
    email: `${id}@deleted.invalid`,
    firstName: '-',
    lastName: '-',
    passwordHash: null,
    status: 'deleted' as const,
  };
  await tx.updateTable('users.user').set(anonymous).where('id', '=', id).execute();
  for (const table of PERSONAL) await tx.deleteFrom(table).where('userId', '=', id).execute();
}

/** The tables with rows of one user, beside `users.user`. */
const PERSONAL = [
  'users.totp',
  'users.recoveryCode',
  'users.passkey',
  'users.externalIdentity',
  'users.challenge',
  'users.emailChange',
  'users.wrongGuess',
  'users.session',
  'users.code',
  'users.passwordHistory',
  'users.device',
  'users.apiKey',
  'users.invitation',
  'users.lockout',
  'users.metadata',
] as const;
