import { sql, type Kysely } from 'kysely';
import type { PersonKeys, Sealing } from '#platform/keys/port.ts';
import type { ChainedFields } from '#verifier/entry.ts';
import { followManifests, parseManifest, type Archived, type Manifest } from '#verifier/archive.ts';
import type { NoteKey } from '#verifier/note.ts';
import type { AuditTables } from '../chain/queries.ts';
import { actorOf, peopleOf, subjectOf, type PayloadRow } from '../chain/decrypt.ts';
import type { SealedRow } from '../chain/chained-rows.ts';

const PURPOSE = 'audit.archive';

interface ArchiveRow {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly manifest: string;
}

/** The notes of all manifests, in the order of the ranges. One whose row says otherwise than itself is empty. */
export async function readManifestNotes(db: Kysely<AuditTables>): Promise<string[]> {
  const { rows } = await sql<ArchiveRow>`
    select first_sequence, last_sequence, manifest from audit.archive order by first_sequence`.execute(db);
  return rows.map(({ firstSequence, lastSequence, manifest }) => {
    const said = parseManifest(manifest);
    return said?.from === firstSequence && said.to === lastSequence ? manifest : '';
  });
}

/** How far the trail is archived, by what these keys have signed. */
export async function readArchived(db: Kysely<AuditTables>, trusted: readonly NoteKey[]): Promise<Archived> {
  return followManifests(await readManifestNotes(db), trusted);
}

/** When the last archived entry was written, by the last manifest; null while there is none. */
export async function readArchivedUntil(db: Kysely<AuditTables>): Promise<string | null> {
  const { rows } = await sql<Pick<ArchiveRow, 'manifest'>>`
    select manifest from audit.archive order by first_sequence desc limit 1`.execute(db);
  return parseManifest(rows[0]?.manifest ?? '')?.until ?? null;
}

/** What the manifests say, unverified: for telling where something lies, and for proofs, which prove themselves. */
export async function readManifests(db: Kysely<AuditTables>): Promise<Manifest[]> {
  return (await readManifestNotes(db)).flatMap((note) => parseManifest(note) ?? []);
}

/** An entry as it lies in an archive; bytes in base64. */
interface ArchivedLine extends ChainedFields {
  readonly kind: 'entry';
  readonly sequence: number;
  readonly previousChecksum: string;
  readonly checksum: string;
  readonly payloadHash: string;
  readonly sealed: {
    /** People whose keys lie around the payload and the salt, beside those that they are sealed under anyway. */
    readonly under: readonly string[];
    readonly payload: string;
    readonly origin: string | null;
    readonly salt: string | null;
  } | null;
}

/** Whoever can be erased with an entry's payload: its keys are needed to archive it. */
export function archivingPeopleOf(rows: readonly PayloadRow[]): string[] {
  return [...peopleOf(rows), ...rows.flatMap((row) => othersOf(row as PayloadRow & ChainedFields))];
}

/**
 * An entry for the archive. Nothing can be deleted there, so all that an erasure deletes lies under the key of everybody
 * whose erasure would delete it: the payload under those of its people, the salt under the actor's too.
 */
export function toArchivedLine({ sequence, previousChecksum, checksum, entry }: SealedRow, sealing: Sealing): object {
  if (!entry) throw new Error(`the entry at ${sequence} is gone`);
  const { sealed, origin, salt, payloadHash, ...fields } = entry;
  const under = othersOf(entry).filter((person) => sealing.seal(PURPOSE, person, '') !== null);
  const payload = wrap(sealed, under, sealing);
  return {
    kind: 'entry',
    sequence,
    previousChecksum: previousChecksum.toString('hex'),
    checksum: checksum.toString('hex'),
    ...fields,
    payloadHash: payloadHash.toString('hex'),
    sealed: payload && {
      under,
      payload,
      origin: origin?.toString('base64') ?? null,
      salt: wrap(salt, saltersOf(entry, under), sealing),
    },
  };
}

/** The rows of an archive's lines again, as far as the keys of their people are there. */
export async function toSealedRows(lines: readonly string[], people: PersonKeys): Promise<SealedRow[]> {
  const archived = lines.map((line) => JSON.parse(line) as ArchivedLine);
  const sealing = await people.opener(
    archived.flatMap((line) => [subjectOf(line), actorOf(line), ...(line.sealed?.under ?? [])]),
  );
  return archived.map(({ kind: _, sequence, previousChecksum, checksum, payloadHash, sealed, ...fields }) => ({
    sequence,
    previousChecksum: Buffer.from(previousChecksum, 'hex'),
    checksum: Buffer.from(checksum, 'hex'),
    entry: {
      ...fields,
      payloadHash: Buffer.from(payloadHash, 'hex'),
      sealed: sealed && unwrap(sealed.payload, sealed.under, sealing),
      origin: sealed && unwrap(sealed.origin, [], sealing),
      salt: sealed && unwrap(sealed.salt, saltersOf(fields, sealed.under), sealing),
    },
  }));
}

/** As `erasePayloads` deletes: a resource that is a person; and, in older entries, the actor. */
function othersOf(entry: ChainedFields): string[] {
  const { resourceId, actorId, subjectId } = entry;
  const all = subjectId === null ? [resourceId, actorId] : [resourceId];
  return [...new Set(all)].filter((person) => person !== subjectOf(entry) && person !== '');
}

function saltersOf(entry: Parameters<typeof actorOf>[0] & Parameters<typeof subjectOf>[0], under: readonly string[]) {
  return [...new Set([subjectOf(entry), actorOf(entry), ...under])];
}

/** In base64; null when there is nothing, or one of the people is erased. */
function wrap(bytes: Buffer | null, people: readonly string[], sealing: Sealing): string | null {
  let wrapped = bytes;
  for (const person of people) wrapped = wrapped && sealing.seal(PURPOSE, person, wrapped.toString('base64'));
  return wrapped?.toString('base64') ?? null;
}

function unwrap(wrapped: string | null, people: readonly string[], sealing: Sealing): Buffer | null {
  let bytes = wrapped === null ? null : Buffer.from(wrapped, 'base64');
  for (const person of people.toReversed()) {
    const text = bytes && sealing.open(PURPOSE, person, bytes);
    bytes = text && Buffer.from(text.toString(), 'base64');
  }
  return bytes;
}
