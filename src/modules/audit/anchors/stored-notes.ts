import { sql, type Kysely } from 'kysely';
import type { NamedAnchor } from '#platform/anchor/port.ts';
import { parseCheckpoint } from '#verifier/note.ts';
import type { IntegrityReport } from '../schemas.ts';
import type { AuditTables } from '../tables.ts';

export type AnchorReports = IntegrityReport['anchors'];

/**
 * Reads the notes that are stored at the anchors. An anchor that does not answer, or has lost the last note that was
 * stored there, is reported; that is not a break.
 */
export async function readStoredNotes(db: Kysely<AuditTables>, anchors: readonly NamedAnchor[]) {
  const { rows } = await sql<Pick<AuditTables['audit.anchored'], 'name' | 'size'>>`
    select name, size from audit.anchored`.execute(db);
  const sizes = new Map(rows.map(({ name, size }) => [name, size]));
  const read = await Promise.all(anchors.map((named) => readOne(named, sizes.get(named.name))));
  const reports: AnchorReports = read.map(({ report }) => report);
  return { notes: read.flatMap(({ notes }) => notes), reports };
}

async function readOne({ name, anchor }: NamedAnchor, lastSize: number | undefined) {
  try {
    const found = await anchor.read();
    const notes = found ?? [];
    const isThere = found === null || lastSize === undefined || notes.some((note) => sizeOf(note) === lastSize);
    const error = isThere ? null : `the checkpoint of ${lastSize} entries that was stored there is missing`;
    return { notes, report: { name, checkpoints: notes.length, error } };
  } catch (error) {
    return {
      notes: [],
      report: { name, checkpoints: 0, error: error instanceof Error ? error.message : String(error) },
    };
  }
}

function sizeOf(note: string): number | undefined {
  return parseCheckpoint(note)?.size;
}
