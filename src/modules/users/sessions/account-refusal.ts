import type { Problem } from '#kernel/problem.ts';
import { userErrors } from '../contract.ts';
import { isLocked } from '../failed-attempts/lockout.ts';
import type { UserRow } from '../tables.ts';

/** A pending account has the one address that it was registered with. */
export function notVerified(user: Pick<UserRow, 'email'>): Problem {
  return user.email === null ? userErrors.phoneNotVerified() : userErrors.emailNotVerified();
}

/** Why an account cannot be signed in to, although its owner is authenticated; null when it can. */
export function refusalFor(user: Pick<UserRow, 'status' | 'lockedUntil' | 'email'>, at: Date): Problem | null {
  const { status, lockedUntil } = user;
  if (isLocked({ lockedUntil }, at)) return userErrors.credentialsInvalid(); // the same as for a wrong password
  if (status === 'active') return null;
  if (status === 'pending') return notVerified(user);
  return status === 'disabled' ? userErrors.disabled() : userErrors.credentialsInvalid();
}
