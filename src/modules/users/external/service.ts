import type { Admission } from '../accounts/admission.ts';
import type { Challenges } from '../challenges/service.ts';
import type { Codes } from '../codes/service.ts';
import type { Factors } from '../factors/service.ts';
import type { FailedAttempts } from '../failed-attempts/service.ts';
import type { UsersNeeds } from '../needs.ts';
import type { SessionIssuer } from '../sessions/issue.ts';
import { createBrowserBinding } from '../sign-in/browser-binding.ts';
import { createExternalEmailCodes } from './email-codes.ts';
import { createExchange } from './exchange.ts';
import { createIdentities } from './identities.ts';
import { createIdentityAccounts } from './identity-accounts.ts';
import { createExternalSignIn } from './sign-in.ts';

type Needs = Pick<UsersNeeds, 'db' | 'keys' | 'notifications' | 'publicUrl' | 'providers' | 'origins' | 'now'>;

export interface ExternalNeeds extends Needs {
  readonly challenges: Challenges;
  readonly failedAttempts: Pick<FailedAttempts, 'enter'>;
  readonly codes: Pick<Codes, 'limits'>;
  readonly factors: Pick<Factors, 'notices' | 'secondFactors'>;
  readonly admission: Admission;
  readonly sessionIssuer: SessionIssuer;
}

/** Signing in with external identity providers. */
export function createExternal(needs: ExternalNeeds) {
  const { notices, secondFactors } = needs.factors;
  const accounts = createIdentityAccounts({ ...needs, notices });
  const emailCodes = createExternalEmailCodes({ ...needs, limits: needs.codes.limits });
  return {
    browsers: createBrowserBinding(needs),
    signIn: createExternalSignIn({ ...needs, accounts }),
    identities: createIdentities({ ...needs, notices }),
    exchange: createExchange({ ...needs, accounts, emailCodes, secondFactors }),
    deleteOldCodes: emailCodes.deleteOld,
  };
}

export type External = ReturnType<typeof createExternal>;
