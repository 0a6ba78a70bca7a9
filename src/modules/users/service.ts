import type { Actor } from '#kernel/access.ts';
import { withTables, type AnyUnit } from '#platform/database/port.ts';
import type { Settlement } from '#platform/work/port.ts';
import { createEmailChange } from './accounts/change-email.ts';
import { listApiKeys } from './api-keys/queries.ts';
import { API_KEY_SCHEME, createApiKeys } from './api-keys/service.ts';
import { createCodeMail } from './codes/code-mail.ts';
import { createCodes } from './codes/codes.ts';
import type { Me, UsersApi } from './contract.ts';
import { listDevices } from './devices/queries.ts';
import { createDeletion } from './privacy/deletion.ts';
import { createDevices } from './devices/service.ts';
import { createExternalAccounts } from './external/identity-accounts.ts';
import { createBrowserBinding } from './external/browser-binding.ts';
import { createExchange } from './external/exchange.ts';
import { createIdentities } from './external/identities.ts';
import { deleteExternalCodes } from './external/queries.ts';
import { createExternalSignIn } from './external/sign-in.ts';
import { deleteExpiredChallenges } from './challenges/queries.ts';
import { createAdministration } from './administration/administration.ts';
import { createChallenges } from './challenges/service.ts';
import { createFactorNews } from './factors/notices.ts';
import { exportFactors } from './privacy/export.ts';
import { createFactors } from './factors/second-factors.ts';
import { createGuesses, GUESS_WINDOW_MS } from './failed-attempts/service.ts';
import { deleteWrongGuesses } from './failed-attempts/queries.ts';
import { createInvitations } from './administration/invitations.ts';
import type { UsersNeeds } from './needs.ts';
import type { UsersParts } from './parts.ts';
import { createPasswordChange } from './passwords/change.ts';
import { createPasswordRules } from './passwords/rules.ts';
import { createPasswords } from './passwords/hashing.ts';
import { deleteEndedSessions, deleteLockouts, findUser, listLiveSessions, type UsersTables } from './queries.ts';
import { createPasskeySignIn } from './sign-in/passkey-sign-in.ts';
import { createPasskeys } from './factors/passkeys.ts';
import { createRecoveryCodes } from './factors/recovery-codes.ts';
import { createRecovery } from './passwords/recovery.ts';
import { createRefreshTokens } from './sessions/refresh-tokens.ts';
import { createRegistration } from './accounts/registration.ts';
import { createSecondStep } from './sign-in/second-step.ts';
import { createSessions } from './sessions/sessions.ts';
import { createSignIn } from './sign-in/sign-in.ts';
import { createSigningKeys } from './sessions/signing-keys.ts';
import { createStepUp } from './step-up/service.ts';
import { createTotp } from './factors/totp.ts';
import { createTokens } from './sessions/access-tokens.ts';

const DAY_MS = 86_400_000;
const KEPT_AFTER_END_MS = 30 * DAY_MS; // ended sessions, for those who ask what happened
const LOCKOUT_KEPT_MS = DAY_MS; // far beyond any lock

