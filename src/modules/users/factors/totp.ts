import { Secret, TOTP } from 'otpauth';
import type { Actor } from '#kernel/access.ts';
import { orThrow } from '#kernel/problem.ts';
import { httpErrors } from '#platform/http/port.ts';
import { userErrors } from '../contract.ts';
import type { FailedAttempts } from '../failed-attempts/service.ts';
import { addressOf } from '../addresses/forms.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { lockOwn } from '../queries.ts';
import { sealedTotpSecrets } from '../secrets.ts';
import type { TotpRow } from '../tables.ts';
import type { FactorNotices } from './notices.ts';
import { deleteTotp, findConfirmedTotp, findTotp, upsertTotp } from './queries.ts';
import type { RecoveryCodes } from './recovery-codes.ts';

const SECRET_BYTES = 20; // the length of the SHA-1 hash, which every authenticator app supports (RFC 6238)
const FORM = { algorithm: 'SHA1', digits: 6, period: 30 };
const WINDOW = 1; // steps of 30 s to either side: clocks drift, and people type slowly

export interface TotpNeeds extends Pick<UsersNeeds, 'db' | 'keys' | 'now' | 'branding'> {
  readonly notices: FactorNotices;
  readonly failedAttempts: FailedAttempts;
  readonly recoveryCodes: RecoveryCodes;
}

/** Codes of an authenticator app (RFC 6238). The caller of `use` holds the account's row, so that a code works once. */
export function createTotp({ db, keys, now, branding, notices, failedAttempts, recoveryCodes }: TotpNeeds) {
  const { signInName: issuer } = branding; // the app shows it beside the address

  /** Makes a secret that is in force once `confirm` has accepted a code of it. @throws `users.factor_exists` */
  function begin(actor: Actor): Promise<{ secret: string; uri: string }> {
    return db.write(actor, async (unit) => {
      const user = await lockOwn(unit.tx, actor);
      if (!user) throw httpErrors.notSignedIn(); // meanwhile
      if (await findConfirmedTotp(unit.tx, actor.id)) throw userErrors.factorExists();
      const secret = new Secret({ size: SECRET_BYTES });
      await upsertTotp(unit.tx, {
        userId: user.id,
        secretSealed: keys.seal(sealedTotpSecrets, user.id, secret.base32),
        confirmedAt: null,
        lastStep: null,
        createdAt: now().toISOString(),
      });
      unit.audit({ action: 'users.totp_begun', resourceType: 'user', resourceId: user.id });
      return { secret: secret.base32, uri: new TOTP({ ...FORM, issuer, label: addressOf(user), secret }).toString() };
    });
  }

  /** @throws `users.code_invalid`, also without an unconfirmed secret; `users.factor_blocked` */
  async function confirm(actor: Actor, code: string): Promise<{ recoveryCodes: string[] | null }> {
    const outcome = await db.write(actor, async (unit) => {
      const user = await lockOwn(unit.tx, actor);
      const pending = await findTotp(unit.tx, actor.id);
      if (!user || !pending || pending.confirmedAt !== null) return userErrors.codeInvalid();
      const guesses = { userId: user.id, kind: 'factor', guesser: actor.sessionId } as const;
      const blocked = await failedAttempts.blockedReason(unit, guesses);
      if (blocked) return blocked;
      if (!(await useStep(unit, pending, code, now().toISOString()))) {
        await failedAttempts.count(unit, guesses);
        return userErrors.codeInvalid();
      }
      await notices.announce(unit, user.id, 'totp', 'added');
      return { recoveryCodes: await recoveryCodes.makeFirst(unit, user.id) };
    });
    return orThrow(outcome);
  }

  /** @throws `users.factor_not_found` */
  function remove(actor: Actor): Promise<void> {
    return db.write(actor, async (unit) => {
      const user = await lockOwn(unit.tx, actor);
      if (!user || !(await findConfirmedTotp(unit.tx, user.id))) throw userErrors.factorNotFound();
      await deleteTotp(unit.tx, actor.id);
      await recoveryCodes.dropUnneeded(unit, actor.id);
      await notices.announce(unit, actor.id, 'totp', 'removed');
    });
  }

  /** Part of the caller's unit: true once for each code. */
  async function use(unit: UsersUnit, userId: string, code: string): Promise<boolean> {
    const row = await findConfirmedTotp(unit.tx, userId);
    return row !== null && useStep(unit, row, code, row.confirmedAt);
  }

  async function useStep({ tx }: UsersUnit, row: TotpRow, code: string, confirmedAt: string): Promise<boolean> {
    const secret = Secret.fromBase32(keys.open(sealedTotpSecrets, row.userId, row.secretSealed).toString());
    const totp = new TOTP({ ...FORM, secret });
    const timestamp = now().getTime();
    const delta = totp.validate({ token: code, timestamp, window: WINDOW }); // in constant time
    if (delta === null) return false;
    const lastStep = totp.counter({ timestamp }) + delta;
    if (row.lastStep !== null && lastStep <= row.lastStep) return false; // used before
    await upsertTotp(tx, { ...row, lastStep, confirmedAt });
    return true;
  }

  return { begin, confirm, remove, use };
}

export type Totp = ReturnType<typeof createTotp>;
