import { timingSafeEqual } from 'node:crypto';
import { anonymous, type Origin } from '#kernel/access.ts';
import { createLinks } from '#kernel/links.ts';
import type { Db } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import { notificationErrors, type Category, type Channel } from '../contract.ts';
import { findPreference, findRecipientByEmail, insertOptOut, upsertPreference } from './queries.ts';
import { UNSUBSCRIBE_PURPOSE } from '../secrets.ts';
import type { NotificationsTables, NotificationsWriter } from '../tables.ts';

const MAC_BYTES = 16; // cannot be guessed, and keeps the link short

/** What a link declines, and for whom: a person by id, or an address by its keyed hash. */
type Declined = { category: Category; channel: Channel } & ({ userId: string } | { hash: string });

export interface UnsubscribeNeeds {
  readonly db: Db<NotificationsTables>;
  readonly keys: Keys;
  readonly publicUrl: string;
}

/**
 * One-click links (RFC 8058): signed, for one person, one category and one channel; they work without sign-in and never
 * expire.
 */
export function createUnsubscribe({ db, keys, publicUrl }: UnsubscribeNeeds) {
  const sign = (payload: string) => keys.mac(UNSUBSCRIBE_PURPOSE, payload).subarray(0, MAC_BYTES);

  /** Null for messages that cannot be declined, or need no link. */
  function link(to: { userId: string | null; hash: Buffer; category: Category; channel: Channel }): string | null {
    const { userId, hash, category, channel } = to;
    if (category !== 'product' || channel !== 'email') return null;
    const who = userId === null ? { hash: hash.toString('base64url') } : { userId };
    const payload = Buffer.from(JSON.stringify({ ...who, category, channel } satisfies Declined)).toString('base64url');
    const token = `${payload}.${sign(payload).toString('base64url')}`;
    return createLinks(publicUrl).absolute(`/api/v1/notifications/unsubscribe?token=${token}`);
  }

  /** @throws `notifications.unsubscribe_invalid` */
  function parse(token: string): Declined {
    const [payload = '', mac = ''] = token.split('.');
    const given = Buffer.from(mac, 'base64url');
    const right = sign(payload);
    if (given.length !== right.length || !timingSafeEqual(given, right)) throw notificationErrors.unsubscribeInvalid();
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Declined; // the signature shows that we wrote it
  }

  /** Idempotent. @throws `notifications.unsubscribe_invalid` */
  async function decline(origin: Origin, token: string): Promise<void> {
    const declined = parse(token);
    const { category, channel } = declined;
    await db.write(anonymous(origin), async ({ tx }) => {
      if ('hash' in declined) await insertOptOut(tx, Buffer.from(declined.hash, 'base64url'), category);
      const userId = 'hash' in declined ? await personAt(tx, declined.hash) : declined.userId;
      if (userId === null) return;
      const digestMinutes = (await findPreference(tx, userId, category, channel))?.digestMinutes ?? null;
      await upsertPreference(tx, { userId, category, channel, wanted: false, digestMinutes }, true);
    });
  }

  return { link, parse, decline };
}

/** The account that has registered with the address since the link was sent. */
async function personAt(tx: NotificationsWriter, hash: string): Promise<string | null> {
  return (await findRecipientByEmail(tx, Buffer.from(hash, 'base64url')))?.userId ?? null;
}

export type Unsubscribe = ReturnType<typeof createUnsubscribe>;
