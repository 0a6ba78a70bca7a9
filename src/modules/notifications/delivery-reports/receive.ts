import { system } from '#kernel/access.ts';
import { withoutTables, type Db } from '#platform/database/port.ts';
import type { NotificationsTables, NotificationsUnit } from '../tables.ts';
import type { MessageSealing } from '../sealing.ts';
import { deliveryReportErrors, notificationEvents } from '../contract.ts';
import type { ProviderChannel } from '../channels/port.ts';
import type { StatusReport, StatusRequest, StatusSource } from './sources.ts';
import { isBeingSent, applyReport } from './queries.ts';
import type { Suppressions } from './suppressions.ts';

const AGAIN_SECONDS = 5; // far longer than recording an attempt takes
const OUR_ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

export interface ReportReceiverNeeds {
  readonly db: Db<NotificationsTables>;
  readonly sealing: MessageSealing;
  readonly sources: readonly StatusSource[];
  readonly suppressions: Suppressions;
  readonly now: () => Date;
}

/** Receives the reports of providers on the delivery of messages. */
export function createReportReceiver({ db, sealing, sources, suppressions, now }: ReportReceiverNeeds) {
  /**
   * A message changes its status once, from `sent`, so a replay changes nothing. Reports of unknown messages are
   * ignored.
   * @throws `notifications.provider_not_found`, `notifications.report_unsigned`, `notifications.report_malformed`;
   * `notifications.report_early` when one of them concerns a message that is still being sent: all may be sent again
   */
  async function receive(provider: string, request: StatusRequest): Promise<void> {
    const source = sources.find((one) => one.provider === provider);
    if (!source) throw deliveryReportErrors.providerNotFound({ provider });
    const reports = source.read(request, now());
    if (reports === null) throw deliveryReportErrors.reportUnsigned();
    if (reports.length === 0) return;
    const areEarly = await db.write(system('notifications'), async (unit) => {
      const early: boolean[] = [];
      for (const report of reports) early.push(await apply(unit, provider, report));
      return early;
    });
    if (areEarly.includes(true)) throw deliveryReportErrors.reportEarly({ retryAfterSeconds: AGAIN_SECONDS });
  }

  /** Answers whether the report came too early. */
  async function apply(unit: NotificationsUnit, provider: string, report: StatusReport) {
    const { messageId, status, error, suppress } = report;
    const moved = await applyReport(unit.tx, provider, messageId, status);
    if (!moved) return isEarly(unit, messageId);
    if (moved.status === 'failed') unit.publish(notificationEvents.failed, { notificationId: moved.id });
    if (!suppress) return false;
    const address = sealing.openRecipient(moved);
    await suppressions.add(withoutTables(unit), {
      channel: moved.channel as ProviderChannel, // an in-app message has no report
      address,
      reason: error.replaceAll(address, '…'),
      provider,
      notificationId: moved.id,
    });
    return false;
  }

  /** Whether the report came before our commit. Known only for message ids that we chose, as for e-mail. */
  async function isEarly({ tx }: NotificationsUnit, messageId: string): Promise<boolean> {
    const [id] = OUR_ID.exec(messageId) ?? [];
    return id !== undefined && (await isBeingSent(tx, id));
  }

  return { receive };
}

export type ReportReceiver = ReturnType<typeof createReportReceiver>;
