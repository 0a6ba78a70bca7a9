import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { system, type Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { createLru } from '#kernel/limits/lru.ts';
import { withoutTables } from '#platform/database/port.ts';
import { httpErrors, type Caller } from '#platform/http/port.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { userErrors, userEvents, userPermissions } from '../contract.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { lockOwn } from '../queries.ts';
import { occurrenceOf } from '../user-agent.ts';
import {
  deleteApiKey,
  deleteApiKeys,
  deleteImpersonations,
  findApiKey,
  findUsableKey,
  insertApiKey,
  listApiKeys,
  listPrefixes,
  touchApiKey,
  type EndedKey,
  type WhichImpersonations,
} from './queries.ts';
import type { ApiKeyRow } from '../tables.ts';
import type { ApiKey, CreatedApiKey, NewApiKey } from './schemas.ts';

export const API_KEY_PREFIX = 'bny_';
const TOPIC = 'users.api_key';
const FORM = /^bny_([a-z0-9]{12})_[\w-]{43}$/;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const PREFIX_LENGTH = 12; // 62 bits: two keys never have the same prefix
const SECRET_BYTES = 32;
const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 90;
const MAX_DAYS = 366;
const MAX_KEYS = 50; // of one user
const OWN = { impersonatorId: null, reason: null };
const IMPERSONATION = 'support';
const USE_RECORDED_MS = 5 * 60_000; // a key in constant use costs one small write in that time
const MAX_RECORDED = 10_000;

/**
 * API keys, with which programs act on behalf of the owner. A key may do what its scopes *and* the current permissions of
 * its owner allow. It has no access to the account itself: routes for `user` refuse it.
 */
export function createApiKeys({
  db,
  authorization,
  notifications,
  decisionCache,
  now,
}: Pick<UsersNeeds, 'db' | 'authorization' | 'notifications' | 'decisionCache' | 'now'>) {
  const usable = decisionCache.forTopic(TOPIC, async (prefix) => {
    const row = await findUsableKey(db.read, { prefix }, now().toISOString());
    return row ? { ...row, scopes: new Set(row.scopes), endsMs: Date.parse(row.expiresAt) } : null;
  });
  type Usable = Pick<ApiKeyRow, 'id' | 'userId' | 'hash' | 'impersonatorId'> & {
    scopes: ReadonlySet<string>;
    endsMs: number;
  };
  const recorded = createLru<number>(MAX_RECORDED);

  /** Null for an invalid key, and for one that was revoked, has expired, or whose owner is not active. */
  function authenticate(key: string): Caller | null | Promise<Caller | null> {
    const prefix = FORM.exec(key)?.[1];
    if (prefix === undefined) return null;
    const found = usable.get(prefix);
    return found instanceof Promise ? found.then((row) => check(row, key)) : check(found, key);
  }

  function check(row: Usable | null, key: string): Caller | null | Promise<Caller | null> {
    if (!row || row.endsMs <= now().getTime() || !timingSafeEqual(row.hash, hashOf(key))) return null;
    recordUse(row.id);
    return toCaller(row);
  }

  /** Who uses the key with this id; null as in `authenticate`. */
  async function callerOf(id: string): Promise<Caller | null> {
    const at = now();
    const row = await findUsableKey(db.read, { id }, at.toISOString());
    return row && new Date(row.expiresAt) > at ? toCaller({ ...row, scopes: new Set(row.scopes) }) : null;
  }

  function toCaller(row: Pick<Usable, 'id' | 'userId' | 'scopes' | 'impersonatorId'>) {
    const { id, userId, scopes, impersonatorId } = row;
    if (impersonatorId !== null) return toImpersonator({ ...row, impersonatorId });
    return { type: 'apiKey', id: userId, sessionId: null, key: { id, scopes } } as const;
  }

  /**
   * Null while who acts on behalf of the person may not do so, or lacks a permission that the person has: asked with each
   * request, of cached decisions. It never gives them more than they hold.
   */
  async function toImpersonator({
    id,
    userId,
    scopes,
    impersonatorId,
  }: Pick<Usable, 'id' | 'userId' | 'scopes'> & { impersonatorId: string }): Promise<Caller | null> {
    const held = await authorization.permissionsOf({ type: 'user', id: impersonatorId, sessionId: null });
    if (!held.has(userPermissions.impersonate.code)) return null;
    const ofPerson = await authorization.permissionsOf({ type: 'user', id: userId, sessionId: null });
    if ([...ofPerson].some((code) => !held.has(code))) return null;
    const kept = new Set([...scopes].filter((code) => held.has(code)));
    return { type: 'apiKey', id: userId, sessionId: null, key: { id, scopes: kept, impersonatorId } };
  }

  /** In the background; after a failure the next use is recorded instead. */
  function recordUse(id: string): void {
    const at = now();
    if (at.getTime() - (recorded.get(id) ?? 0) < USE_RECORDED_MS) return;
    recorded.set(id, at.getTime());
    db.write(system('users'), ({ tx }) => touchApiKey(tx, id, at.toISOString())).catch(() => recorded.delete(id));
  }

  /**
   * @throws `authorization.permission_unknown`, `authorization.exceeds_own`, `users.api_key_expiry_invalid`,
   * `users.api_keys_too_many`
   */
  async function create(actor: Actor, { name, scopes, expiresAt }: NewApiKey): Promise<CreatedApiKey> {
    const at = now();
    const endsAt = expiresAt === undefined ? new Date(at.getTime() + DEFAULT_DAYS * DAY_MS) : new Date(expiresAt);
    if (endsAt <= at || endsAt.getTime() > at.getTime() + MAX_DAYS * DAY_MS)
      throw userErrors.apiKeyExpiryInvalid({ mostDays: MAX_DAYS });
    const beyond = scopes.filter((code) => !actor.permissions.has(code));
    const unknown = beyond.length > 0 ? await authorization.unknownPermissions(beyond) : [];
    if (unknown.length > 0) throw authorizationErrors.permissionUnknown({ permissions: unknown });
    if (beyond.length > 0) throw authorizationErrors.exceedsOwn({ permissions: beyond });
    const { prefix, key } = newKey();
    const made: Omit<ApiKey, 'impersonatorName'> = {
      id: newId(),
      name,
      prefix,
      scopes: scopes.toSorted(),
      createdAt: at.toISOString(),
      expiresAt: endsAt.toISOString(),
      lastUsedAt: null,
      ...OWN,
    };
    return db.write(actor, async (unit) => {
      const { tx, audit } = unit;
      const user = await lockOwn(tx, actor); // concurrent calls are counted one after another
      if (!user) throw httpErrors.notSignedIn(); // meanwhile
      const own = (await listApiKeys(tx, actor.id)).filter(({ impersonatorId }) => impersonatorId === null);
      if (own.length >= MAX_KEYS) throw userErrors.apiKeysTooMany({ most: MAX_KEYS });
      await insertApiKey(tx, { ...made, impersonatorSessionId: null, userId: actor.id, hash: hashOf(key) });
      const after = { prefix, scopes: made.scopes, expiresAt: made.expiresAt };
      audit({
        action: 'users.api_key_created',
        resourceType: 'apiKey',
        resourceId: made.id,
        subjectId: actor.id,
        payload: { after },
      });
      await tell(unit, 'created', name);
      return { ...made, impersonatorName: null, key };
    });
  }

  /** Takes effect with the next request on every node. @throws `users.api_key_not_found`, also for somebody else's */
  function revoke(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async (unit) => {
      const deleted = await deleteApiKey(unit.tx, actor.id, id);
      if (!deleted) throw userErrors.apiKeyNotFound({ id });
      announceEnd(unit, deleted);
      if (deleted.impersonatorId === null) await tell(unit, 'revoked', deleted.name);
    });
  }

  /** A key is a credential: its owner is told of each change, by a message that cannot be declined. */
  async function tell(unit: UsersUnit, change: 'created' | 'revoked', name: string): Promise<void> {
    await notifications.send(withoutTables(unit), {
      template: 'users.api_key_changed',
      to: { userId: unit.actor.id },
      category: 'security',
      occurrence: occurrenceOf(unit, now()),
      variables: { change, name },
    });
  }

  /** Part of the caller's unit: revokes every key of the user. Answers how many there were. */
  async function revokeAll(unit: UsersUnit, userId: string): Promise<number> {
    const deleted = await deleteApiKeys(unit.tx, userId);
    for (const key of deleted) announceEnd(unit, key);
    return deleted.length;
  }

  /** Part of the caller's unit: a key with which its actor, in that session, acts on behalf of the user. */
  async function createImpersonation(
    unit: UsersUnit,
    {
      scopes,
      ...row
    }: Omit<ApiKeyRow, 'id' | 'prefix' | 'hash' | 'name' | 'createdAt' | 'lastUsedAt' | 'impersonatorId'>,
  ): Promise<{ id: string; key: string }> {
    const { prefix, key } = newKey();
    const id = newId();
    await insertApiKey(unit.tx, {
      ...row,
      id,
      prefix,
      hash: hashOf(key),
      name: IMPERSONATION,
      scopes: scopes.toSorted(),
      createdAt: now().toISOString(),
      lastUsedAt: null,
      impersonatorId: unit.actor.id,
    });
    return { id, key };
  }

  /** Part of the caller's unit: from then on these keys are refused on every node. Answers how many there were. */
  async function endImpersonations(unit: UsersUnit, which: WhichImpersonations): Promise<number> {
    const deleted = await deleteImpersonations(unit.tx, which);
    for (const key of deleted) announceEnd(unit, key);
    return deleted.length;
  }

  function announceEnd({ publish, audit, invalidate }: UsersUnit, key: EndedKey): void {
    const { id, userId, prefix, expiresAt, impersonatorId } = key;
    invalidate(TOPIC, prefix);
    const end = { resourceType: 'apiKey', resourceId: id, subjectId: userId, payload: { before: { prefix } } };
    if (impersonatorId === null) return audit({ action: 'users.api_key_revoked', ...end });
    if (new Date(expiresAt) <= now()) return; // it had ended
    publish(userEvents.impersonationEnded, { userId, impersonatorId });
    audit({ action: 'users.impersonation_ended', ...end });
  }

  async function get(actor: Actor, id: string): Promise<ApiKey> {
    const found = await findApiKey(db.read, actor.id, id);
    if (!found) throw userErrors.apiKeyNotFound({ id });
    return found;
  }

  return {
    authenticate,
    callerOf,
    create,
    revoke,
    revokeAll,
    createImpersonation,
    endImpersonations,
    get,
    list: (actor: Actor) => listApiKeys(db.read, actor.id),
    /** Part of the caller's unit, which has changed whether the owner is active. */
    async invalidate(unit: UsersUnit, userId: string): Promise<void> {
      for (const prefix of await listPrefixes(unit.tx, userId)) unit.invalidate(TOPIC, prefix);
    },
  };
}

export type ApiKeys = ReturnType<typeof createApiKeys>;

function newKey(): { prefix: string; key: string } {
  const prefix = Array.from(randomBytes(PREFIX_LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return { prefix, key: `bny_${prefix}_${randomBytes(SECRET_BYTES).toString('base64url')}` };
}

/** A fast hash is enough for 256 random bits. It is not keyed, so that keys outlive a change of the application secret. */
function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
