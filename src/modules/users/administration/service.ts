import type { Admission } from '../accounts/admission.ts';
import type { ApiKeys } from '../api-keys/service.ts';
import type { Deletion } from '../deletion/service.ts';
import type { Factors } from '../factors/service.ts';
import type { FailedAttempts } from '../failed-attempts/service.ts';
import type { UsersNeeds } from '../needs.ts';
import type { PasswordService } from '../passwords/service.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { createAccountFactors } from './account-factors.ts';
import { createAccountNotices } from './account-notices.ts';
import { createAccountSessions } from './account-sessions.ts';
import { createAdministration } from './administration.ts';
import { createInvitations } from './invitations.ts';

type Needs = Pick<UsersNeeds, 'db' | 'keys' | 'authorization' | 'notifications' | 'branding' | 'providers' | 'now'>;

export interface AdministrationServiceNeeds extends Needs {
  readonly apiKeys: ApiKeys;
  readonly failedAttempts: FailedAttempts;
  readonly sessions: Sessions;
  readonly passwords: PasswordService;
  readonly admission: Admission;
  readonly factors: Pick<Factors, 'removal' | 'recoveryCodes'>;
  readonly deletion: Deletion;
}

/** The administration of accounts, and invitations. */
export function createAdministrationService(needs: AdministrationServiceNeeds) {
  const invitations = createInvitations(needs);
  const { recovery } = needs.passwords;
  const { removal: factorRemoval, recoveryCodes } = needs.factors;
  const notices = createAccountNotices(needs);
  return {
    invitations,
    administration: createAdministration({ ...needs, invitations, recovery, factorRemoval, notices }),
    accountSessions: createAccountSessions({ ...needs, notices }),
    accountFactors: createAccountFactors({ ...needs, recoveryCodes }),
    subscriptions: notices.subscriptions,
  };
}

export type AdministrationService = ReturnType<typeof createAdministrationService>;
