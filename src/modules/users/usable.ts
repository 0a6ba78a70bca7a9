import type { Problem } from '#kernel/problem.ts';
import { userErrors } from './contract.ts';
import type { UserRow } from './queries.ts';

/** Why an account whose owner has proved who they are cannot be signed in to; null when it can. */
export function refusalFor({ status }: Pick<UserRow, 'status'>): Problem | null {
  if (status === 'active') return null;
  if (status === 'pending') return userErrors.emailNotVerified();
  return status === 'disabled' ? userErrors.disabled() : userErrors.credentialsInvalid();
}
