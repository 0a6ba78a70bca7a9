import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { system, type Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { Caller } from '#platform/http/port.ts';
import { authorizationErrors } from '#modules/authorization/contract.ts';
import { deleteApiKey, findApiKey, findUsableKey, insertApiKey, listApiKeys, touchApiKey } from './queries.ts';
import type { ApiKey, CreatedApiKey, NewApiKey } from './schemas.ts';
import { userErrors } from '../contract.ts';
import type { OwnUnit, UsersNeeds } from '../needs.ts';
import { lockUser } from '../queries.ts';

export const API_KEY_SCHEME = 'Bearer bny_';
const TOPIC = 'users.api_key';
const FORM = /^bny_([a-z0-9]{12})_[\w-]{43}$/;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const PREFIX_LENGTH = 12; // 62 bits: two keys never meet
const SECRET_BYTES = 32;
const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 90;
const MOST_DAYS = 366;
const MOST_KEYS = 50; // of one person
const USE_NOTED_MS = 5 * 60_000; // a key in steady use costs one small write in that time
const USES_REMEMBERED = 10_000;

/**
 * Keys for machines, which act on behalf of their owner within their scopes: what a key may do is what it was made for
 * *and* what its owner holds at that moment. They cannot touch the account itself: routes for `user` refuse them.
 */
export function createApiKeys({
  db,
  authorization,
  freshness,
  now,
}: Pick<UsersNeeds, 'db' | 'authorization' | 'freshness' | 'now'>) {
  const usable = freshness.remember(TOPIC, async (prefix) => {
    const row = await findUsableKey(db.read, prefix, now().toISOString());
    return row ? { ...row, scopes: new Set(row.scopes), endsMs: Date.parse(row.expiresAt) } : null;
  });
  type Usable = { id: string; userId: string; hash: Buffer; scopes: ReadonlySet<string>; endsMs: number };
  const noted = new LRUCache<string, number>({ max: USES_REMEMBERED });

  /** Null for what is no key, and for one that was revoked, has expired, or whose owner may not work. */
  function authenticate(header: string): Caller | null | Promise<Caller | null> {
    const key = header.slice('Bearer '.length);
    const prefix = FORM.exec(key)?.[1];
    if (prefix === undefined) return null;
    const found = usable.get(prefix);
    return found instanceof Promise ? found.then((row) => check(row, key)) : check(found, key);
  }

  function check(row: Usable | null, key: string): Caller | null {
    if (!row || row.endsMs <= now().getTime() || !timingSafeEqual(row.hash, hashOf(key))) return null;
    noteUse(row.id);
    return { type: 'apiKey', id: row.userId, sessionId: null, key: { id: row.id, scopes: row.scopes } };
  }

  /** Nobody waits for it, and a note that fails is made up by the next. */
  function noteUse(id: string): void {
    const at = now();
    if (at.getTime() - (noted.get(id) ?? 0) < USE_NOTED_MS) return;
    noted.set(id, at.getTime());
    db.write(system('users'), ({ tx }) => touchApiKey(tx, id, at.toISOString())).catch(() => noted.delete(id));
  }

  /**
   * @throws `authorization.permission_unknown`, `authorization.exceeds_own`, `users.api_key_expiry_invalid`,
   * `users.api_keys_too_many`
   */
  async function create(actor: Actor, { name, scopes, expiresAt }: NewApiKey): Promise<CreatedApiKey> {
    const at = now();
    const endsAt = expiresAt === undefined ? new Date(at.getTime() + DEFAULT_DAYS * DAY_MS) : new Date(expiresAt);
    if (endsAt <= at || endsAt.getTime() > at.getTime() + MOST_DAYS * DAY_MS)
      throw userErrors.apiKeyExpiryInvalid({ mostDays: MOST_DAYS });
    const beyond = scopes.filter((code) => !actor.permissions.has(code));
    const unknown = beyond.length > 0 ? await authorization.unknownPermissions(beyond) : [];
    if (unknown.length > 0) throw authorizationErrors.permissionUnknown({ permissions: unknown });
    if (beyond.length > 0) throw authorizationErrors.exceedsOwn({ permissions: beyond });
    const prefix = Array.from(randomBytes(PREFIX_LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
    const key = `bny_${prefix}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
    const made: ApiKey = {
      id: newId(),
      name,
      prefix,
      scopes: scopes.toSorted(),
      createdAt: at.toISOString(),
      expiresAt: endsAt.toISOString(),
      lastUsedAt: null,
    };
    return db.write(actor, async ({ tx, audit }) => {
      await lockUser(tx, { id: actor.id }); // two that are made at once are counted one after the other
      if ((await listApiKeys(tx, actor.id)).length >= MOST_KEYS) throw userErrors.apiKeysTooMany({ most: MOST_KEYS });
      await insertApiKey(tx, { ...made, userId: actor.id, hash: hashOf(key) });
      const after = { prefix, scopes: made.scopes, expiresAt: made.expiresAt };
      audit({
        action: 'users.api_key_created',
        resourceType: 'apiKey',
        resourceId: made.id,
        subjectId: actor.id,
        payload: { after },
      });
      return { ...made, key };
    });
  }

  /** Holds on the next request everywhere. @throws `users.api_key_not_found`, also for somebody else's */
  function revoke(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async ({ tx, audit, invalidate }) => {
      const gone = await deleteApiKey(tx, actor.id, id);
      if (!gone) throw userErrors.apiKeyNotFound({ id });
      invalidate(TOPIC, gone.prefix);
      audit({
        action: 'users.api_key_revoked',
        resourceType: 'apiKey',
        resourceId: id,
        subjectId: actor.id,
        payload: { before: gone },
      });
    });
  }

  async function get(actor: Actor, id: string): Promise<ApiKey> {
    const found = await findApiKey(db.read, actor.id, id);
    if (!found) throw userErrors.apiKeyNotFound({ id });
    return found;
  }

  return {
    authenticate,
    create,
    revoke,
    get,
    list: (actor: Actor) => listApiKeys(db.read, actor.id),
    /** Part of the caller's unit: whether the owner may work has changed. */
    async reconsider({ tx, invalidate }: OwnUnit, userId: string): Promise<void> {
      for (const { prefix } of await listApiKeys(tx, userId)) invalidate(TOPIC, prefix);
    },
  };
}

export type ApiKeys = ReturnType<typeof createApiKeys>;

/** A fast hash is enough: 256 random bits cannot be guessed, and a key that lies here outlives the application secret. */
function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
