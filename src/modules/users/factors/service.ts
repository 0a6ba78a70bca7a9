import type { Challenges } from '../challenges/service.ts';
import type { FailedAttempts } from '../failed-attempts/service.ts';
import type { UsersNeeds } from '../needs.ts';
import { createFactorNotices } from './notices.ts';
import { createPasskeys } from './passkeys.ts';
import { createRecoveryCodes } from './recovery-codes.ts';
import { createFactorRemoval } from './removal.ts';
import { createSecondFactors } from './second-factors.ts';
import { createTotp } from './totp.ts';

type Needs = Pick<UsersNeeds, 'db' | 'keys' | 'notifications' | 'publicUrl' | 'branding' | 'providers' | 'now'>;

export interface FactorsNeeds extends Needs {
  readonly challenges: Challenges;
  readonly failedAttempts: FailedAttempts;
}

/** What authenticates a user beside the password: authenticator app, recovery codes and passkeys. */
export function createFactors(needs: FactorsNeeds) {
  const notices = createFactorNotices(needs);
  const recoveryCodes = createRecoveryCodes({ ...needs, notices });
  const totp = createTotp({ ...needs, notices, recoveryCodes });
  const passkeys = createPasskeys({ ...needs, notices, recoveryCodes });
  const secondFactors = createSecondFactors({ ...needs, recoveryCodes });
  return { notices, recoveryCodes, totp, passkeys, secondFactors, removal: createFactorRemoval(needs) };
}

export type Factors = ReturnType<typeof createFactors>;
