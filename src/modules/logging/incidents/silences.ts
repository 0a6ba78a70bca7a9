import { sql } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import type { Translated } from '#kernel/language.ts';
import { newId } from '#kernel/id.ts';
import type { PageQuery } from '#kernel/page.ts';
import { newestFirst, pageQuery } from '#platform/database/port.ts';
import { loggingErrors } from '../contract.ts';
import type { LoggingNeeds, LoggingReader } from '../needs.ts';
import type { IncidentRow, SilenceRow } from '../tables.ts';
import { toGlob } from './glob.ts';
import { MOST_SERVICES } from './matched-services.ts';
import { listUnnotified } from './queries.ts';
import { notificationQueue } from './queue.ts';
import type { NewSilence, Silence } from './schemas.ts';
import { endOfWindow, findFault, type SilenceWindow } from './windows.ts';

const DAY_MS = 86_400_000;
const MAX_MS = 30 * DAY_MS;
const COLUMNS = [
  'id', 'ruleId', 'service', 'fingerprint', 'startsAt', 'endsAt', 'repeats', 'timeZone', 'cronExpression', 'repeatsUntil',
  'reason', 'createdBy', 'createdAt',
] as const; // prettier-ignore

export type Silenced = Pick<IncidentRow, 'ruleId' | 'service' | 'services' | 'fingerprint'>;

/** Times for which nobody is notified: once, or as maintenance windows that come again. */
export function createSilences({ db, now }: Pick<LoggingNeeds, 'db' | 'now'>) {
  const list = (query: PageQuery) =>
    pageQuery(db.read, db.read.selectFrom('logging.silence').select(COLUMNS), query, newestFirst());

  /** @throws `logging.silence_invalid` */
  function create(actor: Actor, silence: NewSilence): Promise<Silence> {
    const { ruleId = null, service = null, fingerprint = null } = silence;
    const { repeats = 'never', timeZone = 'UTC', cronExpression = null, repeatsUntil = null } = silence;
    const whole = { ...silence, ruleId, service, fingerprint, repeats, timeZone, cronExpression, repeatsUntil };
    const reason = faultOf(whole);
    if (reason !== null) throw loggingErrors.silenceInvalid({ reason });
    return db.write(actor, async ({ tx, audit }) => {
      const row = { ...whole, id: newId(), createdBy: actor.id };
      const created = await tx.insertInto('logging.silence').values(row).returning(COLUMNS).executeTakeFirstOrThrow();
      const payload = { ...silence };
      audit({ action: 'logging.silence_created', resourceType: 'logSilence', resourceId: row.id, payload });
      return created;
    });
  }

  /** What is still open is notified at once. @throws `logging.silence_not_found` */
  function remove(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async ({ tx, audit, enqueue }) => {
      const gone = await tx.deleteFrom('logging.silence').where('id', '=', id).returning(COLUMNS).executeTakeFirst();
      if (!gone) throw loggingErrors.silenceNotFound({ id });
      audit({
        action: 'logging.silence_deleted',
        resourceType: 'logSilence',
        resourceId: id,
        payload: { before: gone },
      });
      for (const ref of await listUnnotified(tx)) enqueue(notificationQueue, { ref });
    });
  }

  /**
   * The silence that holds now; null for none. A silence of a service holds only if there is one for each service that
   * matched; what an absence has is the name that its rule gives. Of several, the one that ends first.
   */
  async function activeFor(reader: LoggingReader, incident: Silenced) {
    const at = now().getTime();
    const rows = await reader
      .selectFrom('logging.silence')
      .selectAll()
      .where(sql<boolean>`coalesce(repeats_until, ends_at) > ${new Date(at).toISOString()}::timestamptz`)
      .execute();
    const active = rows
      .filter((row) => concerns(row, incident))
      .map(({ id, service, ...row }) => ({ id, service, isOf: toGlob(service), endsAtMs: endOfWindow(row, at) }))
      .filter(({ endsAtMs }) => endsAtMs > at)
      .toSorted((one, other) => other.endsAtMs - one.endsAtMs);
    const { service: named, services } = incident;
    const names = services.length === 0 ? [named] : services.length < MOST_SERVICES ? services : [null];
    const holding = names.map((name) =>
      active.find(({ service, isOf }) => service === null || (name !== null && isOf(name))),
    );
    const first = holding.reduce((one, other) => (one && other && other.endsAtMs < one.endsAtMs ? other : one));
    return holding.includes(undefined) ? null : (first ?? null);
  }

  return { list, create, remove, activeFor };
}

export type SilenceService = ReturnType<typeof createSilences>;

const faults = {
  ofNothing: {
    en: 'it names no rule, service or fingerprint',
    fa: 'قاعده، سرویس یا fingerprint آن مشخص نشده است',
  },
  backwards: { en: 'it ends before it begins', fa: 'پایان آن پیش از شروعش است' },
  tooLong: { en: 'it is longer than 30 days', fa: 'بیشتر از ۳۰ روز است' },
} satisfies Record<string, Translated>;

function faultOf(silence: Pick<SilenceRow, 'ruleId' | 'service' | 'fingerprint'> & SilenceWindow): Translated | null {
  const { ruleId, service, fingerprint, startsAt, endsAt } = silence;
  const lengthMs = Date.parse(endsAt) - Date.parse(startsAt);
  if (ruleId === null && service === null && fingerprint === null) return faults.ofNothing;
  if (lengthMs <= 0) return faults.backwards;
  return lengthMs > MAX_MS ? faults.tooLong : findFault(silence);
}

/** Whether it is of this rule and fingerprint, if it names one. */
function concerns(silence: SilenceRow, { ruleId, fingerprint }: Silenced): boolean {
  return (
    (silence.ruleId === null || silence.ruleId === ruleId) &&
    (silence.fingerprint === null || silence.fingerprint === fingerprint)
  );
}
