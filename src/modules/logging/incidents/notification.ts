import type { Translated } from '#kernel/language.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { Work, WorkResult } from '#platform/work/port.ts';
import type { LoggingNeeds } from '../needs.ts';
import type { IncidentRow, LoggingTables } from '../tables.ts';
import { describe } from './describe.ts';
import { addStep, findIncident, findItsRule, lockIncident, updateIncident } from './queries.ts';
import type { SilenceService } from './silences.ts';

export interface NotificationNeeds extends Pick<LoggingNeeds, 'db' | 'notifications' | 'now'> {
  readonly silences: Pick<SilenceService, 'activeFor'>;
}

/** Hands incidents over to Notifications, which decides by severity who is notified and how. */
export function createIncidentNotification({ db, notifications, now, silences }: NotificationNeeds) {
  const nothing = { write: async () => {} };

  /** The cooldown begins when the last notification was handed over. */
  async function notify({ ref }: Work): Promise<WorkResult<LoggingTables>> {
    const incident = await findIncident(db.read, ref);
    if (!incident || !isDue(incident)) return nothing;
    const at = now().getTime();
    const silence = await silences.activeFor(db.read, incident);
    if (silence)
      return {
        write: ({ tx }) => updateIncident(tx, ref, { silencedBy: silence.id }),
        retryInMs: silence.endsAtMs - at,
        isUntried: true,
      };
    const coolMs = Date.parse(incident.notifiedAt ?? '1970-01-01T00:00:00Z') + incident.cooldownSeconds * 1000 - at;
    if (coolMs > 0) return { ...nothing, retryInMs: coolMs, isUntried: true };
    const rule = await findItsRule(db.read, incident);
    return {
      async write(unit) {
        const current = await lockIncident(unit.tx, ref);
        if (!current || !isDue(current)) return;
        await notifications.notifyIncident(withoutTables(unit), {
          severity: current.severity,
          title: current.reopenedCount > 0 ? reopened(current.title) : current.title,
          description: rule ? describe(rule, current.groupValue) : current.description,
          path: `/incidents/${ref}`,
        });
        const notifiedAt = now().toISOString();
        await updateIncident(unit.tx, ref, { notifiedAt, silencedBy: null });
        await addStep(unit.tx, { incidentId: ref, at: notifiedAt, kind: 'notified', actorId: null, note: null });
      },
    };
  }

  return { notify };
}

function reopened(title: string): Translated {
  return { en: `${title} (came back)`, fa: `${title} (دوباره باز شد)` };
}

/** Somebody who has acknowledged it knows of it. */
function isDue({ status, notifies, notifiedAt, openedAt }: IncidentRow): boolean {
  return status === 'open' && notifies && (notifiedAt === null || notifiedAt < openedAt);
}
