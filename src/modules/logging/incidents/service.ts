import { system, type Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { mapPage } from '#kernel/page.ts';
import { loggingErrors, loggingEvents } from '../contract.ts';
import type { LoggingNeeds, LoggingUnit } from '../needs.ts';
import type { IncidentRow } from '../tables.ts';
import { createIncidentNotification } from './notification.ts';
import {
  addStep,
  findIncident,
  forgetMatches,
  insertIncident,
  listIncidents,
  listSteps,
  lockIncident,
  lockLatest,
  lockQuiet,
  openFingerprints,
  toIncident,
  updateIncident,
} from './queries.ts';
import { notificationQueue } from './queue.ts';
import type { Incident, IncidentNote, IncidentQuery } from './schemas.ts';
import { createSilences } from './silences.ts';

const COMES_BACK_MS = 7 * 86_400_000; // what recurs later is another incident

/** What was seen of an incident that may be open already. */
export interface Sighting extends Pick<
  IncidentRow,
  | 'ruleId'
  | 'fingerprint'
  | 'title'
  | 'description'
  | 'service'
  | 'groupValue'
  | 'severity'
  | 'notifies'
  | 'cooldownSeconds'
  | 'autoResolveSeconds'
> {
  /** Added to the count of an incident that is open. */
  readonly matches: number;
  /** The count with which it opens. */
  readonly countAtOpening: number;
}

/** The life of incidents: opened by rules, acknowledged, resolved, and reopened when they recur. */
export function createIncidents(needs: Pick<LoggingNeeds, 'db' | 'notifications' | 'now'>) {
  const { db, now } = needs;
  const silences = createSilences(needs);
  const { notify } = createIncidentNotification({ ...needs, silences });

  /** Part of the caller's unit. In the order of fingerprints, so that two units cannot deadlock. */
  async function report(unit: LoggingUnit, sightings: readonly Sighting[]): Promise<void> {
    for (const sighting of sightings.toSorted((one, other) => (one.fingerprint < other.fingerprint ? -1 : 1)))
      await reportOne(unit, sighting);
  }

  async function reportOne(unit: LoggingUnit, sighting: Sighting): Promise<void> {
    const { tx } = unit;
    const { matches, countAtOpening, ...facts } = sighting;
    const at = now().toISOString();
    const latest = await lockLatest(tx, facts.fingerprint);
    if (latest && latest.status !== 'resolved')
      return updateIncident(tx, latest.id, { count: latest.count + matches, lastSeenAt: at });
    const silencedBy = (await silences.activeFor(tx, facts))?.id ?? null;
    const opening = { status: 'open' as const, openedAt: at, lastSeenAt: at, silencedBy };
    if (latest?.resolvedAt && Date.parse(at) - Date.parse(latest.resolvedAt) < COMES_BACK_MS) {
      const cleared = { acknowledgedAt: null, acknowledgedBy: null, resolvedAt: null, resolvedBy: null };
      const { title, description, severity, notifies, cooldownSeconds, autoResolveSeconds } = facts;
      const current = { title, description, severity, notifies, cooldownSeconds, autoResolveSeconds };
      await updateIncident(
        tx,
        latest.id,
        { ...opening, ...cleared, ...current, count: latest.count + countAtOpening },
        true,
      );
      return announce(unit, { ...facts, id: latest.id, silencedBy }, 'reopened');
    }
    const id = newId();
    const isNew = await insertIncident(tx, { ...facts, ...opening, id, count: countAtOpening });
    if (isNew) await announce(unit, { ...facts, id, silencedBy }, 'opened');
  }

  async function announce(
    { tx, publish, enqueue }: LoggingUnit,
    { id, ruleId, notifies, silencedBy }: Pick<IncidentRow, 'id' | 'ruleId' | 'notifies' | 'silencedBy'>,
    kind: 'opened' | 'reopened',
  ): Promise<void> {
    const step = { incidentId: id, at: now().toISOString(), actorId: null, note: null };
    await addStep(tx, { ...step, kind });
    if (silencedBy !== null) await addStep(tx, { ...step, kind: 'silenced' });
    publish(loggingEvents.incidentOpened, { incidentId: id, ruleId });
    if (notifies) enqueue(notificationQueue, { ref: id, lane: 'high' });
  }

  async function list(query: IncidentQuery) {
    const page = await listIncidents(db.read, query);
    const steps = await listSteps(
      db.read,
      page.items.map(({ id }) => id),
    );
    return mapPage(page, (row) => toIncident(row, steps));
  }

  /** @throws `logging.incident_not_found` */
  async function get(id: string): Promise<Incident> {
    return toIncident(orNotFound(await findIncident(db.read, id), id), await listSteps(db.read, [id]));
  }

  /** Idempotent. @throws `logging.incident_not_found`, `logging.incident_resolved` */
  function acknowledge(actor: Actor, id: string, { note = null }: IncidentNote): Promise<Incident> {
    return db.write(actor, async ({ tx, audit }) => {
      const incident = orNotFound(await lockIncident(tx, id), id);
      if (incident.status === 'resolved') throw loggingErrors.incidentResolved({ id });
      if (incident.status === 'open') {
        const at = now().toISOString();
        await updateIncident(tx, id, { status: 'acknowledged', acknowledgedAt: at, acknowledgedBy: actor.id });
        await addStep(tx, { incidentId: id, at, kind: 'acknowledged', actorId: actor.id, note });
        audit({
          action: 'logging.incident_acknowledged',
          resourceType: 'logIncident',
          resourceId: id,
          payload: { note },
        });
      }
      return toIncident(orNotFound(await findIncident(tx, id), id), await listSteps(tx, [id]));
    });
  }

  /** Idempotent. @throws `logging.incident_not_found` */
  function resolve(actor: Actor, id: string, { note = null }: IncidentNote): Promise<Incident> {
    return db.write(actor, async (unit) => {
      const incident = orNotFound(await lockIncident(unit.tx, id), id);
      if (incident.status !== 'resolved') {
        await end(unit, incident, actor.id, note);
        unit.audit({
          action: 'logging.incident_resolved',
          resourceType: 'logIncident',
          resourceId: id,
          payload: { note },
        });
      }
      return toIncident(orNotFound(await findIncident(unit.tx, id), id), await listSteps(unit.tx, [id]));
    });
  }

  async function end({ tx, publish }: LoggingUnit, incident: IncidentRow, by: string | null, note: string | null) {
    const { id, ruleId } = incident;
    const at = now().toISOString();
    await updateIncident(tx, id, { status: 'resolved', resolvedAt: at, resolvedBy: by });
    await addStep(tx, { incidentId: id, at, kind: 'resolved', actorId: by, note });
    await forgetMatches(tx, incident);
    publish(loggingEvents.incidentResolved, { incidentId: id, ruleId });
  }

  /** Resolves what has been quiet for long enough. Part of the caller's unit. */
  async function endQuiet(unit: LoggingUnit): Promise<void> {
    for (const incident of await lockQuiet(unit.tx, now().toISOString())) await end(unit, incident, null, null);
  }

  /** For what this system reports itself, such as an infected file; outside of the caller's unit. */
  const open = (sighting: Sighting) => db.write(system('logging'), (unit) => report(unit, [sighting]));

  return { report, open, list, get, acknowledge, resolve, endQuiet, notify, silences, openFingerprints };
}

export type IncidentService = ReturnType<typeof createIncidents>;

function orNotFound(incident: IncidentRow | undefined, id: string): IncidentRow {
  if (!incident) throw loggingErrors.incidentNotFound({ id });
  return incident;
}
