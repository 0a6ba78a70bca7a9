import { sql, type Kysely } from 'kysely';
import type { PersonKeys, PersonSealing } from '#platform/audit/port.ts';
import { ERASED_ACTION, type ChainRow, type createChainCheck } from '#verifier/chain.ts';
import type { ChainedFields } from '#verifier/entry.ts';
import type { AuditTables } from '../tables.ts';
import { decryptPayload, type EncryptedPayload } from './decrypt.ts';
import { ENTRY_COLUMNS, toTimestamp, type EntryFields } from './queries.ts';

/** A seal, and its entry with the payload as both are stored now; null when the entry is missing. */
export interface ChainedRow {
  readonly sequence: number;
  readonly previousChecksum: Buffer;
  readonly checksum: Buffer;
  readonly entry: (ChainedFields & EncryptedPayload) | null;
}

type Row = Omit<ChainedRow, 'entry'> & EntryFields & Pick<EncryptedPayload, 'salt' | 'sealed' | 'origin'>;

const NO_HASH = Buffer.alloc(0); // where a column that cannot be null is: equal to no hash, so the row is a break

/** The next rows after a sequence, in order; with the last one all others of its sequence, which should have none. */
export async function readChainedRows(
  db: Kysely<AuditTables>,
  after: number,
  upTo: number,
  limit: number,
): Promise<ChainedRow[]> {
  const { rows } = await sql<Row>`
    select s.sequence, s.previous_checksum, s.checksum, ${ENTRY_COLUMNS}, p.salt, p.sealed, p.origin
    from audit.seal s left join audit.entry e on e.id = s.entry_id left join audit.payload p on p.entry_id = e.id
    where s.sequence > ${after} and s.sequence <= ${upTo} order by s.sequence
    fetch first (${limit}) rows with ties`.execute(db);
  return rows.map(({ sequence, previousChecksum, checksum, at, payloadHash, ...fields }) => ({
    sequence,
    previousChecksum: previousChecksum ?? NO_HASH,
    checksum: checksum ?? NO_HASH,
    entry:
      fields.id === null ? null : { ...fields, timestampUtc: toTimestamp(at), payloadHash: payloadHash ?? NO_HASH },
  }));
}

/** The rows as the verifier takes them: each with the state of its payload. */
export function toChainRows(rows: readonly ChainedRow[], sealing: PersonSealing): ChainRow[] {
  return rows.map((row) => ({ ...row, payload: row.entry ? decryptPayload(row.entry, sealing).state : 'missing' }));
}

/** What asks for erasures needs of a chain that is being verified. */
type UnexplainedChain = Pick<ReturnType<typeof createChainCheck>, 'unexplained' | 'addErased'>;

/**
 * Explains missing payloads: adds the people whose erasure an entry or one of the `archived` manifests records, and whose
 * key is destroyed. An erasure that left the key excuses nothing. To be called after each batch: it asks only for people
 * of whom something is missing, and for each once, however many were ever erased.
 */
export function createExplanation(
  { db, people }: { readonly db: Kysely<AuditTables>; readonly people: PersonKeys },
  archived: Iterable<string>,
) {
  const inArchives = new Set(archived);
  const asked = new Set<string>();

  async function findErased(candidates: readonly string[]): Promise<string[]> {
    const destroyed = await people.findDestroyed(candidates);
    const inEntries = destroyed.filter((person) => !inArchives.has(person));
    // The newest entry about a person is soon the one that records the erasure. As an expression, the action cannot lead
    // to its own index, and so to all erasures.
    const { rows } = await sql<{ person: string }>`
      select p.person from unnest(${inEntries}::text[]) p (person), lateral (
        select from audit.entry e where e.resource_id = p.person and e.action || '' = ${ERASED_ACTION}
        order by e.id desc limit 1) e`.execute(db);
    return [...destroyed.filter((person) => inArchives.has(person)), ...rows.map(({ person }) => person)];
  }

  return {
    async explain(chain: UnexplainedChain): Promise<void> {
      const candidates = chain.unexplained().filter((person) => !asked.has(person));
      if (candidates.length === 0) return;
      for (const person of candidates) asked.add(person);
      chain.addErased(await findErased(candidates));
    },
    /** At the end, once more for all that is left: a person may have been erased between two batches. */
    async explainRest(chain: UnexplainedChain): Promise<void> {
      if (chain.unexplained().length > 0) chain.addErased(await findErased(chain.unexplained()));
    },
  };
}

/** Whether an entry after that sequence, or one that waits to be chained, records the erasure of a person. */
export async function hasErasureAfter(db: Kysely<AuditTables>, sequence: number): Promise<boolean> {
  const { rows } = await sql`
    select 1 from audit.entry e left join audit.seal s on s.entry_id = e.id left join audit.unsealed u on u.entry_id = e.id
    where e.action = ${ERASED_ACTION} and (s.sequence > ${sequence} or u.entry_id is not null) limit 1`.execute(db);
  return rows.length > 0;
}
