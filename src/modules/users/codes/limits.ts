import { kindOf } from '#kernel/forms/address.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { CodeLimitRow, UsersWriter } from '../tables.ts';
import { afterSending, afterWrongGuess, isBlocked, isCoolingDown, noGuesses, secondsToWait } from './code-rules.ts';
import type { SmsBudget } from './sms-budget.ts';
import { countInDay, deleteCodeLimits, lockCodeLimit, updateCodeLimit } from './queries.ts';

const PURPOSE = 'users.code_limit';
const DAY_MS = 86_400_000;
const MAX_UNASKED = 10; // of one address in a day
const MAX_SMS = 20; // to one number in a day, also those that its owner has asked for
const MAX_ASKED = 20; // numbers of others, by one account in a day
const KEPT_MS = DAY_MS; // far longer than any block

/**
 * `unproved`: everything that is mailed to an address that is not yet the account's, for any account and any purpose.
 * `reset`, `signIn` and `alreadyRegistered` go to the address of the account.
 */
export type LimitedMail = 'unproved' | 'reset' | 'signIn' | 'alreadyRegistered';

export interface CodeLimitsNeeds {
  readonly keys: Keys;
  readonly sms: Pick<SmsBudget, 'spend'>;
  readonly now: () => Date;
}

/**
 * How often codes are mailed and guessed. The limits belong to what is attacked, an address, and not to the account or
 * the sign-in that asks: with more accounts there are not more mails or guesses. A subject is an address, or the id of
 * an account that asks about several addresses. All methods are part of the caller's unit.
 */
export function createCodeLimits({ keys, sms, now }: CodeLimitsNeeds) {
  const lock = (tx: UsersWriter, mail: LimitedMail, subject: string): Promise<CodeLimitRow> =>
    lockCodeLimit(tx, keys.mac(PURPOSE, `${mail}\n${subject}`), now().toISOString());

  /**
   * Whether a mail or SMS may be sent now; then it counts as sent, and none may be sent for a minute. `isBlocked`: it must not have
   * a code. `isUnasked`: nobody who is signed in has asked for it; an address gets ten of those in a day. `device`: the known
   * device that has asked, whose guesses decide whether it is blocked.
   */
  async function mayMail(
    tx: UsersWriter,
    mail: LimitedMail,
    address: string,
    { isUnasked, device = null }: { readonly isUnasked: boolean; readonly device?: string | null },
  ): Promise<{ isBlocked: boolean } | null> {
    const at = now();
    const limit = await lock(tx, mail, address);
    if (isCoolingDown(limit, at)) return null;
    if (isUnasked && !(await mayMailUnasked(tx, address, at))) return null; // not sent: it delays no mail that is asked for
    if (kindOf(address) === 'phone' && !(await maySms(tx, mail, address, at))) return null;
    await updateCodeLimit(tx, afterSending(limit, at));
    const guesses = device === null ? limit : await lock(tx, mail, guessedBy(address, device));
    return { isBlocked: isBlocked(guesses, at) };
  }

  /** A number gets no more than so many in a day, no matter who asks. */
  async function maySms(tx: UsersWriter, mail: LimitedMail, address: string, at: Date): Promise<boolean> {
    if (!(await isWithin(tx, `sms\n${address}`, MAX_SMS, at))) return false;
    return sms.spend(tx, address, mail === 'reset' || mail === 'signIn' ? 'known' : 'strangers');
  }

  /** Counts one more address that an account asks about; false when it has asked for too many in a day. */
  function mayAsk(tx: UsersWriter, userId: string): Promise<boolean> {
    return isWithin(tx, `asked\n${userId}`, MAX_ASKED, now());
  }

  async function mayMailUnasked(tx: UsersWriter, address: string, at: Date): Promise<boolean> {
    return isWithin(tx, `unasked\n${address}`, MAX_UNASKED, at);
  }

  async function isWithin(tx: UsersWriter, subject: string, most: number, at: Date): Promise<boolean> {
    const since = new Date(at.getTime() - DAY_MS).toISOString();
    return (await countInDay(tx, keys.mac(PURPOSE, subject), at.toISOString(), since)) <= most;
  }

  /** Seconds until a mail with a code may be sent; 0 for now. */
  async function waitSeconds(tx: UsersWriter, mail: LimitedMail, subject: string): Promise<number> {
    return secondsToWait(await lock(tx, mail, subject), now());
  }

  /** The result of `isRight`, unless a subject is blocked. A wrong guess counts for each: the caller must let its unit commit. */
  async function guess(
    tx: UsersWriter,
    mail: LimitedMail,
    subjects: readonly string[],
    isRight: () => Promise<boolean>,
  ): Promise<boolean> {
    const at = now();
    const limits: CodeLimitRow[] = [];
    for (const subject of subjects) limits.push(await lock(tx, mail, subject));
    if (limits.some((limit) => isBlocked(limit, at))) return false;
    const accepted = await isRight();
    for (const limit of limits)
      await updateCodeLimit(tx, accepted ? { ...limit, ...noGuesses } : afterWrongGuess(limit, at));
    return accepted;
  }

  function deleteOld(tx: UsersWriter, limit: number): Promise<number> {
    return deleteCodeLimits(tx, new Date(now().getTime() - KEPT_MS).toISOString(), limit);
  }

  return { mayMail, mayAsk, waitSeconds, guess, deleteOld };
}

/** Whose wrong guesses are counted together: those of a known device of the account, or of everybody else. */
export function guessedBy(address: string, device: string | null): string {
  return device === null ? address : `${address}\n${device}`;
}

export type CodeLimits = ReturnType<typeof createCodeLimits>;
