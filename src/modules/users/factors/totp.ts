import { Secret, TOTP } from 'otpauth';
import type { Actor } from '#kernel/access.ts';
import { toLatinDigits } from '#kernel/language.ts';
import { orThrow } from '#kernel/problem.ts';
import { userErrors } from '../contract.ts';
import type { FactorNews } from './notices.ts';
import { deleteTotp, findConfirmedTotp, findTotp, upsertTotp } from './queries.ts';
import type { TotpRow } from '../tables.ts';
import type { Guesses } from '../failed-attempts/service.ts';
import type { OwnUnit, UsersNeeds } from '../needs.ts';
import { lockUser } from '../queries.ts';
import type { RecoveryCodes } from './recovery-codes.ts';

export const TOTP_PURPOSE = 'users.totp';
const SECRET_BYTES = 20; // as long as the hash of RFC 6238 that every authenticator app knows
const FORM = { algorithm: 'SHA1', digits: 6, period: 30 };
const WINDOW = 1; // steps of 30 s to either side: clocks drift, and people type slowly

export interface TotpNeeds extends Pick<UsersNeeds, 'db' | 'keys' | 'now' | 'publicUrl'> {
  readonly news: FactorNews;
  readonly guesses: Guesses;
  readonly recoveryCodes: RecoveryCodes;
}

/** Codes of an authenticator app (RFC 6238). The caller of `use` holds the account's row, so that a code works once. */
export function createTotp({ db, keys, now, publicUrl, news, guesses, recoveryCodes }: TotpNeeds) {
  const issuer = new URL(publicUrl).hostname; // what the app shows beside the address

  /** Makes a secret that counts once `confirm` has seen a code of it. @throws `users.factor_exists` */
  function begin(actor: Actor): Promise<{ secret: string; uri: string }> {
    return db.write(actor, async (unit) => {
      const user = await lockUser(unit.tx, { id: actor.id });
      if (!user || (await findConfirmedTotp(unit.tx, actor.id))) throw userErrors.factorExists();
      const secret = new Secret({ size: SECRET_BYTES });
      await upsertTotp(unit.tx, {
        userId: user.id,
        secretSealed: keys.seal(TOTP_PURPOSE, secret.base32),
        confirmedAt: null,
        lastStep: null,
        createdAt: now().toISOString(),
      });
      unit.audit({ action: 'users.totp_begun', resourceType: 'user', resourceId: user.id });
      return { secret: secret.base32, uri: new TOTP({ ...FORM, issuer, label: user.email, secret }).toString() };
    });
  }

  /** @throws `users.code_invalid`, also without a secret that waits; `users.factor_blocked` */
  async function confirm(actor: Actor, code: string): Promise<{ recoveryCodes: string[] | null }> {
    const outcome = await db.write(actor, async (unit) => {
      const user = await lockUser(unit.tx, { id: actor.id });
      const waiting = await findTotp(unit.tx, actor.id);
      if (!user || !waiting || waiting.confirmedAt !== null) return userErrors.codeInvalid();
      const blocked = await guesses.refusal(unit, user.id, 'factor');
      if (blocked) return blocked;
      if (!(await useStep(unit, waiting, code, now().toISOString()))) {
        await guesses.count(unit, user.id, 'factor');
        return userErrors.codeInvalid();
      }
      await news.tell(unit, user.id, 'totp', 'added');
      return { recoveryCodes: await recoveryCodes.makeFirst(unit, user.id) };
    });
    return orThrow(outcome);
  }

  /** @throws `users.factor_not_found` */
  function remove(actor: Actor): Promise<void> {
    return db.write(actor, async (unit) => {
      await lockUser(unit.tx, { id: actor.id });
      if (!(await findConfirmedTotp(unit.tx, actor.id))) throw userErrors.factorNotFound();
      await deleteTotp(unit.tx, actor.id);
      await recoveryCodes.dropUnneeded(unit, actor.id);
      await news.tell(unit, actor.id, 'totp', 'removed');
    });
  }

  /** Part of the caller's unit: true once for each code. */
  async function use(unit: OwnUnit, userId: string, code: string): Promise<boolean> {
    const row = await findConfirmedTotp(unit.tx, userId);
    return row !== null && useStep(unit, row, code, row.confirmedAt);
  }

  async function useStep({ tx }: OwnUnit, row: TotpRow, code: string, confirmedAt: string): Promise<boolean> {
    const secret = Secret.fromBase32(keys.open(TOTP_PURPOSE, row.secretSealed).toString());
    const totp = new TOTP({ ...FORM, secret });
    const timestamp = now().getTime();
    const delta = totp.validate({ token: toLatinDigits(code), timestamp, window: WINDOW }); // in constant time
    if (delta === null) return false;
    const lastStep = totp.counter({ timestamp }) + delta;
    if (row.lastStep !== null && lastStep <= row.lastStep) return false; // seen over a shoulder, and used already
    await upsertTotp(tx, { ...row, lastStep, confirmedAt });
    return true;
  }

  return { begin, confirm, remove, use };
}

export type Totp = ReturnType<typeof createTotp>;
