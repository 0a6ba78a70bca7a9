import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { orThrow, type Problem } from '#kernel/problem.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Challenge, Challenges } from '../challenges/service.ts';
import { userErrors } from '../contract.ts';
import { addressOf } from '../addresses/forms.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { findUser, lockOwn } from '../queries.ts';
import { toDevice } from '../user-agent.ts';
import { requireOtherCredential } from './last-credential.ts';
import type { FactorNotices } from './notices.ts';
import {
  deletePasskey,
  findPasskey,
  insertPasskey,
  listPasskeys,
  lockPasskey,
  updatePasskey,
  type StoredPasskey,
} from './queries.ts';
import type { RecoveryCodes } from './recovery-codes.ts';
import type { NewPasskey, Passkey, PasskeyAnswer, PasskeyStart, PasskeyToRegister } from './schemas.ts';
import { CHALLENGE_MINUTES } from './second-factors.ts';

/** Loaded with the first passkey: the package takes 25 MB, which a process without passkeys saves. */
const webauthn = () => import('@simplewebauthn/server');

const TIMEOUT_MS = CHALLENGE_MINUTES * 60_000;
const ALGORITHMS = [-8, -7, -257]; // COSE's numbers for EdDSA, ES256 and RS256; every authenticator supports one of them
const MAX_PASSKEYS = 20; // of one account; a person has a few devices

export interface PasskeysNeeds extends Pick<UsersNeeds, 'db' | 'now' | 'publicUrl' | 'branding' | 'providers'> {
  readonly challenges: Challenges;
  readonly notices: FactorNotices;
  readonly recoveryCodes: Pick<RecoveryCodes, 'makeFirst' | 'dropUnneeded'>;
}

/** A valid signature. The unit that takes the challenge decides what the signature is for. */
export interface VerifiedPasskey {
  readonly passkey: StoredPasskey;
  readonly challengeToken: string;
  readonly challenge: Challenge<'mfa' | 'passkeySignIn'>;
  readonly counter: number;
  readonly isBackedUp: boolean;
}

/**
 * Passkeys (WebAuthn) verify their user: they are two factors in one, or a second factor after a password. Security keys
 * that may not verify their user (U2F, FIDO2 without PIN) are passkeys too, but only a second factor.
 */
