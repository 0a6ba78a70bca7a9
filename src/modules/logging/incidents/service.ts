import { system, type Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { mapPage } from '#kernel/page.ts';
import { loggingErrors, loggingEvents, type OperationalIncident } from '../contract.ts';
import type { LoggingNeeds, LoggingUnit } from '../needs.ts';
import type { IncidentRow } from '../tables.ts';
import { createIncidentNotification } from './notification.ts';
import {
  addStep,
  countOpened,
  findIncident,
  forgetMatches,
  insertIncident,
  listIncidents,
  listSteps,
  lockIncident,
  lockLatest,
  lockQuiet,
  openFingerprints,
  raiseOpen,
  toIncident,
  updateIncident,
} from './queries.ts';
import { notificationQueue } from './queue.ts';
import type { Incident, IncidentNote, IncidentQuery } from './schemas.ts';
import { toFingerprint } from '../transform/pattern.ts';
import { byFingerprint, factsOf, MOST_OPENED, toFurther, type Sighting } from './sighting.ts';
import { createSilences } from './silences.ts';

const COMES_BACK_MS = 7 * 86_400_000; // what recurs later is another incident
const OPENED_MS = 60_000;
const OPERATIONAL = 'operational';
const COOLDOWN_SECONDS = 900; // an alert that comes and goes notifies four times an hour
const NEVER_SECONDS = 10 * 365 * 86_400;
const SEVERITIES = ['low', 'medium', 'high', 'critical'];

/** The life of incidents: opened by rules, acknowledged, resolved, and reopened when they recur. */
export function createIncidents(needs: Pick<LoggingNeeds, 'db' | 'notifications' | 'now'>) {
  const { db, now } = needs;
  const silences = createSilences(needs);
  const { notify } = createIncidentNotification({ ...needs, silences });

  /** Part of the caller's unit. In the order of fingerprints, so that two units cannot deadlock. */
  async function report(unit: LoggingUnit, sightings: readonly Sighting[]): Promise<void> {
    if (sightings.length === 0) return;
    const raised = await raise(unit, sightings);
    const isNew = ({ fingerprint }: Sighting) => !raised.has(fingerprint);
    await openAll(unit, sightings.filter(isNew));
  }

  /** Answers the fingerprints of those that are open. One that was silenced, and is now of further services, may notify. */
  async function raise({ tx, enqueue }: LoggingUnit, sightings: readonly Sighting[]): Promise<Set<string>> {
    const open = await raiseOpen(tx, sightings, now().toISOString());
    for (const { id, isWider } of open) if (isWider) enqueue(notificationQueue, { ref: id, lane: 'high' });
    return new Set(open.map(({ fingerprint }) => fingerprint));
  }

  /** As `report`, for what may still be seen of an incident that is open: its count stays. */
  async function openNew(unit: LoggingUnit, sightings: readonly Sighting[]): Promise<void> {
    const open = await openFingerprints(
      unit.tx,
      sightings.map(({ fingerprint }) => fingerprint),
    );
    await openAll(
      unit,
      sightings.filter(({ fingerprint }) => !open.has(fingerprint)),
    );
  }

  async function openAll(unit: LoggingUnit, sightings: readonly Sighting[]): Promise<void> {
    const byRule = Map.groupBy(sightings, ({ ruleId }) => ruleId);
    const bounded: Sighting[] = [];
    for (const [ruleId, own] of byRule)
      bounded.push(...(ruleId === null ? own : await boundOpenings(unit, ruleId, own)));
    for (const sighting of bounded.toSorted(byFingerprint)) await openOne(unit, sighting);
  }

  /** The first groups of a minute; the others together, which are one incident until it is resolved. */
  async function boundOpenings(unit: LoggingUnit, ruleId: string, sightings: readonly Sighting[]): Promise<Sighting[]> {
    const sorted = sightings.toSorted(byFingerprint);
    const further = toFurther(ruleId, sorted);
    const since = new Date(now().getTime() - OPENED_MS).toISOString();
    const isStorm = (await raise(unit, [further])).size > 0;
    if (isStorm) return [];
    const room = MOST_OPENED - (await countOpened(unit.tx, ruleId, since, MOST_OPENED));
    return sorted.length <= room ? sorted : [...sorted.slice(0, room), toFurther(ruleId, sorted.slice(room))];
  }

  async function openOne(unit: LoggingUnit, sighting: Sighting): Promise<void> {
    const { tx } = unit;
    const { countAtOpening } = sighting;
    const facts = factsOf(sighting);
    const at = now().toISOString();
    const latest = await lockLatest(tx, facts.fingerprint);
    if (latest && latest.status !== 'resolved') return void (await raise(unit, [sighting]));
    const silencedBy = (await silences.activeFor(tx, facts))?.id ?? null;
    const opening = { status: 'open' as const, openedAt: at, lastSeenAt: at, silencedBy };
    if (latest?.resolvedAt && Date.parse(at) - Date.parse(latest.resolvedAt) < COMES_BACK_MS) {
      const cleared = { acknowledgedAt: null, acknowledgedBy: null, resolvedAt: null, resolvedBy: null };
      const { title, description, services: names, severity, notifies, cooldownSeconds, autoResolveSeconds } = facts;
      const current = { title, description, services: names, severity, notifies, cooldownSeconds, autoResolveSeconds };
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

  /** What another module watches: open until it says that it is over. Part of the caller's unit. */
  async function openOperational(unit: LoggingUnit, incident: OperationalIncident): Promise<void> {
    const { key, title, severity, hasGrown = false } = incident;
    const description = `${incident.details}\n${incident.runbook}`;
    const fingerprint = toFingerprint([OPERATIONAL, key]);
    const latest = await lockLatest(unit.tx, fingerprint);
    const isOpen = latest !== undefined && latest.status !== 'resolved';
    if (isOpen && (hasGrown || SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(latest.severity))) {
      const graver = { title, description, severity, status: 'open' as const, notifiedAt: null };
      await updateIncident(unit.tx, latest.id, graver);
      unit.enqueue(notificationQueue, { ref: latest.id, lane: 'high' });
    }
    const sighting: Sighting = {
      ruleId: null,
      fingerprint,
      title,
      description,
      service: 'bonyan',
      services: ['bonyan'],
      groupValue: key,
      severity,
      notifies: true,
      cooldownSeconds: COOLDOWN_SECONDS,
      autoResolveSeconds: NEVER_SECONDS,
      matches: 1,
      countAtOpening: 1,
    };
    await report(unit, [sighting]);
  }

  /** Nothing happens when it is not open. Part of the caller's unit. */
  async function resolveOperational(unit: LoggingUnit, key: string): Promise<void> {
    const incident = await lockLatest(unit.tx, toFingerprint([OPERATIONAL, key]));
    if (incident && incident.status !== 'resolved') await end(unit, incident, null, null);
  }

  return {
    report,
    openOperational,
    resolveOperational,
    openNew,
    open,
    list,
    get,
    acknowledge,
    resolve,
    endQuiet,
    notify,
    silences,
  };
}

export type IncidentService = ReturnType<typeof createIncidents>;

function orNotFound(incident: IncidentRow | undefined, id: string): IncidentRow {
  if (!incident) throw loggingErrors.incidentNotFound({ id });
  return incident;
}
