import { system } from '#kernel/access.ts';
import { withoutTables, type Db } from '#platform/database/port.ts';
import type { NotificationsTables, NotificationsUnit } from '../tables.ts';
import type { MessageSealing } from '../sealing.ts';
import { deliveryReportErrors, notificationEvents, reportReasons } from '../contract.ts';
import type { ProviderChannel } from '../channels/port.ts';
import type { StatusReport, StatusRequest, StatusSource } from './sources.ts';
import { lockAttempted, lockByReport, updateReported, type ReportedMessage } from './queries.ts';
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
   * A message changes its status once, from `sent`, and its reason only to a worse one, so a replay changes nothing.
   * Reports of unknown messages are ignored.
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
    const { messageId, error, suppress } = report;
    const message =
      (await lockByReport(unit.tx, provider, messageId)) ?? (await lockByOurId(unit, provider, messageId));
    if (message === 'early') return true;
    const change = message && changeBy(report, message, now());
    if (!message || !change) return false;
    await updateReported(unit.tx, message.id, change);
    if (change.status === 'failed') unit.publish(notificationEvents.failed, { notificationId: message.id });
    if (!suppress) return false;
    const address = sealing.openRecipient(message);
    await suppressions.add(withoutTables(unit), {
      channel: message.channel as ProviderChannel, // an in-app message has no report
      address,
      reason: error.replaceAll(address, '…'),
      provider,
      notificationId: message.id,
    });
    return false;
  }

  /**
   * For message ids that we chose, as for e-mail: a message whose attempt was lost, or is not recorded yet; then the
   * report is early.
   */
  async function lockByOurId({ tx }: NotificationsUnit, provider: string, messageId: string) {
    const [id] = OUR_ID.exec(messageId) ?? [];
    const message = id === undefined ? undefined : await lockAttempted(tx, provider, id);
    if (!message) return null;
    if (message.status === 'sending') return 'early'; // a message that waits for its next attempt may wait for days
    return message.isAttempted ? message : null;
  }

  return { receive };
}

/** What a report changes; null when it says nothing new. An archived message has its former state as its reason. */
function changeBy({ status, suppress }: StatusReport, message: ReportedMessage, now: Date) {
  const isArchived = message.status === 'archived';
  const state = isArchived ? message.statusReason : message.status;
  if (status === 'delivered') {
    if (state !== 'sent') return null;
    const deliveredAt = now.toISOString();
    return isArchived ? { statusReason: status, deliveredAt } : { status, statusReason: null, deliveredAt };
  }
  const known = reportReasons.findIndex((reason) => reason === message.statusReason);
  const reason = suppress ? 'bounced' : 'reported';
  const isNew = suppress || state === 'sent' || state === 'delivered';
  if (!isNew || reportReasons.indexOf(reason) <= known) return null;
  return { statusReason: reason, ...(message.status === 'sent' && { status }) };
}

export type ReportReceiver = ReturnType<typeof createReportReceiver>;
