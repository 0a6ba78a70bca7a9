import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { orThrow, type Problem } from '#kernel/problem.ts';
import type { Challenge, Challenges } from '../challenges/service.ts';
import { userErrors } from '../contract.ts';
import { toDevice } from '../user-agent.ts';
import type { FactorNews } from './notices.ts';
import {
  deletePasskey,
  findPasskey,
  insertPasskey,
  listPasskeys,
  lockPasskey,
  updatePasskey,
  type Passkey as Row,
} from './queries.ts';
import type { NewPasskey, Passkey, PasskeyAnswer, PasskeyStart, PasskeyToRegister } from './schemas.ts';
import { CHALLENGE_MINUTES } from './second-factors.ts';
import type { OwnUnit, UsersNeeds } from '../needs.ts';
import { findUser, lockUser } from '../queries.ts';
import type { RecoveryCodes } from './recovery-codes.ts';
import { requireWayIn } from './last-credential.ts';

/** Loaded with the first passkey: the package takes 25 MB of a process that may never see one. */
const webauthn = () => import('@simplewebauthn/server');

const TIMEOUT_MS = CHALLENGE_MINUTES * 60_000;
const ALGORITHMS = [-8, -7, -257]; // COSE's names of EdDSA, ES256 and RS256; every authenticator knows one of them
const MOST = 20; // of one account; a person has a few devices

export interface PasskeysNeeds extends Pick<UsersNeeds, 'db' | 'now' | 'publicUrl' | 'providers'> {
  readonly challenges: Challenges;
  readonly news: FactorNews;
  readonly recoveryCodes: Pick<RecoveryCodes, 'makeFirst' | 'dropUnneeded'>;
}

/** A signature that is right; what it is good for is settled in the unit that uses the challenge up. */
export interface Asserted {
  readonly passkey: Row;
  readonly challengeToken: string;
  readonly challenge: Challenge<'mfa' | 'passkeySignIn'>;
  readonly counter: number;
  readonly isBackedUp: boolean;
}

