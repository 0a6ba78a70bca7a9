import { randomInt } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { codeFor, linkFor } from '#testing/accounts.ts';
import { TOTP_SECRET } from '#testing/growth/modules/users.ts';
import { admin, byExample, byRefusal, fresh, owner, person, somebody, stranger, type Asking } from './asking.ts';
import type { GrowthStage } from './stage.ts';

const NEW_PASSWORD = 'another long password';
const NAMES = { firstName: 'Sara', lastName: 'Amini' };
// By the fills, people whose number ends in 3 have an authenticator app.
const SECRET = Secret.fromBase32(TOTP_SECRET);

const newEmail = (n: number) => `new-${n}-${Date.now()}@example.com`;
const newPhone = () => `+98912${String(randomInt(10_000_000)).padStart(7, '0')}`;
const REASON = 'Ticket 4512: files are missing';
const guardedEmail = (n: number) => `person-${3 + 10 * (n % 5)}@example.com`;
const somebodyById = async (stage: GrowthStage, n: number) => ({ userId: stage.idOf('user', 300 + 2 * n) });
/** Few people: of one, a new one ends the older, and nobody runs many at once. */
const supported = (stage: GrowthStage, n: number) => somebodyById(stage, n % 5);
async function impersonated(stage: GrowthStage, n: number) {
  const { userId } = await supported(stage, n);
  const { body } = await stage.call('admin', 'POST', `/api/v1/users/${userId}/impersonations`, { reason: REASON });
  return { id: body.id };
}
const totpCode = (secret: Secret) => new TOTP({ secret }).generate();

/** Somebody who has registered, and has not verified the address. */
async function registered({ app }: GrowthStage, n: number) {
  const email = newEmail(n);
  await app.anonymous.post('/users/register', { ...NAMES, email, password: NEW_PASSWORD });
  return email;
}

const codeTo = async ({ app }: GrowthStage, email: string) => ({ email, code: await codeFor(app, email) });
const linkTo = async ({ app }: GrowthStage, email: string) => ({ token: await linkFor(app, email) });

/** Somebody who may choose a new password. */
async function forgetful(stage: GrowthStage) {
  const { email } = await stage.nextPerson();
  await stage.app.anonymous.post('/users/forgot-password', { email });
  return email;
}

async function changingEmail(stage: GrowthStage, n: number) {
  const { tokens } = await stage.nextPerson();
  const email = newEmail(n);
  await stage.send({ method: 'POST', url: '/api/v1/users/change-email', payload: { email } }, tokens);
  return { tokens, code: await codeFor(stage.app, email) };
}

async function changingPhone(stage: GrowthStage) {
  const { tokens } = await stage.nextPerson();
  const phone = newPhone();
  await stage.send({ method: 'POST', url: '/api/v1/users/change-phone', payload: { phone } }, tokens);
  return { tokens, code: await codeFor(stage.app, phone) };
}

async function withPhone(stage: GrowthStage) {
  const { tokens, code } = await changingPhone(stage);
  await stage.send({ method: 'POST', url: '/api/v1/users/change-phone/confirm', payload: { code } }, tokens);
  return { tokens };
}

/** Somebody who has asked for a code to sign in. */
async function codeAsked(stage: GrowthStage) {
  const { email } = await stage.nextPerson();
  await stage.app.anonymous.post('/users/login/code', { email });
  return email;
}

/** Somebody who has begun to add an authenticator app. */
async function adding(stage: GrowthStage) {
  const { tokens } = await stage.nextPerson();
  const { body } = await stage.send({ method: 'POST', url: '/api/v1/users/mfa/totp' }, tokens);
  return { tokens, code: totpCode(Secret.fromBase32(body.secret)) };
}

/** Somebody who has added one. */
async function guarded(stage: GrowthStage) {
  const { tokens, code } = await adding(stage);
  await stage.send({ method: 'POST', url: '/api/v1/users/mfa/totp/confirm', payload: { code } }, tokens);
  return { tokens };
}

async function invited(stage: GrowthStage, n: number) {
  const email = newEmail(n);
  await stage.call('admin', 'POST', '/api/v1/users', { ...NAMES, email, roles: ['user'] });
  return { ...(await linkTo(stage, email)), newPassword: NEW_PASSWORD };
}

/** Rows that somebody else has in the fill, given to the person. */
const given = (table: string, kind: string) => async (stage: GrowthStage, n: number) => {
  const id = stage.idOf(kind, 103 + 10 * n);
  const userId = (await stage.call('person', 'GET', '/api/v1/users/me')).body.id;
  await stage.app.database.pool.query(`update users.${table} set user_id = $1 where id = $2`, [userId, id]);
  return { id };
};

/** A session of the fill, given to somebody who asks nothing. */
async function otherSession(stage: GrowthStage, n: number) {
  const [userId, sessionId] = [stage.idOf('user', 605 + 10 * n), stage.idOf('session', 108 + 10 * n)];
  await stage.app.database.pool.query('update users.session set user_id = $1 where id = $2', [userId, sessionId]);
  return { userId, sessionId };
}

