import type { Challenges } from '../challenges/service.ts';
import type { Devices } from '../devices/service.ts';
import type { Factors } from '../factors/service.ts';
import type { FailedAttempts } from '../failed-attempts/service.ts';
import type { UsersNeeds } from '../needs.ts';
import type { PasswordHashing } from '../passwords/hashing.ts';
import type { SessionIssuer } from '../sessions/issue.ts';
import { createPasskeySignIn } from './passkey-sign-in.ts';
import { createSecondStep } from './second-step.ts';
import { createSignIn } from './sign-in.ts';

export interface SignInServiceNeeds extends Pick<UsersNeeds, 'db' | 'keys' | 'now'> {
  readonly devices: Devices;
  readonly challenges: Challenges;
  readonly failedAttempts: FailedAttempts;
  readonly hashing: PasswordHashing;
  readonly factors: Factors;
  readonly sessionIssuer: SessionIssuer;
}

/** Signing in with a password, a second factor or a passkey. External providers: see `external/`. */
export function createSignInService(needs: SignInServiceNeeds) {
  const { db, keys, now, devices, challenges, failedAttempts, hashing, factors, sessionIssuer } = needs;
  const { secondFactors, totp, recoveryCodes, passkeys } = factors;
  return {
    password: createSignIn({ db, keys, now, devices, failedAttempts, hashing, secondFactors, sessionIssuer }),
    secondStep: createSecondStep({ db, now, devices, challenges, failedAttempts, totp, recoveryCodes, sessionIssuer }),
    passkey: createPasskeySignIn({ db, now, passkeys, sessionIssuer }),
  };
}

export type SignInService = ReturnType<typeof createSignInService>;
