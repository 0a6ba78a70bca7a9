import { sql } from 'kysely';
import type { Unit } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import { auditEvents } from '../contract.ts';
import type { AuditTables } from '../tables.ts';
import type { CheckResult } from './integrity-check.ts';
import { saveCursor } from './verification-cursor.ts';

/** Flags new breaks, removes flags of breaks that no longer exist, publishes the first new break, and saves the cursor. */
export async function saveFindings(
  { tx, publish }: Unit<AuditTables>,
  keys: Keys,
  { report, breaks, cursor, origin, isWhole }: CheckResult,
): Promise<void> {
  const places = sql`unnest(${breaks.map(({ sequence, entryId }) => (entryId ? null : sequence))}::bigint[],
    ${breaks.map(({ kind }) => kind)}::text[], ${breaks.map(({ entryId }) => entryId ?? null)}::uuid[])
    b (sequence, kind, entry_id)`;
  await sql`delete from audit.finding f
    where (f.sequence >= ${report.from} or ${isWhole}) and not exists (
      select 1 from ${places} where b.kind = f.kind and (b.sequence = f.sequence or b.entry_id = f.entry_id))`.execute(
    tx,
  );
  const { rows } = await sql<AuditTables['audit.finding']>`
    insert into audit.finding (sequence, kind, entry_id) select * from ${places}
    on conflict do nothing returning sequence, kind, entry_id`.execute(tx);
  const isNew = new Set(rows.map(({ sequence, kind, entryId }) => `${entryId ?? sequence} ${kind}`));
  const first = breaks.find(({ sequence, kind, entryId }) => isNew.has(`${entryId ?? sequence} ${kind}`));
  if (first) publish(auditEvents.integrityBroken, { origin, ...first });
  if (cursor && cursor.position.sequence > 0) await saveCursor(tx, keys, cursor);
}

/** The audit entry of a report that a user requested. */
export function auditReport({ audit }: Unit<AuditTables>, { report, origin }: CheckResult): void {
  const { isValid, entriesChecked, from, to, firstBreak } = report;
  audit({
    action: 'audit.integrity_checked',
    resourceType: 'audit',
    resourceId: origin,
    outcome: isValid ? 'success' : 'failure',
    payload: { isValid, entriesChecked, from, to, firstBreak },
  });
}
