import { sql, type Kysely } from 'kysely';
import { findMissingKept, parseCheckpoint } from '#verifier/note.ts';
import type { AuditTables } from '../tables.ts';

/** Checkpoints that are kept in the database, of one size. */
export async function listKeptNotes(db: Kysely<AuditTables>, size: number): Promise<string[]> {
  const { rows } = await sql<{ note: string }>`select note from audit.checkpoint where size = ${size}`.execute(db);
  return rows.map(({ note }) => note);
}

/**
 * The notes, and those that were kept after they were read and before the head was: the head names the newest, and each
 * names the one before.
 */
export async function addNewlyKept(
  db: Kysely<AuditTables>,
  notes: readonly string[],
  headNote: string | null,
): Promise<string[]> {
  const all = [...notes];
  for (let newest = headNote === null ? [] : [headNote]; newest.length > 0;) {
    const [missing] = findMissingKept(
      newest.flatMap((note) => parseCheckpoint(note) ?? []),
      all,
    );
    newest = missing ? (await listKeptNotes(db, missing.size)).filter((note) => !all.includes(note)) : [];
    all.push(...newest);
  }
  return all;
}