export function createPasskeys({
  db,
  now,
  publicUrl,
  branding,
  providers,
  challenges,
  notices,
  recoveryCodes,
}: PasskeysNeeds) {
  const { hostname: rpID, origin } = new URL(publicUrl);

  async function startRegistration(actor: Actor, { isSecondFactorOnly }: { readonly isSecondFactorOnly: boolean }) {
    const user = await findUser(db.read, { id: actor.id });
    if (!user) throw httpErrors.notSignedIn(); // deleted meanwhile
    const existing = await listPasskeys(db.read, user.id);
    const options = await (
      await webauthn()
    ).generateRegistrationOptions({
      rpName: branding.signInName,
      rpID,
      userID: Uint8Array.from(Buffer.from(user.id)),
      userName: addressOf(user),
      userDisplayName: `${user.firstName} ${user.lastName}`,
      timeout: TIMEOUT_MS,
      supportedAlgorithmIDs: ALGORITHMS,
      excludeCredentials: existing.map(({ credentialId: id, transports }) => ({ id, transports })),
      authenticatorSelection: isSecondFactorOnly
        ? { authenticatorAttachment: 'cross-platform', residentKey: 'discouraged', userVerification: 'discouraged' }
        : { residentKey: 'required', userVerification: 'required' },
    });
    const data = { passkey: options.challenge, isSecondFactorOnly };
    const challenge = { kind: 'passkeyRegistration', userId: user.id, data } as const;
    const challengeToken = await begin(actor, challenge);
    return { challengeToken, options };
  }

  function begin(actor: Actor, challenge: Challenge<'passkeyRegistration' | 'passkeySignIn'>): Promise<string> {
    return db.write(actor, async ({ tx }) => {
      const { userId } = challenge;
      if (userId !== null && !(await lockOwn(tx, actor))) throw httpErrors.notSignedIn(); // meanwhile
      return challenges.create(tx, { ...challenge, minutes: CHALLENGE_MINUTES });
    });
  }

  /** @throws `users.challenge_invalid`, `users.passkey_invalid`, `users.factor_exists` for a registered credential */
  async function finishRegistration(actor: Actor, input: PasskeyToRegister): Promise<NewPasskey> {
    const { challengeToken, name = toDevice(actor.origin.userAgent) } = input;
    const started = await challenges.find(db.read, challengeToken, 'passkeyRegistration');
    if (!started || started.userId !== actor.id) throw userErrors.challengeInvalid();
    const { isSecondFactorOnly = false } = started.data;
    const { credential, credentialBackedUp } = await verifyRegistration(input, started.data);
    return db.write(actor, async (unit) => {
      const user = await lockOwn(unit.tx, actor);
      const taken = user && (await challenges.take(unit.tx, challengeToken, 'passkeyRegistration'));
      if (!taken) throw userErrors.challengeInvalid();
      if ((await listPasskeys(unit.tx, user.id)).length >= MAX_PASSKEYS)
        throw userErrors.factorExists({ most: MAX_PASSKEYS });
      const row: StoredPasskey = {
        id: newId(),
        userId: user.id,
        credentialId: credential.id,
        publicKey: Buffer.from(credential.publicKey),
        counter: credential.counter,
        transports: credential.transports ?? [],
        isBackedUp: credentialBackedUp,
        isSecondFactorOnly,
        name,
        createdAt: now().toISOString(),
        lastUsedAt: null,
      };
      if (!(await insertPasskey(unit.tx, row))) throw userErrors.factorExists();
      await notices.announce(unit, user.id, 'passkey', 'added', { name });
      return { ...toPasskey(row), recoveryCodes: await recoveryCodes.makeFirst(unit, user.id) };
    });
  }

  async function verifyRegistration(
    { credential }: PasskeyToRegister,
    { passkey: expectedChallenge, isSecondFactorOnly = false }: Challenge<'passkeyRegistration'>['data'],
  ) {
    try {
      const { registrationInfo } = await (
        await webauthn()
      ).verifyRegistrationResponse({
        response: credential,
        expectedChallenge,
        expectedOrigin: origin,
        expectedRPID: rpID,
        supportedAlgorithmIDs: ALGORITHMS,
        requireUserVerification: !isSecondFactorOnly,
      });
      if (registrationInfo) return registrationInfo;
    } catch {
      // every invalid credential gets the same refusal
    }
    throw userErrors.passkeyInvalid();
  }

  /**
   * For a sign-in that needs a second factor, for the step-up of a signed-in user, or for a sign-in of an unknown user:
   * then the browser offers all its passkeys. @throws `users.challenge_invalid`
   */
  async function startSignIn(actor: Actor, { challengeToken }: PasskeyStart) {
    const started = challengeToken === undefined ? null : await challenges.find(db.read, challengeToken, 'mfa');
    if (challengeToken !== undefined && !started) throw userErrors.challengeInvalid();
    const userId = started?.userId ?? (actor.type === 'user' ? actor.id : null);
    const known = userId === null ? [] : await listPasskeys(db.read, userId);
    const allowCredentials = known.map(({ credentialId: id, transports }) => ({ id, transports }));
    const options = await (
      await webauthn()
    ).generateAuthenticationOptions({
      rpID,
      allowCredentials,
      timeout: TIMEOUT_MS,
      // What must verify its user is required to by `verify`; browsers would not offer the others with 'required'.
      userVerification: known.some(({ isSecondFactorOnly }) => isSecondFactorOnly) ? 'preferred' : 'required',
    });
    const { challenge: passkey } = options;
    if (challengeToken === undefined)
      return { challengeToken: await begin(actor, { kind: 'passkeySignIn', userId, data: { passkey } }), options };
    await db.write(actor, ({ tx }) => challenges.update(tx, challengeToken, { passkey }));
    return { challengeToken, options };
  }

  /**
   * Verifies the signature, outside any transaction. At a sign-in a passkey that is only a second factor needs the
   * challenge of an accepted first step; for a step-up the caller demands the password beside it.
   * @throws `users.challenge_invalid`, `users.passkey_invalid`
   */
  async function verify(
    { challengeToken, credential }: PasskeyAnswer,
    purpose: 'signIn' | 'stepUp',
  ): Promise<VerifiedPasskey> {
    const challenge = await challenges.find(db.read, challengeToken, 'mfa', 'passkeySignIn');
    if (!challenge || challenge.data.passkey === null) throw userErrors.challengeInvalid();
    const passkey = await findPasskey(db.read, credential.id);
    if (!passkey || (challenge.userId !== null && challenge.userId !== passkey.userId))
      throw userErrors.passkeyInvalid();
    const { isSecondFactorOnly } = passkey;
    if (isSecondFactorOnly && purpose === 'signIn' && challenge.kind !== 'mfa') throw userErrors.passkeyInvalid();
    const { userHandle } = credential.response;
    if (userHandle !== undefined && Buffer.from(userHandle, 'base64url').toString() !== passkey.userId)
      throw userErrors.passkeyInvalid();
    try {
      const { verified, authenticationInfo } = await (
        await webauthn()
      ).verifyAuthenticationResponse({
        response: credential,
        expectedChallenge: challenge.data.passkey,
        expectedOrigin: origin,
        expectedRPID: rpID,
        // Not the stored counter: `accept` compares it, which handles concurrent uses of one value.
        credential: { id: passkey.credentialId, publicKey: Uint8Array.from(passkey.publicKey), counter: 0 },
        requireUserVerification: !isSecondFactorOnly,
      });
      if (verified)
        return {
          passkey,
          challengeToken,
          challenge,
          counter: authenticationInfo.newCounter,
          isBackedUp: authenticationInfo.credentialBackedUp,
        };
    } catch {
      // every invalid signature gets the same refusal
    }
    throw userErrors.passkeyInvalid();
  }

  /**
   * Part of the caller's unit, which holds the account's row: takes the challenge. A counter that does not grow means
   * that somebody has copied the key: the owner is notified, and the caller must let its unit commit.
   */
  async function accept(unit: UsersUnit, verified: VerifiedPasskey): Promise<Problem | null> {
    const { challengeToken, challenge, counter, isBackedUp } = verified;
    if (!(await challenges.take(unit.tx, challengeToken, challenge.kind))) return userErrors.challengeInvalid();
    const passkey = await lockPasskey(unit.tx, verified.passkey.id);
    if (!passkey) return userErrors.passkeyInvalid(); // removed meanwhile
    if ((counter > 0 || passkey.counter > 0) && counter <= passkey.counter) {
      await notices.announce(unit, passkey.userId, 'passkey', 'refused', { name: passkey.name });
      return userErrors.passkeyInvalid();
    }
    await updatePasskey(unit.tx, passkey.id, { counter, isBackedUp, lastUsedAt: now().toISOString() });
    return null;
  }

  async function list(actor: Actor): Promise<Passkey[]> {
    return (await listPasskeys(db.read, actor.id)).map(toPasskey);
  }

  async function kindsOf(userId: string): Promise<ReadonlySet<'passkey' | 'securityKey'>> {
    const keys = await listPasskeys(db.read, userId);
    return new Set(keys.map(({ isSecondFactorOnly }) => (isSecondFactorOnly ? 'securityKey' : 'passkey')));
  }

  /** @throws `users.passkey_not_found`, also for somebody else's; `users.last_way_in` */
  async function remove(actor: Actor, id: string): Promise<void> {
    const refusal = await db.write(actor, async (unit) => {
      const user = await lockOwn(unit.tx, actor);
      const removed = user && (await deletePasskey(unit.tx, user.id, id));
      if (!removed) return userErrors.passkeyNotFound({ id });
      await requireOtherCredential(unit.tx, user, providers);
      await recoveryCodes.dropUnneeded(unit, actor.id);
      await notices.announce(unit, actor.id, 'passkey', 'removed', { name: removed.name });
      return undefined;
    });
    orThrow(refusal);
  }

  return { startRegistration, finishRegistration, startSignIn, verify, accept, list, kindsOf, remove };
}

export type Passkeys = ReturnType<typeof createPasskeys>;

function toPasskey({ id, name, isBackedUp, isSecondFactorOnly, createdAt, lastUsedAt }: StoredPasskey): Passkey {
  return { id, name, isBackedUp, isSecondFactorOnly, createdAt, lastUsedAt };
}
