import type { Kysely, Transaction } from 'kysely';
import { sql } from 'kysely';
import type { PageQuery } from '#kernel/page.ts';
import { newestFirst, pageQuery } from '#platform/database/port.ts';
import type { Alert } from '../contract.ts';
import type { ObservabilityTables } from '../tables.ts';

type Reader = Kysely<ObservabilityTables>;
type Writer = Transaction<ObservabilityTables>;

const COLUMNS = ['id', 'subject', 'tier', 'severity', 'details', 'openedAt', 'closedAt'] as const;

export function listAlerts(db: Reader, query: PageQuery) {
  return pageQuery(db, db.selectFrom('observability.alert').select(COLUMNS), query, newestFirst());
}

/** `told`: the number with which it has last notified. */
export type StoredAlert = Alert & { readonly told: number };

export function listOpen(tx: Writer): Promise<StoredAlert[]> {
  return tx
    .selectFrom('observability.alert')
    .select([...COLUMNS, 'told'])
    .where('closedAt', 'is', null)
    .forUpdate()
    .execute();
}

export async function insertAlert(tx: Writer, alert: StoredAlert): Promise<void> {
  await tx.insertInto('observability.alert').values(alert).execute();
}

export async function updateAlert(
  tx: Writer,
  id: string,
  change: Partial<Pick<StoredAlert, 'tier' | 'severity' | 'details' | 'told' | 'closedAt'>>,
): Promise<void> {
  await tx.updateTable('observability.alert').set(change).where('id', '=', id).execute();
}

/** The last alert of the subject that was closed after `since`. */
export function findClosed(tx: Writer, subject: string, since: string): Promise<StoredAlert | undefined> {
  return tx
    .selectFrom('observability.alert')
    .select([...COLUMNS, 'told'])
    .where('subject', '=', subject)
    .where('closedAt', '>', since)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** At most `limit`. Answers how many. */
export async function deleteAlertsBefore(tx: Writer, before: string, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from observability.alert where id = any(array(
      select id from observability.alert where closed_at < ${before}::timestamptz order by closed_at limit ${limit}))`.execute(
    tx,
  );
  return Number(numAffectedRows ?? 0);
}
