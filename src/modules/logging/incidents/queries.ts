import { sql } from 'kysely';
import { newId } from '#kernel/id.ts';
import { newestFirst, pageQuery } from '#platform/database/port.ts';
import type { LoggingReader, LoggingWriter } from '../needs.ts';
import type { IncidentRow, LoggingTables, RuleRow } from '../tables.ts';
import type { Incident, IncidentQuery } from './schemas.ts';
import { uniteServices } from './matched-services.ts';

const MOST_UNNOTIFIED = 1000;

export function listIncidents(db: LoggingReader, query: IncidentQuery) {
  const rows = db.selectFrom('logging.incident').selectAll();
  return pageQuery(db, query.status ? rows.where('status', '=', query.status) : rows, query, newestFirst());
}

export function findIncident(db: LoggingReader, id: string): Promise<IncidentRow | undefined> {
  return db.selectFrom('logging.incident').selectAll().where('id', '=', id).executeTakeFirst();
}

/** That opened it; undefined where it was deleted meanwhile. */
export function findItsRule(db: LoggingReader, { ruleId }: IncidentRow): Promise<RuleRow | undefined> {
  return db.selectFrom('logging.rule').selectAll().where('id', '=', ruleId).executeTakeFirst();
}

export function lockIncident(tx: LoggingWriter, id: string): Promise<IncidentRow | undefined> {
  return tx.selectFrom('logging.incident').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** The newest of this fingerprint, locked: the next one who reports it sees what this unit writes. */
export function lockLatest(tx: LoggingWriter, fingerprint: string): Promise<IncidentRow | undefined> {
  const rows = tx.selectFrom('logging.incident').selectAll().where('fingerprint', '=', fingerprint);
  return rows.orderBy('id', 'desc').limit(1).forUpdate().executeTakeFirst();
}

/** Adds it; undefined if another unit has opened it meanwhile, whose count is then raised. */
export async function insertIncident(
  tx: LoggingWriter,
  row: Omit<
    IncidentRow,
    'reopenedCount' | 'version' | 'acknowledgedAt' | 'acknowledgedBy' | 'resolvedAt' | 'resolvedBy' | 'notifiedAt'
  >,
): Promise<boolean> {
  const { isNew } = await tx
    .insertInto('logging.incident')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .column('fingerprint')
        .where('status', '<>', sql.lit('resolved' as const))
        .doUpdateSet({
          count: sql`incident.count + excluded.count`,
          lastSeenAt: row.lastSeenAt,
          services: uniteServices(sql`incident.services`, sql`excluded.services`),
        }),
    )
    .returning(sql<boolean>`xmax = 0`.as('isNew'))
    .executeTakeFirstOrThrow();
  return isNew;
}

/**
 * Raises the counts of those that are open, and answers them; `isWider`: silenced, and now of further services. In the
 * order of fingerprints, so that two units cannot deadlock.
 */
export async function raiseOpen(
  tx: LoggingWriter,
  sightings: readonly (Pick<IncidentRow, 'fingerprint' | 'services'> & { readonly matches: number })[],
  at: string,
) {
  const { rows } = await sql<{ id: string; fingerprint: string; isWider: boolean }>`
    with open as materialized (
      select id, fingerprint, services, silenced_by from logging.incident
      where fingerprint = any (${sightings.map(({ fingerprint }) => fingerprint)}::text[]) and status <> 'resolved'
      order by fingerprint for update)
    update logging.incident i set count = i.count + s.matches, last_seen_at = ${at}::timestamptz, version = i.version + 1,
      services = ${uniteServices(sql`open.services`, sql`s.services`)}
    from open join (
      select fingerprint, matches, array(select jsonb_array_elements_text(names)) as services
      from unnest(${sightings.map(({ fingerprint }) => fingerprint)}::text[],
        ${sightings.map(({ matches }) => matches)}::bigint[],
        ${sightings.map(({ services }) => JSON.stringify(services))}::jsonb[]) given (fingerprint, matches, names)
    ) s using (fingerprint)
    where i.id = open.id
    returning i.id, i.fingerprint, open.silenced_by is not null and not open.services @> s.services as is_wider`.execute(
    tx,
  );
  return rows;
}

