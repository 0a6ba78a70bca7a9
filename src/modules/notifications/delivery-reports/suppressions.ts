import { system, type Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { withoutTables, withTables, type AnyUnit, type Db } from '#platform/database/port.ts';
import { deliveryReportErrors } from '../contract.ts';
import type { NotificationsTables } from '../tables.ts';
import type { MessageSealing } from '../sealing.ts';
import type { SuppressionQuery } from './schemas.ts';
import type { ProviderChannel, Channels } from '../channels/port.ts';
import * as queries from './queries.ts';

export interface SuppressedAddress {
  readonly channel: ProviderChannel;
  readonly address: string;
  readonly reason: string;
  readonly provider: string;
  readonly notificationId: string;
}

/**
 * Suppressed addresses: the provider said that they do not exist. Security messages are suppressed too: nobody would
 * receive them, and mail servers treat senders to addresses that do not exist as spammers. A person's new address is
 * not suppressed.
 */
export function createSuppressions({ db, sealing }: { db: Db<NotificationsTables>; sealing: MessageSealing }) {
  /** Part of the caller's unit. Idempotent. */
  function add(unit: AnyUnit, { address, ...row }: SuppressedAddress): Promise<void> {
    const { tx } = withTables<NotificationsTables>(unit);
    return queries.insertSuppression(tx, { ...row, id: newId(), addressHash: sealing.hash(address) });
  }

  const list = (query: SuppressionQuery) => queries.listSuppressions(db.read, query);

  /** The next message is sent again. @throws `notifications.suppression_not_found` */
  function lift(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async ({ tx, audit }) => {
      const lifted = await queries.deleteSuppression(tx, id);
      if (!lifted) throw deliveryReportErrors.suppressionNotFound({ id });
      const { channel, reason, provider, notificationId } = lifted;
      audit({
        action: 'notifications.suppression_lifted',
        resourceType: 'suppression',
        resourceId: id,
        payload: { before: { channel, reason, provider, notificationId } },
      });
    });
  }

  /**
   * The same channels, which also suppress addresses that do not exist according to a provider. Attempts check
   * suppressions elsewhere.
   */
  function recordBounces(channels: Channels): Channels {
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
    recordBounces,
    /** Deletes the suppressions of one person, before as many of their oldest messages are deleted. */
    removeSomeOf: (unit: AnyUnit, userId: string, messages: number) =>
      queries.deleteSuppressionsOf(withTables<NotificationsTables>(unit).tx, userId, messages),
  };
}

export type Suppressions = ReturnType<typeof createSuppressions>;
