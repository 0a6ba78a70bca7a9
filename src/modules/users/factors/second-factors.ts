import type { Actor } from '#kernel/access.ts';
import type { Challenges } from '../challenges/service.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { UserRow, UsersReader } from '../tables.ts';
import { findConfirmedTotp, listPasskeys } from './queries.ts';
import type { RecoveryCodes } from './recovery-codes.ts';
import type { MfaRequired, MfaState, SecondFactor } from './schemas.ts';

export const CHALLENGE_MINUTES = 5;

export interface SecondFactorsNeeds extends Pick<UsersNeeds, 'db'> {
  readonly challenges: Challenges;
  readonly recoveryCodes: Pick<RecoveryCodes, 'countLeft'>;
}

/** Which second factors an account has, and whether a sign-in needs one. */
export function createSecondFactors({ db, challenges, recoveryCodes }: SecondFactorsNeeds) {
  async function stateOf(reader: UsersReader, userId: string): Promise<MfaState> {
    return {
      totp: (await findConfirmedTotp(reader, userId)) !== null,
      passkeys: (await listPasskeys(reader, userId)).length,
      recoveryCodesLeft: await recoveryCodes.countLeft(reader, userId),
    };
  }

  /** Empty for an account without a second factor. */
  async function methodsOf(reader: UsersReader, userId: string): Promise<SecondFactor[]> {
    const { totp, passkeys, recoveryCodesLeft } = await stateOf(reader, userId);
    return [
      ...(totp ? (['totp'] as const) : []),
      ...(passkeys > 0 ? (['passkey'] as const) : []),
      ...(recoveryCodesLeft > 0 ? (['recoveryCode'] as const) : []),
    ];
  }

  /**
   * Part of the caller's unit, which holds the account's row and has accepted its password, or the identity from an
   * external provider. Null when no second factor is needed, and a session may start.
   */
  async function startSecondStep(unit: UsersUnit, { id }: Pick<UserRow, 'id'>): Promise<MfaRequired | null> {
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

  return { startSecondStep, methodsOf, state: (actor: Actor) => stateOf(db.read, actor.id) };
}

export type SecondFactors = ReturnType<typeof createSecondFactors>;
