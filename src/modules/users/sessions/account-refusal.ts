import type { Problem } from '#kernel/problem.ts';
import { userErrors } from '../contract.ts';
import { isLocked } from '../failed-attempts/lockout.ts';
import type { UserRow } from '../queries.ts';

/** Why an account whose owner has proved who they are cannot be signed in to; null when it can. */
export function refusalFor({ status, lockedUntil }: Pick<UserRow, 'status' | 'lockedUntil'>, at: Date): Problem | null {
  if (isLocked({ lockedUntil }, at)) return userErrors.credentialsInvalid(); // as a password would be answered
  if (status === 'active') return null;
  if (status === 'pending') return userErrors.emailNotVerified();
  return status === 'disabled' ? userErrors.disabled() : userErrors.credentialsInvalid();
}
