import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { PageQuery } from '#kernel/page.ts';
import { withoutTables, type Unit } from '#platform/database/port.ts';
import type { WorkResult } from '#platform/work/port.ts';
import { deleteDeploysBefore } from '../deploys/queries.ts';
import { observabilityEvents, type Alert } from '../contract.ts';
import type { ObservabilityNeeds } from '../needs.ts';
import { firingTier } from '../objectives/burn.ts';
import { judgeModules, judgeOutbox, type LevelState } from '../objectives/levels.ts';
import { objectives as all, WINDOW_DAYS } from '../objectives/objectives.ts';
import { deleteCountsBefore, lastRecordedAt } from '../objectives/queries.ts';
import type { Objectives } from '../objectives/service.ts';
import { findProblems } from '../orchestration/service.ts';
import type { ObservabilityTables } from '../tables.ts';
import {
  deleteAlertsBefore,
  findClosed,
  insertAlert,
  listAlerts,
  listOpen,
  updateAlert,
  type StoredAlert,
} from './queries.ts';

const DAY_MS = 86_400_000;
const COOLDOWN_MS = 15 * 60_000;
const SILENT_MS = 5 * 60_000; // five minutes without a record: the processes record each minute
const GROWTH = 10; // an open alert notifies again when it is about so many times as much
const ALERT_DAYS = 4; // one more than the longest window of a tier
const KEEP_DAYS = 365;
const BATCH = 1000; // rows of a table that one unit deletes

type OwnUnit = Unit<ObservabilityTables>;
/** `amount`: how many things or seconds it is about; 0 without a number. */
type Firing = Pick<Alert, 'subject' | 'tier' | 'severity' | 'details'> & { readonly amount: number };

