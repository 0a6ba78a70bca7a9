import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { Language } from '#kernel/language.ts';
import { orThrow, type Problem } from '#kernel/problem.ts';
import type { Admission } from '../accounts/admission.ts';
import { insertAccount } from '../accounts/queries.ts';
import { withdrawPassword } from '../passwords/withdrawal.ts';
import type { CodeDetails } from '../codes/code-requests.ts';
import { refuseCode } from '../codes/mailed-codes.ts';
import { deleteCodes } from '../codes/queries.ts';
import type { Codes } from '../codes/service.ts';
import { orThrowInConstantTime } from '../constant-time.ts';
import { userErrors } from '../contract.ts';
import type { Devices } from '../devices/service.ts';
import type { SecondFactors } from '../factors/second-factors.ts';
import type { FailedAttempts } from '../failed-attempts/service.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { findUser, lockLive } from '../queries.ts';
import type { CodeSent } from '../schemas.ts';
import { refusalFor } from '../sessions/account-refusal.ts';
import type { SessionIssuer } from '../sessions/issue.ts';
import type { UserRow } from '../tables.ts';
import type { GivenAddress, ToAddress } from '../addresses/typed.ts';
import type { CodeSignInAnswer, LinkElsewhere, SignInAnswer } from './schemas.ts';

const PURPOSE = 'signIn';

export interface CodeSignInNeeds extends Pick<UsersNeeds, 'db' | 'signUpByCode' | 'now'> {
  readonly toAddress: ToAddress;
  readonly codes: Codes;
  readonly devices: Pick<Devices, 'findKnown'>;
  readonly admission: Pick<Admission, 'admit' | 'confirm'>;
  readonly failedAttempts: Pick<FailedAttempts, 'enter'>;
  readonly secondFactors: Pick<SecondFactors, 'startSecondStep'>;
  readonly sessionIssuer: Pick<SessionIssuer, 'startSession' | 'toTokens'>;
}

/** Who asks: the browser (null: none that keeps cookies), the device of an earlier sign-in, and its language. */
export interface Asker {
  readonly browser: string | null;
  readonly deviceToken: string | null;
  readonly language: Language;
}

