import { sql, type Kysely } from 'kysely';
import type { Sealing } from '#platform/keys/port.ts';
import { ERASED_ACTION, type ChainRow } from '#verifier/chain.ts';
import type { ChainedFields } from '#verifier/entry.ts';
import { ENTRY_COLUMNS, toTimestamp, type AuditTables, type EntryFields } from './queries.ts';
import { openPayload, type PayloadRow } from './decrypt.ts';

/** A seal, and the entry that it seals with its payload as they lie there now; null when the entry is gone. */
export interface SealedRow {
  readonly sequence: number;
  readonly previousChecksum: Buffer;
  readonly checksum: Buffer;
  readonly entry: (ChainedFields & PayloadRow) | null;
}

type Row = Omit<SealedRow, 'entry'> & EntryFields & Pick<PayloadRow, 'salt' | 'sealed' | 'origin'>;

/** The next seals after a sequence, in order. */
export async function readSealed(
  db: Kysely<AuditTables>,
  after: number,
  upTo: number,
  limit: number,
): Promise<SealedRow[]> {
  const { rows } = await sql<Row>`
    select s.sequence, s.previous_checksum, s.checksum, ${ENTRY_COLUMNS}, p.salt, p.sealed, p.origin
    from audit.seal s left join audit.entry e on e.id = s.entry_id left join audit.payload p on p.entry_id = e.id
    where s.sequence > ${after} and s.sequence <= ${upTo} order by s.sequence limit ${limit}`.execute(db);
  return rows.map(({ sequence, previousChecksum, checksum, at, ...fields }) => ({
    sequence,
    previousChecksum,
    checksum,
    entry: fields.id === null ? null : { ...fields, timestampUtc: toTimestamp(at) },
  }));
}

/** The rows with what became of their payloads. */
export function openRows(rows: readonly SealedRow[], sealing: Sealing): ChainRow[] {
  return rows.map((row) => ({ ...row, payload: row.entry ? openPayload(row.entry, sealing).state : 'missing' }));
}

/** People whose erasure an entry records that is still here. */
export async function listErased(db: Kysely<AuditTables>): Promise<string[]> {
  const { rows } = await sql<{ person: string }>`
    select distinct resource_id as person from audit.entry where action = ${ERASED_ACTION}`.execute(db);
  return rows.map(({ person }) => person);
}

/** Whether the erasure of a person is chained behind that place, or will be. */
export async function isErasedBehind(db: Kysely<AuditTables>, sequence: number): Promise<boolean> {
  const { rows } = await sql`
    select 1 from audit.entry e left join audit.seal s on s.entry_id = e.id left join audit.unsealed u on u.entry_id = e.id
    where e.action = ${ERASED_ACTION} and (s.sequence > ${sequence} or u.entry_id is not null) limit 1`.execute(db);
  return rows.length > 0;
}
