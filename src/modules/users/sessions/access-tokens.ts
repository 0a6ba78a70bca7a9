import { jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { newId } from '#kernel/id.ts';
import { createLru } from '#kernel/limits/lru.ts';
import { ACCESS_SECONDS, ALGORITHMS, type KeyRing, type SigningKeys } from './signing-keys.ts';

const CLIENT_ID = 'bonyan';
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const MAX_VERIFIED = 20_000; // verifying costs ten times as much as the rest of a request; about 15 MB

export interface AccessTokensNeeds {
  readonly signingKeys: Pick<SigningKeys, 'current'>;
  /** `iss` and `aud`: the public address of this installation. */
  readonly issuer: string;
  readonly now: () => Date;
}

interface Subject {
  readonly userId: string;
  readonly sessionId: string;
}

/** Access tokens: JWT per RFC 9068. They name user and session; permissions are looked up. */
export function createAccessTokens({ signingKeys, issuer, now }: AccessTokensNeeds) {
  const verified = createLru<Subject & { expiresMs: number; kid: string }>(MAX_VERIFIED);

  /** `claims`: own fields of the person, as they are now. */
  async function issue({ userId, sessionId }: Subject, claims: JWTPayload = {}): Promise<string> {
    const at = now().getTime();
    const { signing } = await signingKeys.current();
    const signer = signing.find(({ fromMs }) => fromMs <= at) ?? signing.at(-1); // a clock that was set back
    if (!signer) throw new Error('there is no signing key');
    const seconds = Math.floor(at / 1000);
    return new SignJWT({ ...claims, sid: sessionId, client_id: CLIENT_ID })
      .setProtectedHeader({ alg: signer.alg, typ: 'at+jwt', kid: signer.kid })
      .setIssuer(issuer)
      .setAudience(issuer)
      .setSubject(userId)
      .setJti(newId())
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + ACCESS_SECONDS)
      .sign(signer.key);
  }

  /**
   * Null for a token that is not ours, was changed, has expired, or was signed by a key that is no longer in use.
   * Synchronous for one that was verified before.
   */
  function verify(token: string): Subject | null | Promise<Subject | null> {
    if (!verified.has(token) && !JWT.test(token)) return null;
    const keys = signingKeys.current();
    return keys instanceof Promise ? keys.then((ring) => verifyBy(ring, token)) : verifyBy(keys, token);
  }

  function verifyBy({ verifying }: KeyRing, token: string): Subject | null | Promise<Subject | null> {
    const known = verified.get(token);
    if (!known) return verifyAnew(verifying, token);
    return known.expiresMs > now().getTime() && verifying.has(known.kid) ? known : null;
  }

  async function verifyAnew(verifying: KeyRing['verifying'], token: string): Promise<Subject | null> {
    try {
      // The key is found by `kid` among our own: keys in a header (`jwk`, `jku`, `x5c`) are ignored.
      const { payload, protectedHeader } = await jwtVerify(token, ({ kid }) => keyOf(verifying, kid), {
        algorithms: [...ALGORITHMS],
        typ: 'at+jwt',
        issuer,
        audience: issuer,
        requiredClaims: ['sub', 'sid', 'exp', 'iat', 'jti'],
        currentDate: now(),
      });
      const subject = {
        userId: String(payload.sub),
        sessionId: String(payload['sid']),
        expiresMs: Number(payload.exp) * 1000,
        kid: String(protectedHeader.kid),
      };
      verified.set(token, subject);
      return subject;
    } catch {
      return null; // every invalid token gets the same refusal
    }
  }

  return { issue, verify };
}

export type AccessTokens = ReturnType<typeof createAccessTokens>;

function keyOf(verifying: KeyRing['verifying'], kid: string | undefined) {
  const key = verifying.get(kid ?? '');
  if (!key) throw new Error('unknown key');
  return key;
}
