import type { Keys } from '#platform/keys/port.ts';
import type { CodeLimitRow, UsersWriter } from '../tables.ts';
import { afterSending, afterWrongGuess, isBlocked, isCoolingDown, noGuesses, secondsToWait } from './code-rules.ts';
import { countUnasked, deleteCodeLimits, lockCodeLimit, updateCodeLimit } from './queries.ts';

const PURPOSE = 'users.code_limit';
const DAY_MS = 86_400_000;
const MAX_UNASKED = 10; // of one address in a day
const KEPT_MS = DAY_MS; // far longer than any block

/**
 * `unproved`: everything that is mailed to an address that is not yet the account's, for any account and any purpose.
 * `reset` and `alreadyRegistered` go to the address of the account.
 */
export type LimitedMail = 'unproved' | 'reset' | 'alreadyRegistered';

/**
 * How often codes are mailed and guessed. The limits belong to what is attacked, an address, and not to the account or
 * the sign-in that asks: with more accounts there are not more mails or guesses. A subject is an address, or the id of
 * an account that asks about several addresses. All methods are part of the caller's unit.
 */
export function createCodeLimits({ keys, now }: { readonly keys: Keys; readonly now: () => Date }) {
  const lock = (tx: UsersWriter, mail: LimitedMail, subject: string): Promise<CodeLimitRow> =>
    lockCodeLimit(tx, keys.mac(PURPOSE, `${mail}\n${subject}`), now().toISOString());

  /**
   * Whether a mail may be sent now; then it counts as sent, and none may be sent for a minute. `isBlocked`: it must not have
   * a code. `isUnasked`: nobody who is signed in has asked for it; an address gets ten of those in a day.
   */
  async function mayMail(
    tx: UsersWriter,
    mail: LimitedMail,
    address: string,
    { isUnasked }: { readonly isUnasked: boolean },
  ): Promise<{ isBlocked: boolean } | null> {
    const at = now();
    const limit = await lock(tx, mail, address);
    if (isCoolingDown(limit, at)) return null;
    if (isUnasked && !(await mayMailUnasked(tx, address, at))) return null; // not sent: it delays no mail that is asked for
    await updateCodeLimit(tx, afterSending(limit, at));
    return { isBlocked: isBlocked(limit, at) };
  }

  async function mayMailUnasked(tx: UsersWriter, address: string, at: Date): Promise<boolean> {
    const since = new Date(at.getTime() - DAY_MS).toISOString();
    const count = await countUnasked(tx, keys.mac(PURPOSE, `unasked\n${address}`), at.toISOString(), since);
    return count <= MAX_UNASKED;
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

  return { mayMail, waitSeconds, guess, deleteOld };
}

export type CodeLimits = ReturnType<typeof createCodeLimits>;
