import type { Actor } from '#kernel/access.ts';
import type { Challenges } from '../challenges/service.ts';
import { findConfirmedTotp, listPasskeys } from './queries.ts';
import type { MfaRequired, MfaState, SecondFactor } from './schemas.ts';
import type { OwnUnit, UsersNeeds } from '../needs.ts';
import type { Reader, UserRow } from '../queries.ts';
import type { RecoveryCodes } from './recovery-codes.ts';

export const CHALLENGE_MINUTES = 5;

export interface FactorsNeeds extends Pick<UsersNeeds, 'db'> {
  readonly challenges: Challenges;
  readonly recoveryCodes: Pick<RecoveryCodes, 'countLeft'>;
}

/** Which factors an account has, and what they demand of a sign-in. */
export function createFactors({ db, challenges, recoveryCodes }: FactorsNeeds) {
  async function stateOf(reader: Reader, userId: string): Promise<MfaState> {
    return {
      totp: (await findConfirmedTotp(reader, userId)) !== null,
      passkeys: (await listPasskeys(reader, userId)).length,
      recoveryCodesLeft: await recoveryCodes.countLeft(reader, userId),
    };
  }

  /** Beyond the password; none for an account that has set up none. */
  async function methodsOf(reader: Reader, userId: string): Promise<SecondFactor[]> {
    const { totp, passkeys, recoveryCodesLeft } = await stateOf(reader, userId);
    return [
      ...(totp ? (['totp'] as const) : []),
      ...(passkeys > 0 ? (['passkey'] as const) : []),
      ...(recoveryCodesLeft > 0 ? (['recoveryCode'] as const) : []),
    ];
  }

  /**
   * Part of the caller's unit, which holds the account's row and has accepted its password or another provider's word:
   * what is still missing; null when nothing is, and a session may start.
   */
  async function demand(unit: OwnUnit, { id }: Pick<UserRow, 'id'>): Promise<MfaRequired | null> {
    const methods = await methodsOf(unit.tx, id);
    if (methods.length === 0) return null;
    const challengeToken = await challenges.create(unit.tx, {
      kind: 'mfa',
      userId: id,
      data: { passkey: null },
      minutes: CHALLENGE_MINUTES,
    });
    return { mfaRequired: true, challengeToken, methods };
  }

  return { demand, methodsOf, state: (actor: Actor) => stateOf(db.read, actor.id) };
}

export type Factors = ReturnType<typeof createFactors>;