/** How many the rule has opened, or opened again, since then; at most `limit`. */
export async function countOpened(db: LoggingReader, ruleId: string, since: string, limit: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (select from logging.incident where rule_id = ${ruleId}
      and opened_at > ${since}::timestamptz limit ${limit}) opened`.execute(db);
  return rows[0]?.count ?? 0;
}

export async function updateIncident(
  tx: LoggingWriter,
  id: string,
  change: Partial<Omit<IncidentRow, 'reopenedCount' | 'version'>>,
  isReopened = false,
): Promise<void> {
  await tx
    .updateTable('logging.incident')
    .set((eb) => ({
      ...change,
      version: eb('version', '+', 1),
      ...(isReopened && { reopenedCount: eb('reopenedCount', '+', 1) }),
    }))
    .where('id', '=', id)
    .execute();
}

export async function addStep(
  tx: LoggingWriter,
  step: Omit<LoggingTables['logging.incidentStep'], 'id'>,
): Promise<void> {
  await tx
    .insertInto('logging.incidentStep')
    .values({ ...step, id: newId() })
    .execute();
}

/** Of each incident its steps, oldest first. */
export async function listSteps(db: LoggingReader, ids: readonly string[]) {
  if (ids.length === 0) return [];
  return db
    .selectFrom('logging.incidentStep')
    .selectAll()
    .where('incidentId', 'in', [...ids])
    .orderBy('id')
    .execute();
}

/** Open ones of which nobody was notified since they opened. */
export async function listUnnotified(db: LoggingReader): Promise<string[]> {
  const rows = await db
    .selectFrom('logging.incident')
    .select('id')
    .where('status', '=', 'open')
    .where('notifies', '=', true)
    .where((eb) => eb.or([eb('notifiedAt', 'is', null), eb('notifiedAt', '<', eb.ref('openedAt'))]))
    .limit(MOST_UNNOTIFIED)
    .execute();
  return rows.map(({ id }) => id);
}

/** Those that have been quiet for long enough, locked. */
export function lockQuiet(tx: LoggingWriter, at: string): Promise<IncidentRow[]> {
  return tx
    .selectFrom('logging.incident')
    .selectAll()
    .where('status', '<>', sql.lit('resolved' as const))
    .where(sql<boolean>`last_seen_at + make_interval(secs => auto_resolve_seconds) < ${at}::timestamptz`)
    .orderBy('id')
    .limit(100)
    .forUpdate()
    .skipLocked()
    .execute();
}

export async function openFingerprints(db: LoggingReader, fingerprints: readonly string[]): Promise<Set<string>> {
  if (fingerprints.length === 0) return new Set();
  const { rows } = await sql<{ fingerprint: string }>`
    select fingerprint from logging.incident
    where fingerprint = any (${fingerprints}::text[]) and status <> 'resolved'`.execute(db);
  return new Set(rows.map(({ fingerprint }) => fingerprint));
}

/** Matches count anew when an incident was resolved. Those of an absence say when its source was last seen, and stay. */
export async function forgetMatches(
  tx: LoggingWriter,
  { ruleId, groupValue }: Pick<IncidentRow, 'ruleId' | 'groupValue'>,
) {
  if (ruleId === null) return;
  await sql`delete from logging.match_count where rule_id = ${ruleId} and group_value = ${groupValue}
    and not exists (select from logging.rule where id = ${ruleId} and kind = 'absence')`.execute(tx);
}

export function toIncident(
  {
    notifies: _notifies,
    cooldownSeconds: _cooldown,
    autoResolveSeconds: _quiet,
    version: _version,
    ...row
  }: IncidentRow,
  steps: readonly LoggingTables['logging.incidentStep'][],
): Incident {
  const timeline = steps
    .filter(({ incidentId }) => incidentId === row.id)
    .map(({ at, kind, actorId, note }) => ({ at, kind, actorId, note }));
  return { ...row, cameBack: row.reopenedCount > 0, timeline };
}
