import type { ApiKeys } from '../api-keys/service.ts';
import type { Codes } from '../codes/service.ts';
import type { Devices } from '../devices/service.ts';
import type { FailedAttempts } from '../failed-attempts/service.ts';
import type { UsersNeeds } from '../needs.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { ToAddress } from '../addresses/typed.ts';
import { createPasswordChange } from './change.ts';
import { createPasswordHashing } from './hashing.ts';
import { createRecovery } from './recovery.ts';
import { createPasswordRules } from './rules.ts';

export interface PasswordServiceNeeds extends Pick<
  UsersNeeds,
  'db' | 'keys' | 'notifications' | 'passwordClasses' | 'publicUrl' | 'branding' | 'now'
> {
  readonly toAddress: ToAddress;
  readonly codes: Codes;
  readonly failedAttempts: Pick<FailedAttempts, 'enter' | 'unlock'>;
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly apiKeys: Pick<ApiKeys, 'revokeAll'>;
  readonly devices: Pick<Devices, 'forget'>;
}

/** Passwords: how they are hashed and checked, changed, and reset. */
export function createPasswordService(needs: PasswordServiceNeeds) {
  const hashing = createPasswordHashing();
  const rules = createPasswordRules(needs);
  const change = createPasswordChange({ ...needs, hashing, rules });
  const recovery = createRecovery({ ...needs, hashing, rules, change });
  return { hashing, rules, change, recovery };
}

export type PasswordService = ReturnType<typeof createPasswordService>;
