import type { Actor } from '#kernel/access.ts';
import { orThrow, Problem } from '#kernel/problem.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { ChallengeData, Challenges } from '../challenges.ts';
import { CODE_MINUTES } from '../code-rules.ts';
import { userErrors, type Tokens } from '../contract.ts';
import { normaliseEmail } from '../email.ts';
import type { Factors } from '../factors.ts';
import type { OwnUnit, UsersNeeds } from '../needs.ts';
import { findUser, lockUser } from '../queries.ts';
import type { SignIn } from '../sign-in.ts';
import { refusalFor } from '../usable.ts';
import type { ExternalAccounts } from './accounts.ts';
import { createEmailCodes } from './email-codes.ts';
import { lockIdentity } from './identity-queries.ts';
import type { EmailAnswer, EmailRequired, ExternalAnswer } from './schemas.ts';

export interface ExchangeNeeds extends Pick<UsersNeeds, 'db' | 'keys' | 'notifications' | 'now'> {
  readonly challenges: Challenges;
  readonly accounts: ExternalAccounts;
  readonly factors: Pick<Factors, 'demand'>;
  readonly signIn: Pick<SignIn, 'startSession' | 'toTokens'>;
}

type Waiting = NonNullable<ChallengeData['externalCode']['waiting']>;

/** Turns the one-time code that a browser came back with into a session, or into what is still missing. */
export function createExchange(needs: ExchangeNeeds) {
  const { db, notifications, now, challenges, accounts, factors, signIn } = needs;
  const emailCodes = createEmailCodes(needs);

  /** @throws `users.challenge_invalid`, also for a code that another browser was given; `users.disabled` */
  async function exchange(
    actor: Actor,
    code: string,
    browser: string | null,
    deviceToken: string | null,
  ): Promise<ExternalAnswer> {
    const begun = await challenges.find(db.read, code, 'externalCode');
    if (!begun || browser === null || begun.data.browser !== browser) throw userErrors.challengeInvalid();
    const { userId } = begun;
    const { waiting } = begun.data;
    const outcome = await db.write(actor, async (unit) => {
      const user = userId === null ? undefined : await lockUser(unit.tx, { id: userId });
      if (!(await challenges.take(unit.tx, code, 'externalCode'))) return userErrors.challengeInvalid();
      if (waiting) return demandEmail(unit, waiting);
      if (!user) return userErrors.challengeInvalid();
      const refusal = refusalFor(user, now());
      if (refusal) return refusal;
      const missing = await factors.demand(unit, user);
      return missing ?? { user, session: await signIn.startSession(unit, user, deviceToken) };
    });
    const accepted = orThrow(outcome);
    return 'session' in accepted ? signIn.toTokens(accepted.user, accepted.session) : accepted;
  }

  /**
   * The answer is the same for an address that has an account: there its owner is told, and no code works. The code
   * that was mailed last is the code; nothing is mailed again within a minute, nor while guesses are blocked.
   */
  async function demandEmail(unit: OwnUnit, waiting: Waiting): Promise<EmailRequired | Problem> {
    if (waiting.email === null) return userErrors.externalEmailMissing();
    const email = normaliseEmail(waiting.email);
    const holder = await findUser(unit.tx, { email });
    const code = await emailCodes.create(unit.tx, email, holder !== undefined);
    const challengeToken = await challenges.create(unit.tx, {
      kind: 'externalEmail',
      userId: null,
      data: { waiting: { ...waiting, email } },
      minutes: CODE_MINUTES,
    });
    const expiresAtUtc = new Date(now().getTime() + CODE_MINUTES * 60_000).toISOString();
    const answer = { emailVerificationRequired: true, challengeToken, expiresAtUtc } as const;
    if (code === null) return answer;
    const message = holder
      ? ({ template: 'users.already_registered', to: { userId: holder.id }, variables: {} } as const)
      : ({
          template: 'users.external_verification',
          to: { email, language: waiting.language },
          variables: { code, minutes: CODE_MINUTES },
        } as const);
    await notifications.send(withoutTables(unit), { ...message, category: 'security', priority: 'high' });
    return answer;
  }

  /** Makes the account. @throws `users.code_invalid`, `users.challenge_invalid`; `users.email_taken` meanwhile */
  async function confirmEmail(actor: Actor, { challengeToken, code }: EmailAnswer): Promise<Tokens> {
    const outcome = await db.write(actor, async (unit) => {
      const begun = await challenges.lock(unit.tx, challengeToken, 'externalEmail');
      if (!begun) return userErrors.challengeInvalid();
      const { waiting } = begun.data;
      const { email } = waiting;
      if (!(await emailCodes.use(unit.tx, email, code))) {
        await challenges.fail(unit.tx, challengeToken); // the guess counts
        return userErrors.codeInvalid();
      }
      await challenges.take(unit.tx, challengeToken, 'externalEmail');
      if (await lockIdentity(unit.tx, waiting)) return userErrors.challengeInvalid(); // a second tab was first
      const made = await accounts.create(unit, waiting, waiting, email, waiting.language);
      return made instanceof Problem ? made : { user: made, session: await signIn.startSession(unit, made) };
    });
    const { user, session } = orThrow(outcome);
    return signIn.toTokens(user, session);
  }

  return { exchange, confirmEmail };
}
