import { sql, type Transaction } from 'kysely';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { openCheckpoint, signNote, toKeptCheckpoint, type KeptCheckpoint, type NoteKey } from '#verifier/note.ts';
import { toBranch, toRestorationText } from '#verifier/restoration.ts';
import { createTree, leafHash } from '#verifier/tree.ts';
import { readArchivedRange } from '../archives/manifests.ts';
import { signHead, validateHead } from '../chain/head-signature.ts';
import { lockHead, moveHead, readHead, type Head } from '../chain/head.ts';
import { listTrustedKeys, type AuditSigningKeys } from '../chain/signing-keys.ts';
import type { AuditNeeds } from '../needs.ts';
import type { AuditTables } from '../tables.ts';
import { readNotes } from './checkpoints.ts';
import { headAt, readCursor } from './verification-cursor.ts';

const BATCH = 10_000;

export interface RestorationNeeds extends Pick<AuditNeeds, 'db' | 'keys' | 'anchors'> {
  readonly signingKeys: AuditSigningKeys;
}

export interface RestoredBackup {
  /** Size of the newest known head of the trail that was lost. */
  readonly lost: number;
  readonly reason: string;
  /** Signed checkpoints that were kept elsewhere. */
  readonly checkpoints?: readonly string[];
}

/** For an operator who has restored a backup, or must continue a trail whose head is not as it was signed. */
export function createRestoration({ db, keys, signingKeys, anchors }: RestorationNeeds) {
  /**
   * Signs the statement that the trail continues from its present state, on a new branch: heads that were signed before,
   * above the present size and up to `lost`, are void. An invalid head is rebuilt from the seals.
   * @throws Error when no signed head of so many entries is known, or the seals have a gap.
   */
  async function acceptRestore({
    lost,
    reason,
    checkpoints = [],
  }: RestoredBackup): Promise<{ kept: number; note: string }> {
    const known = await largestKnown(checkpoints);
    if (lost > known)
      throw new Error(
        `no signed head of more than ${known} entries is known here: give a checkpoint of ${lost} entries`,
      );
    return db.write(system('audit'), async ({ tx, audit }) => {
      const trusted = await listTrustedKeys(tx, keys);
      const locked = await lockHead(tx, { waits: true });
      const last = locked?.note ? openCheckpoint(locked.note, trusted) : null;
      const parent = last?.branch ?? '';
      const kept = last ? last.kept : await newestKept(tx, trusted);
      const head = locked && validateHead(locked, trusted) === null ? locked : await rebuildHead(tx, trusted);
      const signer = await signingKeys.newest(tx);
      const { size, root } = head;
      const text = toRestorationText({ origin: signer.name, kept: size, root, abandoned: lost, reason, parent });
      const note = signNote(text, [signer]);
      await sql`insert into audit.restoration (id, note) values (${newId()}::uuid, ${note})`.execute(tx);
      await moveHead(tx, { ...head, note: signHead(signer, head, { branch: toBranch(text), kept: kept ?? null }) });
      const payload = { abandoned: lost, kept: size, reason };
      audit({ action: 'audit.restore_accepted', resourceType: 'audit', resourceId: signer.name, payload });
      return { kept: size, note };
    });
  }

  async function largestKnown(given: readonly string[]): Promise<number> {
    const trusted = await listTrustedKeys(db.read, keys);
    const head = await readHead(db.read);
    const { cursor } = await readCursor(db.read, keys);
    const notes = [...(await readNotes(db.read, anchors)).checkpoints, head.note ?? '', ...given];
    const sizes = notes.flatMap((note) => openCheckpoint(note, trusted)?.size ?? []);
    return Math.max(head.size, cursor ? headAt(cursor).size : 0, ...sizes);
  }

  return { acceptRestore };
}

/** The head that named it is lost. Without a name its deletion, and that of all before it, would not be found. */
async function newestKept(
  tx: Transaction<AuditTables>,
  trusted: readonly NoteKey[],
): Promise<KeptCheckpoint | undefined> {
  const { rows } = await sql<{ note: string }>`
    select coalesce(note, '') as note from audit.checkpoint order by size desc, created_at desc`.execute(tx);
  const newest = rows.find(({ note }) => openCheckpoint(note, trusted) !== null);
  return newest && toKeptCheckpoint(openCheckpoint(newest.note, trusted)?.size ?? 0, newest.note);
}

/** From the seals after the last archive. */
async function rebuildHead(tx: Transaction<AuditTables>, trusted: readonly NoteKey[]): Promise<Head> {
  const { start } = await readArchivedRange(tx, trusted);
  const tree = createTree(start.frontier, () => {});
  let checksum: Buffer = Buffer.from(start.checksum);
  for (;;) {
    const { rows } = await sql<{ sequence: number; checksum: Buffer }>`
      select sequence, checksum from audit.seal where sequence > ${tree.size()} order by sequence limit ${BATCH}`.execute(
      tx,
    );
    for (const row of rows) {
      if (row.sequence !== tree.size() + 1) throw new Error(`the seals have a gap at ${tree.size() + 1}`);
      tree.append(leafHash(row.checksum));
      checksum = row.checksum;
    }
    if (rows.length < BATCH) break;
  }
  await sql`insert into audit.head (checksum) select ${checksum} where not exists (select 1 from audit.head)`.execute(
    tx,
  );
  return { size: tree.size(), checksum, frontier: tree.frontier(), root: tree.root(), note: null, isLost: false };
}