/** Signing in without a password: by a code that is sent to an address, or by the link beside it. */
export function createCodeSignIn(needs: CodeSignInNeeds) {
  const { db, toAddress, codes, devices, admission, failedAttempts, secondFactors, sessionIssuer, now } = needs;

  /**
   * The answer is the same for every address. A known device is sent more than the ten codes of a day that strangers can
   * ask for, so that they cannot keep its owner out.
   */
  async function request(actor: Actor, given: GivenAddress, asker: Asker): Promise<CodeSent> {
    const address = await toAddress(given);
    const device = await devices.findKnown(db.read, { address }, asker.deviceToken);
    const { browser, language } = asker;
    return codes.requests.request(actor, address, PURPOSE, { browser, language, device, isUnasked: device === null });
  }

  /**
   * Part of the worker's unit: sends a code where there is an account, or where one may be opened. Without that the owner of a
   * pending account gets the code that confirms the address.
   */
  async function send(unit: UsersUnit, address: string, details: CodeDetails): Promise<void> {
    const { signUpByCode } = needs;
    const user = await lockLive(unit.tx, { address });
    const id = user?.id ?? (signUpByCode ? await open(unit, address, details.language) : null);
    if (id === null || user?.status === 'disabled') return;
    const isConfirmed = user?.status === 'active' || signUpByCode;
    const isUnproved = user?.status !== 'active';
    if (user && !isConfirmed) await withdrawPassword(unit, user); // it may be that of who registered the address
    await codes.send(unit, { id, address, isUnproved }, isConfirmed ? PURPOSE : 'verification', details);
  }

  /**
   * A pending account without names and password; null when somebody has registered the address meanwhile, or when the day
   * has no SMS left for its code.
   */
  async function open(unit: UsersUnit, address: string, language: Language): Promise<string | null> {
    if (!(await codes.sms.hasRoom(unit.tx, address, 'strangers'))) return null;
    const names = { firstName: '', lastName: '' };
    const account = { id: newId(), address, ...names, passwordHash: null, status: 'pending', language } as const;
    if (!(await insertAccount(unit.tx, account, null))) return null;
    await admission.admit(unit, account);
    unit.audit({ action: 'users.registered', resourceType: 'user', resourceId: account.id, payload: { by: 'code' } });
    return account.id;
  }

  /** @throws `users.code_invalid`, also for an unknown address; `users.network_blocked`, `users.disabled` */
  async function finish(
    actor: Actor,
    { code, ...given }: GivenAddress & { readonly code: string },
    deviceToken: string | null,
  ): Promise<SignInAnswer> {
    const address = await toAddress(given);
    const countFailures = await failedAttempts.enter(actor, { address }, deviceToken);
    const device = await devices.findKnown(db.read, { address }, deviceToken);
    const decide = async (unit: UsersUnit) => {
      const user = await lockLive(unit.tx, { address });
      if (!user) return userErrors.codeInvalid();
      const owner = { id: user.id, address, isUnproved: user.status === 'pending' };
      if (!(await codes.mailed.check(unit.tx, owner, PURPOSE, code, device))) return refuseCode(unit, user, PURPOSE); // the wrong guess counts
      return accept(unit, user, deviceToken);
    };
    return toAnswer(await orThrowInConstantTime(() => db.write(actor, countFailures(decide))));
  }

  /**
   * In the browser that asked for it the link signs in. Elsewhere, as in the mail program of a phone, it shows the code, and
   * stays good. @throws `users.link_invalid`, `users.disabled`
   */
  async function finishByLink(
    actor: Actor,
    token: string,
    browser: string | null,
    deviceToken: string | null,
  ): Promise<CodeSignInAnswer> {
    const userId = await codes.mailed.findLink(db.read, PURPOSE, token);
    const known = userId === null ? undefined : await findUser(db.read, { id: userId });
    if (!known) throw userErrors.linkInvalid();
    const outcome = await db.write(actor, async (unit) => {
      const user = await lockLive(unit.tx, { id: known.id });
      const sent = user && (await codes.mailed.openLink(unit.tx, user.id, PURPOSE, token));
      if (!user || !sent) return userErrors.linkInvalid();
      if (sent.browser === null || sent.browser !== browser) return elsewhere(sent.code);
      return accept(unit, user, deviceToken);
    });
    const accepted = orThrow(outcome);
    return 'openedElsewhere' in accepted ? accepted : toAnswer(accepted);
  }

  /** The address is proved: a password with which somebody has registered it may be a stranger's, and ends. */
  async function accept(unit: UsersUnit, found: UserRow, deviceToken: string | null) {
    await deleteCodes(unit.tx, found.id, PURPOSE);
    if (found.status === 'pending') await admission.confirm(unit, found, null);
    const user = await lockLive(unit.tx, { id: found.id });
    if (!user) throw new Error('an account is gone while its row is locked');
    const refusal = refusalFor(user, now());
    if (refusal) return refusal;
    const secondStep = await secondFactors.startSecondStep(unit, user);
    return secondStep ?? { user, session: await sessionIssuer.startSession(unit, user, deviceToken) };
  }

  type Accepted = Exclude<Awaited<ReturnType<typeof accept>>, Problem>;

  async function toAnswer(accepted: Accepted): Promise<SignInAnswer> {
    return 'session' in accepted ? sessionIssuer.toTokens(accepted.user, accepted.session) : accepted;
  }

  return { request, send, finish, finishByLink };
}

export type CodeSignIn = ReturnType<typeof createCodeSignIn>;

function elsewhere(code: string | null): LinkElsewhere {
  return { openedElsewhere: true, code };
}
