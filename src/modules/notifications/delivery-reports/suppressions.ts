import { system, type Actor } from '#kernel/access.ts';
import { newId, UUID_PATTERN } from '#kernel/id.ts';
import { toPage, toPaging } from '#kernel/page.ts';
import { withoutTables, withTables, type AnyUnit, type Db } from '#platform/database/port.ts';
import type { NotificationsTables } from '../tables.ts';
import type { Sealing } from '../sealing.ts';
import { statusErrors, type SuppressionQuery } from './schemas.ts';
import type { Channel, Channels } from '../channels/port.ts';
import * as queries from './queries.ts';

const ORDER = 'createdAt:desc';

export interface Suppressed {
  readonly channel: Channel;
  readonly address: string;
  readonly reason: string;
  readonly provider: string;
  readonly notificationId: string;
}

/**
 * Addresses that are dead. Security messages are no exception: there is nobody who would receive them, and whoever
 * sends to dead addresses is soon taken for a spammer. A person's new address is another one, and not suppressed.
 */
export function createSuppressions({ db, sealing }: { db: Db<NotificationsTables>; sealing: Sealing }) {
  /** As part of the caller's unit. Doing it twice is doing it once. */
  function add(unit: AnyUnit, { address, ...row }: Suppressed): Promise<void> {
    const { tx } = withTables<NotificationsTables>(unit);
    return queries.insertSuppression(tx, { ...row, id: newId(), addressHash: sealing.hash(address) });
  }

  async function list({ channel, ...query }: SuppressionQuery) {
    const paging = toPaging(query, ORDER, (text) => UUID_PATTERN.test(text));
    return toPage(await queries.listSuppressions(db.read, channel, paging), paging, ORDER, ({ id }) => id);
  }

  /** The next message goes out again. @throws `notifications.suppression_not_found` */
  function lift(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async ({ tx, audit }) => {
      const lifted = await queries.deleteSuppression(tx, id);
      if (!lifted) throw statusErrors.suppressionNotFound({ id });
      const { channel, reason, provider, notificationId } = lifted;
      audit({
        action: 'notifications.suppression_lifted',
        resourceType: 'suppression',
        resourceId: id,
        payload: { before: { channel, reason, provider, notificationId } },
      });
    });
  }

  /** The same channels: what turns out to be dead is suppressed. What is suppressed is found out when an attempt begins. */
  function guard(channels: Channels): Channels {
    return {
      ...channels,
      async send(message, signal) {
        const { id: notificationId, channel, recipient: address } = message;
        const result = await channels.send(message, signal);
        if (result.outcome !== 'bounced' || !result.suppress) return result;
        const row = { channel, address, reason: result.error, provider: result.provider, notificationId };
        await db.write(system('notifications'), (unit) => add(withoutTables(unit), row));
        return result;
      },
    };
  }

  return {
    add,
    list,
    lift,
    guard,
    /** Of one person, while their messages are there. */
    forget: (unit: AnyUnit, userId: string) =>
      queries.deleteSuppressionsOf(withTables<NotificationsTables>(unit).tx, userId),
  };
}

export type Suppressions = ReturnType<typeof createSuppressions>;