/** Passkeys (WebAuthn), always with the person verified: two factors in one, and a second one beside the password. */
export function createPasskeys({ db, now, publicUrl, providers, challenges, news, recoveryCodes }: PasskeysNeeds) {
  const { hostname: rpID, origin } = new URL(publicUrl);

  async function startRegistration(actor: Actor) {
    const user = await findUser(db.read, { id: actor.id });
    if (!user) throw userErrors.passkeyInvalid(); // deleted in this very moment
    const existing = await listPasskeys(db.read, user.id);
    const options = await (
      await webauthn()
    ).generateRegistrationOptions({
      rpName: rpID,
      rpID,
      userID: Uint8Array.from(Buffer.from(user.id)),
      userName: user.email,
      userDisplayName: `${user.firstName} ${user.lastName}`,
      timeout: TIMEOUT_MS,
      supportedAlgorithmIDs: ALGORITHMS,
      excludeCredentials: existing.map(({ credentialId: id, transports }) => ({ id, transports })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    const challenge = { kind: 'passkeyRegistration', userId: user.id, data: { passkey: options.challenge } } as const;
    const challengeToken = await begin(actor, challenge);
    return { challengeToken, options };
  }

  function begin(actor: Actor, challenge: Challenge<'passkeyRegistration' | 'passkeySignIn'>): Promise<string> {
    return db.write(actor, ({ tx }) => challenges.create(tx, { ...challenge, minutes: CHALLENGE_MINUTES }));
  }

  /** @throws `users.challenge_invalid`, `users.passkey_invalid`, `users.factor_exists` for a credential that is known */
  async function finishRegistration(actor: Actor, input: PasskeyToRegister): Promise<NewPasskey> {
    const { challengeToken, name = toDevice(actor.origin.userAgent) } = input;
    const begun = await challenges.find(db.read, challengeToken, 'passkeyRegistration');
    if (!begun || begun.userId !== actor.id) throw userErrors.challengeInvalid();
    const { credential, credentialBackedUp } = await verifyRegistration(input, begun.data.passkey);
    return db.write(actor, async (unit) => {
      const user = await lockUser(unit.tx, { id: actor.id });
      const taken = user && (await challenges.take(unit.tx, challengeToken, 'passkeyRegistration'));
      if (!taken) throw userErrors.challengeInvalid();
      if ((await listPasskeys(unit.tx, user.id)).length >= MOST) throw userErrors.factorExists({ most: MOST });
      const row: Row = {
        id: newId(),
        userId: user.id,
        credentialId: credential.id,
        publicKey: Buffer.from(credential.publicKey),
        counter: credential.counter,
        transports: credential.transports ?? [],
        isBackedUp: credentialBackedUp,
        name,
        createdAt: now().toISOString(),
        lastUsedAt: null,
      };
      if (!(await insertPasskey(unit.tx, row))) throw userErrors.factorExists();
      await news.tell(unit, user.id, 'passkey', 'added', { name });
      return { ...toPasskey(row), recoveryCodes: await recoveryCodes.makeFirst(unit, user.id) };
    });
  }

  async function verifyRegistration({ credential }: PasskeyToRegister, expectedChallenge: string) {
    try {
      const { registrationInfo } = await (
        await webauthn()
      ).verifyRegistrationResponse({
        response: credential,
        expectedChallenge,
        expectedOrigin: origin,
        expectedRPID: rpID,
        supportedAlgorithmIDs: ALGORITHMS,
        requireUserVerification: true,
      });
      if (registrationInfo) return registrationInfo;
    } catch {
      // whatever is wrong with it, it registers nothing
    }
    throw userErrors.passkeyInvalid();
  }

  /**
   * Of a sign-in that waits for its second factor, of a signed-in user who proves themselves again, or of whoever
   * comes: then the browser offers what passkeys it has. @throws `users.challenge_invalid`
   */
  async function startSignIn(actor: Actor, { challengeToken }: PasskeyStart) {
    const waiting = challengeToken === undefined ? null : await challenges.find(db.read, challengeToken, 'mfa');
    if (challengeToken !== undefined && !waiting) throw userErrors.challengeInvalid();
    const userId = waiting?.userId ?? (actor.type === 'user' ? actor.id : null);
    const known = userId === null ? [] : await listPasskeys(db.read, userId);
    const allowCredentials = known.map(({ credentialId: id, transports }) => ({ id, transports }));
    const options = await (
      await webauthn()
    ).generateAuthenticationOptions({
      rpID,
      allowCredentials,
      timeout: TIMEOUT_MS,
      userVerification: 'required',
    });
    const { challenge: passkey } = options;
    if (challengeToken === undefined)
      return { challengeToken: await begin(actor, { kind: 'passkeySignIn', userId, data: { passkey } }), options };
    await db.write(actor, ({ tx }) => challenges.update(tx, challengeToken, { passkey }));
    return { challengeToken, options };
  }

  /** Judges the signature, outside any transaction. @throws `users.challenge_invalid`, `users.passkey_invalid` */
  async function verify({ challengeToken, credential }: PasskeyAnswer): Promise<Asserted> {
    const challenge = await challenges.find(db.read, challengeToken, 'mfa', 'passkeySignIn');
    if (!challenge || challenge.data.passkey === null) throw userErrors.challengeInvalid();
    const passkey = await findPasskey(db.read, credential.id);
    if (!passkey || (challenge.userId !== null && challenge.userId !== passkey.userId))
      throw userErrors.passkeyInvalid();
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
        // Not the stored counter: `accept` compares it, where two uses of one value come one after another.
        credential: { id: passkey.credentialId, publicKey: Uint8Array.from(passkey.publicKey), counter: 0 },
        requireUserVerification: true,
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
      // whatever is wrong with it, it opens nothing
    }
    throw userErrors.passkeyInvalid();
  }

  /**
   * Part of the caller's unit, which holds the account's row: uses the challenge up. A counter that does not grow means
   * that somebody has copied the key; the owner is told, and the caller must let its unit commit.
   */
  async function accept(unit: OwnUnit, asserted: Asserted): Promise<Problem | null> {
    const { challengeToken, challenge, counter, isBackedUp } = asserted;
    if (!(await challenges.take(unit.tx, challengeToken, challenge.kind))) return userErrors.challengeInvalid();
    const passkey = await lockPasskey(unit.tx, asserted.passkey.id);
    if (!passkey) return userErrors.passkeyInvalid(); // removed meanwhile
    if ((counter > 0 || passkey.counter > 0) && counter <= passkey.counter) {
      await news.tell(unit, passkey.userId, 'passkey', 'refused', { name: passkey.name });
      return userErrors.passkeyInvalid();
    }
    await updatePasskey(unit.tx, passkey.id, { counter, isBackedUp, lastUsedAt: now().toISOString() });
    return null;
  }

  async function list(actor: Actor): Promise<Passkey[]> {
    return (await listPasskeys(db.read, actor.id)).map(toPasskey);
  }

  /** @throws `users.passkey_not_found`, also for somebody else's; `users.last_way_in` */
  async function remove(actor: Actor, id: string): Promise<void> {
    const refusal = await db.write(actor, async (unit) => {
      const user = await lockUser(unit.tx, { id: actor.id });
      const removed = await deletePasskey(unit.tx, actor.id, id);
      if (!removed) return userErrors.passkeyNotFound({ id });
      if (user) await requireWayIn(unit.tx, user, providers);
      await recoveryCodes.dropUnneeded(unit, actor.id);
      await news.tell(unit, actor.id, 'passkey', 'removed', { name: removed.name });
      return undefined;
    });
    orThrow(refusal);
  }

  return { startRegistration, finishRegistration, startSignIn, verify, accept, list, remove };
}

export type Passkeys = ReturnType<typeof createPasskeys>;

function toPasskey({ id, name, isBackedUp, createdAt, lastUsedAt }: Row): Passkey {
  return { id, name, isBackedUp, createdAt, lastUsedAt };
}
