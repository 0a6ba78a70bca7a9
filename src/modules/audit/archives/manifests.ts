import { sql, type Kysely } from 'kysely';
import { followManifests, parseManifest, type Archived, type Manifest } from '#verifier/archive.ts';
import type { NoteKey } from '#verifier/note.ts';
import type { AuditTables } from '../tables.ts';

type ArchiveRow = Pick<AuditTables['audit.archive'], 'firstSequence' | 'lastSequence' | 'manifest'>;

/** The notes of all manifests, in the order of their ranges. Empty text where the row contradicts its manifest. */
export async function readManifestNotes(db: Kysely<AuditTables>): Promise<string[]> {
  const { rows } = await sql<ArchiveRow>`
    select first_sequence, last_sequence, coalesce(manifest, '') as manifest from audit.archive order by first_sequence`.execute(
    db,
  );
  return rows.map(({ firstSequence, lastSequence, manifest }) => {
    const parsed = parseManifest(manifest);
    return parsed?.from === firstSequence && parsed.to === lastSequence ? manifest : '';
  });
}

/** How far the trail is archived, according to the manifests that these keys have signed. */
export async function readArchivedRange(db: Kysely<AuditTables>, trusted: readonly NoteKey[]): Promise<Archived> {
  return followManifests(await readManifestNotes(db), trusted);
}

/** When the last archived entry was written, according to the last manifest; null while there is none. */
export async function readArchivedUntil(db: Kysely<AuditTables>): Promise<string | null> {
  const { rows } = await sql<Pick<ArchiveRow, 'manifest'>>`
    select manifest from audit.archive order by first_sequence desc limit 1`.execute(db);
  return parseManifest(rows[0]?.manifest ?? '')?.until ?? null;
}

/** Without a check of their signatures: only to find objects, and for proofs, which the reader verifies. */
export async function readManifests(db: Kysely<AuditTables>): Promise<Manifest[]> {
  return (await readManifestNotes(db)).flatMap((note) => parseManifest(note) ?? []);
}
