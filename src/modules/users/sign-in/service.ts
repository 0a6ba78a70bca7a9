import type { Admission } from '../accounts/admission.ts';
import type { Challenges } from '../challenges/service.ts';
import type { Codes } from '../codes/service.ts';
import type { Devices } from '../devices/service.ts';
import type { Factors } from '../factors/service.ts';
import type { FailedAttempts } from '../failed-attempts/service.ts';
import type { UsersNeeds } from '../needs.ts';
import type { PasswordHashing } from '../passwords/hashing.ts';
import type { SessionIssuer } from '../sessions/issue.ts';
import type { ToAddress } from '../addresses/typed.ts';
import { createCodeSignIn } from './code-sign-in.ts';
import { createPasskeySignIn } from './passkey-sign-in.ts';
import { createSecondStep } from './second-step.ts';
import { createSignIn } from './sign-in.ts';

export interface SignInServiceNeeds extends Pick<UsersNeeds, 'db' | 'keys' | 'signUpByCode' | 'now'> {
  readonly toAddress: ToAddress;
  readonly devices: Devices;
  readonly codes: Codes;
  readonly admission: Admission;
  readonly challenges: Challenges;
  readonly failedAttempts: FailedAttempts;
  readonly hashing: PasswordHashing;
  readonly factors: Factors;
  readonly sessionIssuer: SessionIssuer;
}

/** Signing in with a password, a code, a second factor or a passkey. External providers: see `external/`. */
export function createSignInService(needs: SignInServiceNeeds) {
  const { toAddress, db, keys, now, devices, challenges, failedAttempts, hashing, factors, sessionIssuer } = needs;
  const { secondFactors, totp, recoveryCodes, passkeys } = factors;
  return {
    password: createSignIn({
      toAddress,
      db,
      keys,
      now,
      devices,
      failedAttempts,
      hashing,
      secondFactors,
      sessionIssuer,
    }),
    secondStep: createSecondStep({ db, now, devices, challenges, failedAttempts, totp, recoveryCodes, sessionIssuer }),
    byCode: createCodeSignIn({ ...needs, secondFactors }),
    passkey: createPasskeySignIn({ db, now, passkeys, sessionIssuer }),
  };
}

export type SignInService = ReturnType<typeof createSignInService>;
