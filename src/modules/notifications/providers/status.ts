import { system } from '#kernel/access.ts';
import { withoutTables, type Db, type Unit } from '#platform/database/port.ts';
import { notificationEvents } from '../contract.ts';
import type { NotificationsTables } from '../rows.ts';
import type { Sealing } from '../sealing.ts';
import { statusErrors } from '../suppression-contract.ts';
import type { Channel } from './port.ts';
import type { StatusReport, StatusRequest, StatusSource } from './status-sources.ts';
import { settleReported } from './suppression-queries.ts';
import type { Suppressions } from './suppressions.ts';

export interface StatusNeeds {
  readonly db: Db<NotificationsTables>;
  readonly sealing: Sealing;
  readonly sources: readonly StatusSource[];
  readonly suppressions: Suppressions;
  readonly now: () => Date;
}

/** Takes what providers report of messages that they have taken. */
export function createStatus({ db, sealing, sources, suppressions, now }: StatusNeeds) {
  /**
   * A message moves on once, from `sent`; so a replay changes nothing, and what nobody knows is passed over in silence.
   * @throws `notifications.provider_not_found`, `notifications.report_unsigned`, `notifications.report_malformed`
   */
  async function receive(provider: string, request: StatusRequest): Promise<void> {
    const source = sources.find((one) => one.provider === provider);
    if (!source) throw statusErrors.providerNotFound({ provider });
    const reports = source.read(request, now());
    if (reports === null) throw statusErrors.reportUnsigned();
    if (reports.length === 0) return;
    await db.write(system('notifications'), async (unit) => {
      for (const report of reports) await settle(unit, provider, report);
    });
  }

  async function settle(unit: Unit<NotificationsTables>, provider: string, report: StatusReport): Promise<void> {
    const { messageId, status, error, suppress } = report;
    const moved = await settleReported(unit.tx, provider, messageId, status);
    if (!moved) return;
    if (status === 'failed') unit.publish(notificationEvents.failed, { notificationId: moved.id });
    if (!suppress) return;
    const address = sealing.open(moved.recipientSealed);
    await suppressions.add(withoutTables(unit), {
      channel: moved.channel as Channel, // what leaves the house has one of these
      address,
      reason: error.replaceAll(address, '…'),
      provider,
      notificationId: moved.id,
    });
  }

  return { receive };
}

export type StatusService = ReturnType<typeof createStatus>;
