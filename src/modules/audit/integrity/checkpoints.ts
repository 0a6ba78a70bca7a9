import { sql, type Kysely } from 'kysely';
import type { NamedAnchor } from '#platform/anchor/port.ts';
import type { Archived } from '#verifier/archive.ts';
import type { Waypoint } from '#verifier/chain.ts';
import { followHandovers, openRestorations } from '#verifier/handover.ts';
import { openCheckpoint, parseCheckpoint, type NoteKey } from '#verifier/note.ts';
import { isAbandoned } from '#verifier/restoration.ts';
import { readAnchors } from '../anchors/recorded-checkpoints.ts';
import type { AuditTables, Head } from '../chain/queries.ts';
import type { IntegrityReport } from '../contract.ts';
import { list, whyUnfit } from '../chain/signing-keys.ts';
import { toHead, type Verified } from './verification-cursor.ts';

/** What was signed, as notes: heads that were kept here or lie elsewhere, changes of keys, and restored backups. */
export interface Notes {
  readonly checkpoints: readonly string[];
  readonly handovers: readonly string[];
  readonly restorations: readonly string[];
  readonly anchors: IntegrityReport['anchors'];
}

export async function readNotes(db: Kysely<AuditTables>, anchors: readonly NamedAnchor[]): Promise<Notes> {
  const { rows: kept } = await sql<{ note: string }>`select note from audit.checkpoint order by size`.execute(db);
  const { rows: restored } = await sql<{ note: string }>`select note from audit.restoration`.execute(db);
  const elsewhere = await readAnchors(db, anchors);
  return {
    checkpoints: [...kept.map(({ note }) => note), ...elsewhere.notes],
    handovers: (await list(db)).flatMap(({ handover }) => handover ?? []).toReversed(),
    restorations: restored.map(({ note }) => note),
    anchors: elsewhere.reports,
  };
}

export interface Signed {
  readonly head: Head;
  /** Where the last clean report ended. */
  readonly verified: Verified | null;
  readonly trusted: readonly NoteKey[];
}

/** The heads that the chain must have gone through, and the sizes of those that nobody of ours has signed. */
export function toWaypoints(notes: Notes, { head, verified, trusted }: Signed) {
  const { heads } = followHandovers(notes.handovers, trusted);
  const restorations = openRestorations(notes.restorations, { keys: trusted, heads });
  const unsigned: number[] = [];
  const waypoints: Waypoint[] = [];
  const own = whyUnfit(head, trusted) === null && head.note !== null ? openCheckpoint(head.note, trusted) : null;
  if (own && !isAbandoned(own, restorations)) waypoints.push(own);
  else if (head.size > 0 || trusted.length > 0 || head.isLost) unsigned.push(Math.max(head.size, 1));
  const known = verified ? [...heads, toHead(verified)] : [...heads];
  for (const note of notes.checkpoints) {
    const checkpoint = openCheckpoint(note, trusted);
    if (checkpoint) known.push(checkpoint);
    else unsigned.push(parseCheckpoint(note)?.size ?? head.size);
  }
  for (const { size, root, branch } of known)
    waypoints.push({ size, root, isExcused: isAbandoned({ size, branch }, restorations) });
  const isVerifiedLost = verified !== null && isAbandoned(toHead(verified), restorations);
  return { waypoints, unsigned, branch: own?.branch ?? '', isVerifiedLost };
}

/** Where a manifest is not sound, or says another root than a head of its size. */
export function findWrong({ manifests, brokenAt }: Archived, waypoints: readonly Waypoint[]): number[] {
  const roots = new Map(manifests.map(({ to, root }) => [to, Buffer.from(root, 'base64')]));
  const wrong = waypoints.filter(
    ({ size, root, isExcused }) => !isExcused && roots.get(size) !== undefined && !roots.get(size)?.equals(root),
  );
  return [...wrong.map(({ size }) => size), ...(brokenAt === null ? [] : [brokenAt])];
}
