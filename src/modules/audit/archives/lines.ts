import type { PersonKeys, PersonSealing } from '#platform/audit/port.ts';
import type { SealedColumn } from '#platform/keys/port.ts';
import type { ChainedFields } from '#verifier/entry.ts';
import type { ChainedRow } from '../chain/chained-rows.ts';
import { authorOf, peopleOf, subjectOf, type EncryptedPayload } from '../chain/decrypt.ts';
import { archivedPayloads, archivedSalts } from '../secrets.ts';

interface Place {
  readonly column: SealedColumn;
  readonly row: string;
}

/** An entry as the archive stores it; bytes in base64. */
interface ArchivedLine extends ChainedFields {
  readonly kind: 'entry';
  readonly sequence: number;
  readonly previousChecksum: string;
  readonly checksum: string;
  readonly payloadHash: string;
  readonly sealed: {
    /** People under whose keys payload and salt are encrypted once more, besides the usual ones. */
    readonly under: readonly string[];
    readonly payload: string;
    readonly origin: string | null;
    readonly salt: string | null;
  } | null;
}

/** All people whose erasure deletes payloads of these entries: their keys are needed to archive them. */
export function archivingPeopleOf(rows: readonly EncryptedPayload[]): string[] {
  return [...peopleOf(rows), ...rows.flatMap((row) => othersOf(row as EncryptedPayload & ChainedFields))];
}

/**
 * An entry for the archive. Nothing can be deleted there. So everything that the erasure of a person deletes in the
 * database is encrypted under that person's key as well: the payload under the keys of its people, the salt also under
 * the author's.
 */
export function toArchivedLine(
  { sequence, previousChecksum, checksum, entry }: ChainedRow,
  sealing: PersonSealing,
): object {
  if (!entry) throw new Error(`the entry at ${sequence} is missing`);
  const { sealed, origin, salt, payloadHash, ...fields } = entry;
  const under = othersOf(entry).filter((person) => sealing.seal(archivedPayloads, entry.id, person, '') !== null);
  const payload = encrypt({ column: archivedPayloads, row: entry.id }, sealed, under, sealing);
  return {
    kind: 'entry',
    sequence,
    previousChecksum: previousChecksum.toString('hex'),
    checksum: checksum.toString('hex'),
    ...fields,
    impersonatorId: fields.impersonatorId ?? undefined, // so that lines without one are as they were before this field
    payloadHash: payloadHash.toString('hex'),
    sealed: payload && {
      under,
      payload,
      origin: origin?.toString('base64') ?? null,
      salt: encrypt({ column: archivedSalts, row: entry.id }, salt, saltPeopleOf(entry, under), sealing),
    },
  };
}

/** Reverses `toArchivedLine`, as far as the keys of the people still exist. */
export async function toChainedRows(lines: readonly string[], people: PersonKeys): Promise<ChainedRow[]> {
  const archived = lines.map((line) => JSON.parse(line) as ArchivedLine);
  const sealing = await people.opener(
    archived.flatMap((line) => [subjectOf(line), authorOf(line), ...(line.sealed?.under ?? [])]),
  );
  return archived.map(({ kind: _, sequence, previousChecksum, checksum, payloadHash, sealed, ...fields }) => ({
    sequence,
    previousChecksum: Buffer.from(previousChecksum, 'hex'),
    checksum: Buffer.from(checksum, 'hex'),
    entry: {
      ...fields,
      payloadHash: Buffer.from(payloadHash, 'hex'),
      sealed: sealed && decrypt({ column: archivedPayloads, row: fields.id }, sealed.payload, sealed.under, sealing),
      origin: sealed?.origin ? Buffer.from(sealed.origin, 'base64') : null,
      salt:
        sealed &&
        decrypt({ column: archivedSalts, row: fields.id }, sealed.salt, saltPeopleOf(fields, sealed.under), sealing),
    },
  }));
}

/** The same people as in `eraseTraces`: a resource that is a person; and in older entries the actor. */
function othersOf(entry: ChainedFields): string[] {
  const { resourceId, actorId, subjectId } = entry;
  const all = subjectId === null ? [resourceId, actorId] : [resourceId];
  return [...new Set(all)].filter((person) => person !== subjectOf(entry) && person !== '');
}

function saltPeopleOf(
  entry: Parameters<typeof authorOf>[0] & Parameters<typeof subjectOf>[0],
  under: readonly string[],
): string[] {
  return [...new Set([subjectOf(entry), authorOf(entry), ...under])];
}

/** In base64; null when there is nothing to encrypt, or one of the people is erased. */
function encrypt(
  { column, row }: Place,
  bytes: Buffer | null,
  people: readonly string[],
  sealing: PersonSealing,
): string | null {
  let encrypted = bytes;
  for (const person of people) encrypted = encrypted && sealing.seal(column, row, person, encrypted.toString('base64'));
  return encrypted?.toString('base64') ?? null;
}

function decrypt(
  { column, row }: Place,
  encrypted: string | null,
  people: readonly string[],
  sealing: PersonSealing,
): Buffer | null {
  let bytes = encrypted === null ? null : Buffer.from(encrypted, 'base64');
  for (const person of people.toReversed()) {
    const text = bytes && sealing.open(column, row, person, bytes);
    bytes = text && Buffer.from(text.toString(), 'base64');
  }
  return bytes;
}
