import { randomBytes } from 'node:crypto';
import { newId } from '#kernel/id.ts';
import { userEvents, type SignedInUser } from '../contract.ts';
import type { Devices } from '../devices/service.ts';
import type { MetadataService } from '../metadata/service.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { listFactors } from '../queries.ts';
import type { Tokens } from '../schemas.ts';
import type { SessionRow, UserRow } from '../tables.ts';
import { toDevice } from '../user-agent.ts';
import type { AccessTokens } from './access-tokens.ts';
import { insertSession } from './queries.ts';
import type { RefreshTokens } from './refresh-tokens.ts';
import { ACCESS_SECONDS } from './signing-keys.ts';

const DAY_MS = 86_400_000;
export const IDLE_MS = 14 * DAY_MS;
const ABSOLUTE_MS = 90 * DAY_MS;
const REVIEW_MS = 7 * DAY_MS;

type NewSession = SessionRow & { readonly deviceToken: string };
/** As the service makes them, before a token becomes a cookie. */
type IssuedTokens = Tokens & { refreshToken: string };

export interface SessionIssuerNeeds extends Pick<UsersNeeds, 'db' | 'authorization' | 'now'> {
  readonly devices: Pick<Devices, 'register'>;
  readonly accessTokens: Pick<AccessTokens, 'issue'>;
  readonly refreshTokens: Pick<RefreshTokens, 'toToken'>;
  readonly metadata: Pick<MetadataService, 'claimsOf'>;
}

/** Starts sessions, and makes the tokens of a session. */
export function createSessionIssuer(needs: SessionIssuerNeeds) {
  const { db, authorization, devices, accessTokens, refreshTokens, metadata, now } = needs;

  /** Part of the caller's unit, which has authenticated the user. */
  async function startSession(unit: UsersUnit, user: UserRow, deviceToken: string | null = null): Promise<NewSession> {
    const at = now();
    const { ip, userAgent } = unit.actor.origin;
    const session: SessionRow = {
      id: newId(),
      userId: user.id,
      secret: randomBytes(32),
      counter: 0,
      rotatedAt: at.toISOString(),
      createdAt: at.toISOString(),
      lastUsedAt: at.toISOString(),
      idleExpiresAt: new Date(at.getTime() + IDLE_MS).toISOString(),
      absoluteExpiresAt: new Date(at.getTime() + ABSOLUTE_MS).toISOString(),
      ip,
      device: toDevice(userAgent),
      provedAt: at.toISOString(),
      revokedAt: null,
      organisationId: null,
    };
    const registered = await devices.register(unit, user, deviceToken);
    await insertSession(unit.tx, session);
    unit.publish(userEvents.loggedIn, { userId: user.id, sessionId: session.id });
    unit.audit({
      action: 'users.logged_in',
      resourceType: 'user',
      resourceId: user.id,
      payload: { sessionId: session.id },
    });
    return { ...session, deviceToken: registered };
  }

  async function toTokens(
    user: UserRow,
    session: Pick<SessionRow, 'id' | 'secret' | 'counter' | 'absoluteExpiresAt' | 'organisationId'> & {
      deviceToken?: string;
    },
  ): Promise<IssuedTokens> {
    const refreshMs = Math.min(IDLE_MS, Date.parse(session.absoluteExpiresAt) - now().getTime());
    return {
      tokenType: 'Bearer',
      accessToken: await accessTokens.issue(
        { userId: user.id, sessionId: session.id },
        { ...(await metadata.claimsOf(user.id)), ...(await organisationClaims(user.id, session.organisationId)) },
      ),
      expiresIn: ACCESS_SECONDS,
      refreshToken: refreshTokens.toToken(session),
      refreshExpiresIn: Math.floor(refreshMs / 1000),
      ...(session.deviceToken !== undefined && { deviceToken: session.deviceToken, ...(await toReview(user)) }),
      user: await toSignedInUser(user),
    };
  }

  /** As they are now: the server itself asks at each request. */
  async function organisationClaims(userId: string, organisationId: string | null) {
    const membership = organisationId && (await authorization.organisations.membershipOf(userId, organisationId));
    return membership ? { org_id: organisationId, org_role: membership.role } : {};
  }

  /** What an intruder may have added before the owner reset the password. */
  async function toReview({ id, resetAt }: UserRow): Promise<Pick<Tokens, 'factorsToReview'>> {
    if (resetAt === null || now().getTime() - Date.parse(resetAt) >= REVIEW_MS) return {};
    const kept = (await listFactors(db.read, id)).filter(({ createdAt }) => createdAt < resetAt);
    return kept.length > 0 ? { factorsToReview: kept } : {};
  }

  async function toSignedInUser({ id, email, phone, firstName, lastName }: UserRow): Promise<SignedInUser> {
    const roles = await authorization.rolesOf([id]);
    return { id, email, phone, firstName, lastName, roles: roles.get(id) ?? [] };
  }

  return { startSession, toTokens, toSignedInUser };
}

export type SessionIssuer = ReturnType<typeof createSessionIssuer>;