/** Puts the use cases together; each has a file of its own. */
export function createUserService(needs: UsersNeeds) {
  const { db, keys, now } = needs;
  const signingKeys = createSigningKeys(needs);
  const parts: UsersParts = {
    ...needs,
    passwords: createPasswords(),
    passwordRules: createPasswordRules(needs.passwordClasses),
    codes: createCodes(needs),
    sendCode: createCodeMail(needs),
    devices: createDevices(needs),
    signingKeys,
    tokens: createTokens({ ...needs, signingKeys }),
    refreshTokens: createRefreshTokens(keys),
  };
  const proofs = createProofs(parts);
  const signIn = createSignIn(parts, proofs.factors);
  const sessions = createSessions(parts, signIn);
  const apiKeys = createApiKeys(needs);
  const stepUp = createStepUp({ ...parts, ...proofs, sessions });
  const registration = createRegistration(parts);
  const accounts = createExternalAccounts({ registration, news: proofs.news, now });
  const passwordChange = createPasswordChange({ ...parts, sessions });
  const { resendVerification } = registration;
  const recovery = createRecovery({ ...parts, sessions, signIn, passwordChange, resendVerification });
  const deletion = createDeletion({ ...parts, sessions, apiKeys });
  const invitations = createInvitations(parts);
  const administration = createAdministration({
    ...parts,
    registration,
    invitations,
    recovery,
    sessions,
    signIn,
    apiKeys,
    deletion,
  });

  async function me(actor: Actor): Promise<Me> {
    const user = await findUser(db.read, { id: actor.id });
    if (!user) throw new Error('a signed-in user has no account');
    const { status, createdAt } = user;
    return {
      ...(await signIn.toSignedInUser(user)),
      status,
      createdAt,
      permissions: [...actor.permissions].toSorted(),
    };
  }

  async function exportFor(userId: string) {
    const user = await findUser(db.read, { id: userId });
    if (!user) return null;
    const { id, email, firstName, lastName, status, language, emailVerifiedAt, createdAt } = user;
    const live = await listLiveSessions(db.read, userId, now().toISOString());
    const held = live.map(({ id: sessionId, device, ip, createdAt: startedAt, lastUsedAt }) => ({
      id: sessionId,
      device,
      ip,
      startedAt,
      lastUsedAt,
    }));
    const devices = (await listDevices(db.read, userId)).map(({ label, firstSeenAt, lastSeenAt }) => ({
      device: label,
      firstSeenAt,
      lastSeenAt,
    }));
    const account = { id, email, firstName, lastName, status, language, emailVerifiedAt, createdAt };
    const factors = await exportFactors(db.read, userId);
    return { ...account, sessions: held, devices, apiKeys: await listApiKeys(db.read, userId), ...factors };
  }

  /** Deletes what nobody asks for any more. */
  async function tidy(): Promise<Settlement<UsersTables>> {
    const before = (ageMs: number) => new Date(now().getTime() - ageMs).toISOString();
    return {
      write: async ({ tx }) => {
        await deleteEndedSessions(tx, before(KEPT_AFTER_END_MS));
        await deleteLockouts(tx, before(LOCKOUT_KEPT_MS));
        await deleteWrongGuesses(tx, before(GUESS_WINDOW_MS));
        await deleteExpiredChallenges(tx, before(0));
        await deleteExternalCodes(tx, before(LOCKOUT_KEPT_MS));
      },
    };
  }

  const api: UsersApi = {
    authenticate: (request) => {
      const { authorization } = request.headers;
      return authorization?.startsWith(API_KEY_SCHEME)
        ? apiKeys.authenticate(authorization)
        : sessions.authenticate(request);
    },
    stepUp: stepUp.required,
    prepare: signingKeys.prepare,
    publishedKeys: async () => (await signingKeys.current()).published,
    rotateSigningKey: signingKeys.rotate,
    deleteOwn: deletion.removeOwn,
    setupToken: registration.setupToken,
    createAdministrator: registration.createAdministrator,
  };

  return {
    api,
    ...registration,
    ...recovery,
    login: signIn.login,
    changePassword: passwordChange.changePassword,
    ...sessions,
    ...proofs,
    stepUp,
    emailChange: createEmailChange(parts),
    browser: createBrowserBinding(keys, needs.publicUrl),
    external: createExternalSignIn({ ...parts, ...proofs, accounts }),
    identities: createIdentities({ ...parts, ...proofs }),
    exchange: createExchange({ ...parts, ...proofs, accounts, signIn }),
    secondStep: createSecondStep({ db, now, ...proofs, signIn }),
    passkeySignIn: createPasskeySignIn({ db, now, ...proofs, signIn }),
    me,
    tidy,
    apiKeys,
    administration,
    invitations,
    maintainSigningKeys: signingKeys.maintain,
    exportFor,
    erase: (unit: AnyUnit, userId: string) => deletion.erase(withTables<UsersTables>(unit), userId),
  };
}

/** What proves who somebody is, beside the password. */
function createProofs(parts: UsersParts) {
  const challenges = createChallenges(parts);
  const guesses = createGuesses(parts);
  const news = createFactorNews(parts);
  const recoveryCodes = createRecoveryCodes({ ...parts, news });
  const totp = createTotp({ ...parts, news, guesses, recoveryCodes });
  const passkeys = createPasskeys({ ...parts, challenges, news, recoveryCodes });
  const factors = createFactors({ ...parts, challenges, recoveryCodes });
  return { challenges, guesses, news, recoveryCodes, totp, passkeys, factors };
}

export type UserService = ReturnType<typeof createUserService>;
