import type { Codes } from '../codes/service.ts';
import type { Deletion } from '../deletion/service.ts';
import type { FailedAttempts } from '../failed-attempts/service.ts';
import type { UsersNeeds } from '../needs.ts';
import type { PasswordService } from '../passwords/service.ts';
import type { SessionIssuer } from '../sessions/issue.ts';
import type { ToAddress } from '../addresses/typed.ts';
import { createAddressForms } from './address-forms.ts';
import { createAdmission } from './admission.ts';
import { createAddressChange } from './change-address.ts';
import { createProfile } from './profile.ts';
import { createRegistration } from './registration.ts';
import { createSetup } from './setup.ts';
import { createVerification } from './verification.ts';

type Needs = Pick<UsersNeeds, 'db' | 'keys' | 'authorization' | 'notifications' | 'branding' | 'now'>;

export interface AccountsNeeds extends Needs {
  readonly toAddress: ToAddress;
  readonly codes: Codes;
  readonly deletion: Deletion;
  readonly failedAttempts: FailedAttempts;
  readonly passwords: PasswordService;
  readonly sessionIssuer: SessionIssuer;
}

/** Accounts: how they are created and verified, and what their owners see and change. */
export function createAccounts(needs: AccountsNeeds) {
  const admission = createAdmission(needs);
  return {
    admission,
    registration: createRegistration({ ...needs, admission }),
    verification: createVerification({ ...needs, admission }),
    setup: createSetup({ ...needs, admission }),
    addressForms: createAddressForms(needs),
    addressChange: createAddressChange({ ...needs, admission }),
    profile: createProfile(needs),
  };
}

export type Accounts = ReturnType<typeof createAccounts>;