/** Compares what is wrong with the alerts that are open: opens, raises and closes them, each with its incident. */
export function createAlerts(needs: ObservabilityNeeds & { readonly objectives: Objectives }) {
  const { db, orchestration, objectives, registry, moduleNames, incidents, notifications, publicUrl, now, log } = needs;
  const { alertLeastBad: leastBad } = needs;

  const runbook = `${publicUrl}/docs/observability#alerts`;
  const toTitle = (subject: string) => `Alert: ${subject}`;

  /** `unknown`: what cannot be judged now, so that its alert stays as it is. */
  async function findFirings(): Promise<{ firings: Firing[]; unknown: ReadonlySet<string> }> {
    const [countsOf, state, families, recordedAt] = await Promise.all([
      objectives.readWindows(),
      orchestration.read(),
      registry.collect(),
      lastRecordedAt(
        db.read,
        all.map(({ name }) => name),
      ),
    ]);
    const burning = all.flatMap(({ name, target, about }): Firing[] => {
      const tier = firingTier({ target, leastBad }, countsOf(name));
      if (!tier) return [];
      const details = `${about}: the error budget burns more than ${tier.burn} times too fast`;
      return [{ subject: `objective.${name}`, tier: tier.name, severity: tier.severity, details, amount: 0 }];
    });
    // This job runs in the background: what a process says of that just after its start is old.
    const seen = findProblems(state, now()).filter(({ key }) => key !== 'background');
    const problems = seen.map(({ key, text, amount }): Firing => ({
      subject: `orchestration.${key}`,
      tier: 'problem',
      severity: 'critical',
      details: text.en,
      amount,
    }));
    const [oldest] = judgeOutbox(state.outbox.oldestSeconds, null);
    const levels = [...(oldest ? [oldest] : []), ...judgeModules(families, moduleNames())];
    const breached = levels.filter(({ status }) => status === 'breached');
    // One that has just started has not recorded yet.
    const isServed = state.nodes.some(
      ({ kind, status, startedAt }) =>
        kind === 'serve' && status === 'alive' && now().getTime() - Date.parse(startedAt) > SILENT_MS,
    );
    const isSilent = recordedAt !== null && now().getTime() - Date.parse(recordedAt) > SILENT_MS;
    const details = 'No process has recorded its objectives for five minutes, so that no other alert can be trusted';
    const silent: Firing = {
      subject: 'objective.source',
      tier: 'problem',
      severity: 'critical',
      details,
      amount: 0,
    };
    const firings = [...burning, ...problems, ...breached.map(toFiring), ...(isServed && isSilent ? [silent] : [])];
    const unknown = levels.filter(({ status }) => status === 'noData').map(({ name }) => toSubject(name));
    return { firings, unknown: new Set(unknown) };
  }

  async function check(): Promise<void> {
    const { firings, unknown } = await findFirings();
    const goesOn = (subject: string) => unknown.has(subject) || firings.some((firing) => firing.subject === subject);
    await db.write(system('observability'), async (unit) => {
      const open = await listOpen(unit.tx);
      for (const firing of firings)
        await raise(
          unit,
          firing,
          open.find(({ subject }) => subject === firing.subject),
        );
      for (const alert of open) if (!goesOn(alert.subject)) await close(unit, alert);
    });
  }

  /** Opens it; or changes the open one, which notifies again only if it is graver now or has grown tenfold. */
  async function raise(unit: OwnUnit, firing: Firing, open: StoredAlert | undefined): Promise<void> {
    const { tx } = unit;
    const { subject, tier, severity, details, amount } = firing;
    if (open) {
      const hasGrown = open.told > 0 && amount >= GROWTH * open.told;
      const isGraver = open.severity === 'medium' && severity === 'critical';
      if (open.tier !== tier || open.details !== details) await updateAlert(tx, open.id, { tier, severity, details });
      if (!isGraver && !hasGrown) return;
      await updateAlert(tx, open.id, { told: amount });
      return await notify(unit, open.id, firing, hasGrown);
    }
    const since = new Date(now().getTime() - COOLDOWN_MS).toISOString();
    const recent = await findClosed(tx, subject, since);
    if (recent) {
      await updateAlert(tx, recent.id, { tier, severity, details, closedAt: null });
      return await openIncident(unit, firing);
    }
    const id = newId();
    await insertAlert(tx, {
      id,
      subject,
      tier,
      severity,
      details,
      told: amount,
      openedAt: now().toISOString(),
      closedAt: null,
    });
    await notify(unit, id, firing);
  }

  async function notify(unit: OwnUnit, alertId: string, firing: Firing, hasGrown = false): Promise<void> {
    const { subject, tier, severity, details } = firing;
    log.error({ subject, tier, severity }, `alert: ${details}`);
    unit.publish(observabilityEvents.sloBreached, { alertId, subject, tier, severity });
    if (incidents) return await openIncident(unit, firing, hasGrown);
    const description = `${details}\n${runbook}`;
    const notice = { severity, title: toTitle(subject), description, path: '/console/observability' };
    await notifications.notifyIncident(withoutTables(unit), notice);
  }

  /** The same one each time, which notifies people as often as its own rules allow. */
  async function openIncident(unit: OwnUnit, firing: Firing, hasGrown = false): Promise<void> {
    const { subject, severity, details } = firing;
    const incident = { key: subject, title: toTitle(subject), details, severity, runbook, hasGrown };
    await incidents?.open(withoutTables(unit), incident);
  }

  async function close(unit: OwnUnit, { id, subject }: Alert): Promise<void> {
    log.info({ subject }, 'an alert is over');
    await updateAlert(unit.tx, id, { closedAt: now().toISOString() });
    await incidents?.resolve(withoutTables(unit), subject);
  }

  return {
    check,
    list: (query: PageQuery) => listAlerts(db.read, query),
    async run(): Promise<WorkResult<ObservabilityTables>> {
      await check();
      return { write: async () => {} };
    },
    /** Each batch is a unit of its own. */
    async tidy(signal: AbortSignal): Promise<WorkResult<ObservabilityTables>> {
      const before = (days: number) => new Date(now().getTime() - days * DAY_MS).toISOString();
      const deleteBatch = () =>
        db.write(system('observability'), async ({ tx }) => {
          const counts = await deleteCountsBefore(tx, before(ALERT_DAYS), before(WINDOW_DAYS + 1), BATCH);
          const deploys = await deleteDeploysBefore(tx, before(KEEP_DAYS), BATCH);
          return Math.max(counts, deploys, await deleteAlertsBefore(tx, before(KEEP_DAYS), BATCH));
        });
      while (!signal.aborted && (await deleteBatch()) === BATCH);
      return { write: async () => {} };
    },
  };
}

export type Alerts = ReturnType<typeof createAlerts>;

/** A figure of a module that is beyond its limit. */
function toFiring({ name, about, value, target }: LevelState): Firing {
  const details = `${about}: ${value}, with a limit of ${target}`;
  const amount = value !== null && value > target ? value : 0; // a share that sinks has none
  return { subject: toSubject(name), tier: 'level', severity: 'medium', details, amount };
}

function toSubject(level: string): string {
  return `level.${level}`;
}
