import { createHash } from 'node:crypto';
import type { Actor } from '#kernel/access.ts';
import { orThrow, Problem } from '#kernel/problem.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { ChallengeData, Challenges } from '../challenges/service.ts';
import { CODE_MINUTES, endOfCode } from '../codes/code-rules.ts';
import { userErrors } from '../contract.ts';
import type { SecondFactors } from '../factors/second-factors.ts';
import type { FailedAttempts } from '../failed-attempts/service.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { findUser, lockLive } from '../queries.ts';
import { findAddress } from '../addresses/typed.ts';
import type { Tokens } from '../schemas.ts';
import { refusalFor } from '../sessions/account-refusal.ts';
import type { SessionIssuer } from '../sessions/issue.ts';
import { occurrenceOf } from '../user-agent.ts';
import type { ExternalEmailCodes } from './email-codes.ts';
import type { IdentityAccounts } from './identity-accounts.ts';
import { lockIdentity } from './queries.ts';
import type { EmailAnswer, EmailRequired, ExternalAnswer, ExternalCode } from './schemas.ts';

export interface ExchangeNeeds extends Pick<UsersNeeds, 'db' | 'notifications' | 'now'> {
  readonly challenges: Challenges;
  readonly failedAttempts: Pick<FailedAttempts, 'enter'>;
  readonly accounts: IdentityAccounts;
  readonly emailCodes: ExternalEmailCodes;
  readonly secondFactors: Pick<SecondFactors, 'startSecondStep'>;
  readonly sessionIssuer: Pick<SessionIssuer, 'startSession' | 'toTokens'>;
}

type Waiting = NonNullable<ChallengeData['externalCode']['waiting']>;

/** Exchanges the one-time code of an external sign-in for a session, or for the next step. */
export function createExchange(needs: ExchangeNeeds) {
  const { db, notifications, now, challenges, failedAttempts, accounts, emailCodes, secondFactors, sessionIssuer } =
    needs;

  /** @throws `users.challenge_invalid`, also for the code of another browser or page; `users.disabled` */
  async function exchange(
    actor: Actor,
    { code, codeVerifier }: ExternalCode,
    browser: string | null,
    deviceToken: string | null,
  ): Promise<ExternalAnswer> {
    const started = await challenges.find(db.read, code, 'externalCode');
    if (!started || !isStarter(started.data, browser, codeVerifier)) {
      // Who has the code and another verifier has it from somewhere else: nobody may use it any more.
      if (started?.data.codeChallenge) await db.write(actor, ({ tx }) => challenges.take(tx, code, 'externalCode'));
      throw userErrors.challengeInvalid();
    }
    const { userId } = started;
    const { waiting } = started.data;
    const outcome = await db.write(actor, async (unit) => {
      const user = userId === null ? undefined : await lockLive(unit.tx, { id: userId });
      if (!(await challenges.take(unit.tx, code, 'externalCode'))) return userErrors.challengeInvalid();
      if (waiting) return requireEmail(unit, waiting);
      if (!user) return userErrors.challengeInvalid();
      const refusal = refusalFor(user, now());
      if (refusal) return refusal;
      const secondStep = await secondFactors.startSecondStep(unit, user);
      return secondStep ?? { user, session: await sessionIssuer.startSession(unit, user, deviceToken) };
    });
    const accepted = orThrow(outcome);
    return 'session' in accepted ? sessionIssuer.toTokens(accepted.user, accepted.session) : accepted;
  }

  /**
   * The answer is the same for an address that has an account: then its owner is notified, and no code works. The last
   * mailed code is valid; no other is mailed within a minute, nor while guesses are blocked.
   */
  async function requireEmail(unit: UsersUnit, waiting: Waiting): Promise<EmailRequired | Problem> {
    if (waiting.email === null) return userErrors.externalEmailMissing();
    const email = await findAddress(unit.tx, waiting.email);
    const holder = await findUser(unit.tx, { address: email });
    const isTaken = holder !== undefined && holder.status !== 'pending'; // a pending account belongs to nobody
    const code = await emailCodes.create(unit.tx, email, isTaken);
    const challengeToken = await challenges.create(unit.tx, {
      kind: 'externalEmail',
      userId: null,
      data: { waiting: { ...waiting, email } },
      minutes: CODE_MINUTES,
    });
    const expiresAt = endOfCode(now());
    const expiresAtUtc = expiresAt.toISOString();
    const answer = { emailVerificationRequired: true, challengeToken, expiresAtUtc } as const;
    if (code === null) return answer;
    const message = isTaken
      ? ({ template: 'users.already_registered', to: { userId: holder.id }, variables: {} } as const)
      : ({
          template: 'users.external_verification',
          to: { email, language: waiting.language },
          variables: { code, minutes: CODE_MINUTES },
          expiresAt,
        } as const);
    const occurrence = occurrenceOf(unit, now());
    await notifications.send(withoutTables(unit), { ...message, category: 'security', priority: 'high', occurrence });
    return answer;
  }

  /** Creates the account. @throws `users.code_invalid`, `users.challenge_invalid`, `users.email_taken`, `users.network_blocked` */
  async function confirmEmail(actor: Actor, { challengeToken, code }: EmailAnswer): Promise<Tokens> {
    const countFailures = await failedAttempts.enter(actor, null, null);
    const decide = async (unit: UsersUnit) => {
      const started = await challenges.lock(unit.tx, challengeToken, 'externalEmail');
      if (!started) return userErrors.challengeInvalid();
      const { waiting } = started.data;
      const { email } = waiting;
      if (!(await emailCodes.use(unit.tx, email, code))) {
        await challenges.fail(unit.tx, challengeToken); // the wrong guess counts
        return userErrors.codeInvalid();
      }
      await challenges.take(unit.tx, challengeToken, 'externalEmail');
      if (await lockIdentity(unit.tx, waiting)) return userErrors.challengeInvalid(); // another tab was faster
      const made = await accounts.create(unit, waiting, waiting, email, waiting.language);
      return made instanceof Problem ? made : { user: made, session: await sessionIssuer.startSession(unit, made) };
    };
    const { user, session } = orThrow(await db.write(actor, countFailures(decide)));
    return sessionIssuer.toTokens(user, session);
  }

  return { exchange, confirmEmail };
}

/**
 * A sign-in with a challenge is finished by its verifier; pages of other sites have no cookie. One without is finished
 * by the cookie alone: a page that sends a verifier for it was given the code of somebody else's sign-in (RFC 9700, 4.8).
 */
function isStarter(
  { browser, codeChallenge }: ChallengeData['externalCode'],
  cookie: string | null,
  codeVerifier: string | undefined,
): boolean {
  if (!codeChallenge) return codeVerifier === undefined && cookie === browser;
  if (codeVerifier === undefined) return false;
  return createHash('sha256').update(codeVerifier).digest('base64url') === codeChallenge;
}
