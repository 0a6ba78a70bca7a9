import { sql, type Kysely } from 'kysely';
import type { NamedAnchor } from '#platform/anchor/port.ts';
import type { Archived } from '#verifier/archive.ts';
import type { ExpectedRoot } from '#verifier/chain.ts';
import { followHandovers, openRestorations } from '#verifier/handover.ts';
import { findMissingKept, openCheckpoint, parseCheckpoint, type NoteKey } from '#verifier/note.ts';
import { isAbandoned, isStated, openRestoration } from '#verifier/restoration.ts';
import { addNewlyKept } from '../anchors/kept-notes.ts';
import { readStoredNotes, type AnchorReports } from '../anchors/stored-notes.ts';
import { validateHead } from '../chain/head-signature.ts';
import type { Head } from '../chain/head.ts';
import { listSigningKeys } from '../chain/signing-keys.ts';
import type { AuditTables } from '../tables.ts';
import { headAt, type VerificationCursor } from './verification-cursor.ts';

const UNKNOWN_PLACE = 1; // of a note that cannot be read; always the same, since each new break is published

/** All signed notes: checkpoints from the database and from the anchors, changes of keys, restored backups. */
export interface SignedNotes {
  readonly checkpoints: readonly string[];
  /** Of `checkpoints`, those that are kept in the database. */
  readonly kept: readonly string[];
  /** Sizes of kept checkpoints whose row names another size than their note. */
  readonly misplaced: readonly number[];
  readonly handovers: readonly string[];
  readonly restorations: readonly string[];
  readonly anchors: AnchorReports;
}

export async function readNotes(db: Kysely<AuditTables>, anchors: readonly NamedAnchor[]): Promise<SignedNotes> {
  const { rows } = await sql<{ note: string; size: number }>`
    select coalesce(note, '') as note, size from audit.checkpoint order by size`.execute(db);
  const { rows: restored } = await sql<{ note: string }>`
    select coalesce(note, '') as note from audit.restoration`.execute(db);
  const anchored = await readStoredNotes(db, anchors);
  const kept = rows.map(({ note }) => note);
  return {
    checkpoints: [...kept, ...anchored.notes],
    kept,
    misplaced: rows.flatMap(({ note, size }) => {
      const named = parseCheckpoint(note)?.size;
      return named === undefined || named === size ? [] : [named];
    }),
    handovers: (await listSigningKeys(db)).flatMap(({ handover }) => handover ?? []).toReversed(),
    restorations: restored.map(({ note }) => note),
    anchors: anchored.reports,
  };
}

export interface CheckpointContext {
  readonly head: Head;
  /** Where the last clean report ended. */
  readonly cursor: VerificationCursor | null;
  readonly trusted: readonly NoteKey[];
}

/** The tree heads that the chain must contain, and the sizes of notes that no trusted key has signed. */
export function toCheckpoints(notes: SignedNotes, { head, cursor, trusted }: CheckpointContext) {
  const { heads, presentHeads } = followHandovers(notes.handovers, trusted);
  const restorations = openRestorations(notes.restorations, { keys: trusted, presentHeads });
  const unsigned: number[] = [...notes.misplaced];
  const checkpoints: ExpectedRoot[] = [];
  const present =
    validateHead(head, trusted) === null && head.note !== null ? openCheckpoint(head.note, trusted) : null;
  if (present && isStated(present, restorations) && !isAbandoned(present, restorations)) checkpoints.push(present);
  else if (head.size > 0 || trusted.length > 0 || head.isLost) unsigned.push(Math.max(head.size, 1));
  const known = cursor ? [...heads, headAt(cursor)] : [...heads];
  for (const note of notes.restorations) if (!openRestoration(note, trusted)) unsigned.push(UNKNOWN_PLACE);
  for (const note of notes.checkpoints) {
    const checkpoint = openCheckpoint(note, trusted);
    if (checkpoint) known.push(checkpoint);
    else unsigned.push(parseCheckpoint(note)?.size ?? UNKNOWN_PLACE);
  }
  for (const { size, root, branch } of known) {
    const isExcused = isAbandoned({ size, branch }, restorations);
    if (!isExcused && !isStated({ branch }, restorations)) unsigned.push(size);
    checkpoints.push({ size, root, isExcused });
  }
  const isCursorVoid = cursor !== null && isAbandoned(headAt(cursor), restorations);
  return { checkpoints, unsigned, branch: present?.branch ?? '', isCursorVoid };
}

/**
 * Sizes of checkpoints that the head or another checkpoint names as kept, and that were deleted. Reads the notes without
 * verifying them: one that nobody has signed is a break already.
 */
export async function findDeletedCheckpoints(
  db: Kysely<AuditTables>,
  { kept }: SignedNotes,
  head: Head,
): Promise<number[]> {
  const all = await addNewlyKept(db, kept, head.note);
  const heads = [...all, head.note ?? ''].flatMap((note) => parseCheckpoint(note) ?? []);
  return findMissingKept(heads, all).map(({ size }) => size);
}

/** Sequences at which a manifest is invalid, or names another root than a checkpoint of the same size. */
export function findWrongManifests({ manifests, brokenAt }: Archived, checkpoints: readonly ExpectedRoot[]): number[] {
  const roots = new Map(manifests.map(({ to, root }) => [to, Buffer.from(root, 'base64')]));
  const wrong = checkpoints.filter(
    ({ size, root, isExcused }) => !isExcused && roots.get(size) !== undefined && !roots.get(size)?.equals(root),
  );
  return [...wrong.map(({ size }) => size), ...(brokenAt === null ? [] : [brokenAt])];
}
