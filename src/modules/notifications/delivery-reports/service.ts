import { system } from '#kernel/access.ts';
import { withoutTables, type Db, type Unit } from '#platform/database/port.ts';
import { notificationEvents } from '../contract.ts';
import type { NotificationsTables } from '../tables.ts';
import type { Sealing } from '../sealing.ts';
import { statusErrors } from './schemas.ts';
import type { Channel } from '../channels/port.ts';
import type { StatusReport, StatusRequest, StatusSource } from './sources.ts';
import { isUnderWay, settleReported } from './queries.ts';
import type { Suppressions } from './suppressions.ts';

const AGAIN_SECONDS = 5; // far longer than from a hand-over to its record
const OUR_ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

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
   * @throws `notifications.provider_not_found`, `notifications.report_unsigned`, `notifications.report_malformed`;
   * `notifications.report_early` when one of them is of a message that is still being sent: all may be reported again
   */
  async function receive(provider: string, request: StatusRequest): Promise<void> {
    const source = sources.find((one) => one.provider === provider);
    if (!source) throw statusErrors.providerNotFound({ provider });
    const reports = source.read(request, now());
    if (reports === null) throw statusErrors.reportUnsigned();
    if (reports.length === 0) return;
    const areEarly = await db.write(system('notifications'), async (unit) => {
      const early: boolean[] = [];
      for (const report of reports) early.push(await settle(unit, provider, report));
      return early;
    });
    if (areEarly.includes(true)) throw statusErrors.reportEarly({ retryAfterSeconds: AGAIN_SECONDS });
  }

  /** Answers whether it came too early. */
  async function settle(unit: Unit<NotificationsTables>, provider: string, report: StatusReport) {
    const { messageId, status, error, suppress } = report;
    const moved = await settleReported(unit.tx, provider, messageId, status);
    if (!moved) return isEarly(unit, messageId);
    if (moved.status === 'failed') unit.publish(notificationEvents.failed, { notificationId: moved.id });
    if (!suppress) return false;
    const address = sealing.open(moved.recipientSealed);
    await suppressions.add(withoutTables(unit), {
      channel: moved.channel as Channel, // what leaves the house has one of these
      address,
      reason: error.replaceAll(address, '…'),
      provider,
      notificationId: moved.id,
    });
    return false;
  }

  /** The provider was quicker than our commit: told of messages that we have named, as it is for e-mail. */
  async function isEarly({ tx }: Unit<NotificationsTables>, messageId: string): Promise<boolean> {
    const [id] = OUR_ID.exec(messageId) ?? [];
    return id !== undefined && (await isUnderWay(tx, id));
  }

  return { receive };
}

export type StatusService = ReturnType<typeof createStatus>;