/** How the operations of the Users module are asked. */
export const ACCOUNTS: Readonly<Record<string, Asking>> = {
  ...byExample(
    'stranger',
    `GET /api/v1/setup
    GET /api/v1/users/oauth/providers`,
  ),
  ...byExample(
    'person',
    `GET /api/v1/users/me
    GET /api/v1/users/mfa
    POST /api/v1/users/mfa/totp
    POST /api/v1/users/passkeys/register/start
    POST /api/v1/users/security-keys/register/start
    GET /api/v1/users/passkeys`,
  ),
  ...byExample(
    'owner',
    `GET /api/v1/users/sessions
    GET /api/v1/users/api-keys
    GET /api/v1/users/identities`,
  ),
  ...byExample('admin', 'GET /api/v1/users'),
  // There is an administrator.
  ...byRefusal('stranger', 403, 'POST /api/v1/setup'),
  // Signing in by a passkey needs a browser, signing in elsewhere a provider.
  ...byRefusal(
    'stranger',
    401,
    `POST /api/v1/users/passkeys/login/start
    POST /api/v1/users/passkeys/login/finish
    POST /api/v1/users/oauth/exchange
    POST /api/v1/users/oauth/confirm-email`,
  ),
  ...byRefusal('person', 401, 'POST /api/v1/users/passkeys/register/finish'),
  ...byRefusal('stranger', 404, 'GET /api/v1/users/oauth/{provider}/start'),
  ...byRefusal('stranger', 400, 'GET /api/v1/users/oauth/callback'),
  'POST /api/v1/users/verify-email': {
    ...stranger,
    prepare: async (stage, n) => codeTo(stage, await registered(stage, n)),
  },
  'POST /api/v1/users/verify-email/link': {
    ...stranger,
    body: { newPassword: NEW_PASSWORD },
    prepare: async (stage, n) => linkTo(stage, await registered(stage, n)),
  },
  'POST /api/v1/users/verify-email/decline': {
    ...stranger,
    prepare: async (stage, n) => linkTo(stage, await registered(stage, n)),
  },
  'POST /api/v1/users/reset-password': {
    ...stranger,
    body: { newPassword: NEW_PASSWORD },
    prepare: async (stage) => codeTo(stage, await forgetful(stage)),
  },
  'POST /api/v1/users/reset-password/link': {
    ...stranger,
    body: { newPassword: NEW_PASSWORD },
    prepare: async (stage) => linkTo(stage, await forgetful(stage)),
  },
  'POST /api/v1/users/accept-invitation': { ...stranger, prepare: invited },
  'POST /api/v1/users/change-email/confirm': { ...fresh, prepare: changingEmail },
  'POST /api/v1/users/verify-phone': {
    ...stranger,
    prepare: async ({ app }) => {
      const phone = newPhone();
      await app.anonymous.post('/users/register', { ...NAMES, phone, password: NEW_PASSWORD });
      return { phone, code: await codeFor(app, phone) };
    },
  },
  'POST /api/v1/users/change-phone': { ...fresh, prepare: async () => ({ phone: newPhone() }) },
  'POST /api/v1/users/change-phone/confirm': { ...fresh, prepare: changingPhone },
  'DELETE /api/v1/users/phone': { ...fresh, prepare: withPhone },
  'POST /api/v1/users/login/code': { ...stranger, prepare: async (_, n) => ({ email: guardedEmail(n) }) },
  'POST /api/v1/users/login/code/confirm': {
    ...stranger,
    prepare: async (stage) => codeTo(stage, await codeAsked(stage)),
  },
  'POST /api/v1/users/login/link': {
    ...stranger,
    prepare: async (stage) => linkTo(stage, await codeAsked(stage)),
  },
  'POST /api/v1/users/login/mfa': {
    ...stranger,
    prepare: async ({ app, password }, n) => {
      const email = `person-${503 + 10 * n}@example.com`;
      const { body } = await app.anonymous.post('/users/login', { email, password });
      return { challengeToken: body.challengeToken, code: totpCode(SECRET) };
    },
  },
  'POST /api/v1/users/mfa/totp/confirm': { ...fresh, prepare: adding },
  'DELETE /api/v1/users/mfa/totp': { ...fresh, prepare: guarded },
  'POST /api/v1/users/mfa/recovery-codes': { ...fresh, prepare: guarded },
  'POST /api/v1/users/register': {
    ...stranger,
    body: { ...NAMES, password: NEW_PASSWORD },
    prepare: async (_, n) => ({ email: newEmail(n) }),
  },
  'POST /api/v1/users/resend-verification-code': { ...stranger, prepare: async (_, n) => ({ email: guardedEmail(n) }) },
  'POST /api/v1/users/forgot-password': { ...stranger, prepare: async (_, n) => ({ email: guardedEmail(n) }) },
  'POST /api/v1/users/login': {
    ...stranger,
    prepare: async ({ password }, n) => ({ email: `person-${21 + 10 * n}@example.com`, password }),
  },
  'POST /api/v1/users/refresh': {
    ...stranger,
    prepare: async (stage, n) => ({ refreshToken: (await stage.signIn(n)).refreshToken }),
  },
  'POST /api/v1/users/revoke': {
    ...stranger,
    prepare: async (stage, n) => ({ refreshToken: (await stage.signIn(n)).refreshToken }),
  },
  'POST /api/v1/users/step-up': { ...person, prepare: async ({ password }) => ({ password }) },
  'DELETE /api/v1/users/me': fresh,
  'GET /api/v1/users/me/export': person,
  'POST /api/v1/users/change-email': {
    ...fresh,
    prepare: async (_, n) => ({ email: `changed-${n}-${Date.now()}@example.com` }),
  },
  'POST /api/v1/users/change-password': {
    ...fresh,
    prepare: async ({ password }) => ({ currentPassword: password, newPassword: NEW_PASSWORD }),
  },
  'POST /api/v1/users/sessions/revoke-all': fresh,
  'POST /api/v1/users/sessions/revoke-all-except-current': fresh,
  'POST /api/v1/users/sessions/{sessionId}/revoke': {
    ...owner,
    prepare: async (stage, n) => ({ sessionId: stage.idOf('session', 102 + 10 * n) }),
  },
  'DELETE /api/v1/users/passkeys/{id}': { ...person, prepare: given('passkey', 'passkey') },
  'POST /api/v1/users/api-keys': { ...person, body: { name: 'import', scopes: ['todos.read'] } },
  'GET /api/v1/users/api-keys/{id}': {
    ...owner,
    prepare: async (stage) => ({ id: stage.idOf('key', 2) }),
  },
  'DELETE /api/v1/users/api-keys/{id}': {
    ...owner,
    prepare: async (stage, n) => ({ id: stage.idOf('key', 20 + 2 * n) }),
  },
  'DELETE /api/v1/users/identities/{id}': { ...person, prepare: given('external_identity', 'identity') },
  'POST /api/v1/users': {
    ...admin,
    body: { ...NAMES, roles: ['user'] },
    prepare: async (_, n) => ({ email: newEmail(n) }),
  },
  'GET /api/v1/users/bot-check': stranger,
  'GET /api/v1/users/bot-check/challenge': { ...stranger, refused: 404 }, // nothing is asked
  'GET /api/v1/users/me/metadata': person,
  'PATCH /api/v1/users/me/metadata': { ...person, body: { unsafeMetadata: { theme: 'dark' } } },
  'GET /api/v1/users/{userId}/metadata': { ...admin, prepare: somebody },
  'PATCH /api/v1/users/{userId}/metadata': {
    ...admin,
    body: { publicMetadata: { plan: 'gold' } },
    prepare: somebodyById,
  },
  'POST /api/v1/users/{userId}/impersonations': {
    ...admin,
    body: { reason: REASON },
    prepare: supported,
  },
  'GET /api/v1/users/impersonations': admin,
  'DELETE /api/v1/users/impersonations/{id}': { ...admin, prepare: impersonated },
  'GET /api/v1/users/{userId}': { ...admin, prepare: somebody },
  'PUT /api/v1/users/{userId}': {
    ...admin,
    headers: { 'if-match': '*' },
    body: { status: 'active' },
    prepare: somebodyById,
  },
  'DELETE /api/v1/users/{userId}': {
    ...admin,
    headers: { 'if-match': '*' },
    prepare: async (stage, n) => ({ userId: stage.idOf('user', 500 + 2 * n) }),
  },
  'POST /api/v1/users/{userId}/reset': { ...admin, headers: { 'if-match': '*' }, prepare: somebodyById },
  'GET /api/v1/users/{userId}/sessions': { ...admin, prepare: somebody },
  'DELETE /api/v1/users/{userId}/sessions': {
    ...admin,
    prepare: async (stage, n) => ({ userId: stage.idOf('user', 605 + 10 * n) }),
  },
  'DELETE /api/v1/users/{userId}/sessions/{sessionId}': {
    ...admin,
    prepare: otherSession,
  },
  'GET /api/v1/users/{userId}/factors': { ...admin, prepare: somebody },
  'POST /api/v1/users/{userId}/factors/remove': {
    ...admin,
    headers: { 'if-match': '*' },
    body: { factor: 'identity', reason: REASON },
    prepare: async (stage, n) => ({
      userId: stage.idOf('user', 105 + 10 * n),
      id: stage.idOf('identity', 105 + 10 * n),
    }),
  },
  'DELETE /api/v1/users/{userId}/factors': {
    ...admin,
    headers: { 'if-match': '*' },
    prepare: async (stage, n) => ({ userId: stage.idOf('user', 103 + 10 * n) }),
  },
};
