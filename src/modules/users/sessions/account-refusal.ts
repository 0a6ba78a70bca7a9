import type { Problem } from '#kernel/problem.ts';
import { userErrors } from '../contract.ts';
import { isLocked } from '../failed-attempts/lockout.ts';
import type { UserRow } from '../tables.ts';

/** Why an account cannot be signed in to, although its owner is authenticated; null when it can. */
export function refusalFor({ status, lockedUntil }: Pick<UserRow, 'status' | 'lockedUntil'>, at: Date): Problem | null {
  if (isLocked({ lockedUntil }, at)) return userErrors.credentialsInvalid(); // the same as for a wrong password
  if (status === 'active') return null;
  if (status === 'pending') return userErrors.emailNotVerified();
  return status === 'disabled' ? userErrors.disabled() : userErrors.credentialsInvalid();
}
