import { sql, type Transaction } from 'kysely';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { NamedAnchor } from '#platform/anchor/port.ts';
import type { Db } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import { openCheckpoint, signNote, type NoteKey } from '#verifier/note.ts';
import { toBranch, toRestorationText } from '#verifier/restoration.ts';
import { createTree, leafHash } from '#verifier/tree.ts';
import { readArchived } from '../archives/manifests.ts';
import { lockHead, moveHead, readHead, type AuditTables, type Head } from '../chain/queries.ts';
import { listTrusted, signHead, whyUnfit, type Signing } from '../chain/signing-keys.ts';
import { readVerified, toHead } from './verification-cursor.ts';
import { readNotes } from './checkpoints.ts';

const BATCH = 10_000;

export interface RestoringNeeds {
  readonly db: Db<AuditTables>;
  readonly keys: Keys;
  readonly signing: Signing;
  readonly anchors: readonly NamedAnchor[];
}

export interface Restore {
  /** Size of the newest head that is known of what was lost. */
  readonly lost: number;
  readonly reason: string;
  /** Signed heads that somebody has kept. */
  readonly checkpoints?: readonly string[];
}

/** For whoever has restored a backup, or must go on from a trail whose head is not as it was signed. */
export function createRestoring({ db, keys, signing, anchors }: RestoringNeeds) {
  /**
   * States with the signing key that the trail goes on from what is there, on a branch of its own: heads that were signed
   * before above it, up to `lost`, are void. A head that does not fit is made anew from the seals.
   * @throws Error when no signed head of so many entries is known, or the seals have a gap.
   */
  async function acceptRestore({ lost, reason, checkpoints = [] }: Restore): Promise<{ kept: number; note: string }> {
    const known = await largestKnown(checkpoints);
    if (lost > known)
      throw new Error(`no signed head of more than ${known} entries is known here: give one of ${lost} that was kept`);
    return db.write(system('audit'), async ({ tx, audit }) => {
      const trusted = await listTrusted(tx, keys);
      const locked = await lockHead(tx, { waits: true });
      const parent = (locked?.note && openCheckpoint(locked.note, trusted)?.branch) || '';
      const head = locked && whyUnfit(locked, trusted) === null ? locked : await remakeHead(tx, trusted);
      const by = await signing.signer(tx);
      const { size: kept, root } = head;
      const text = toRestorationText({ origin: by.name, kept, root, abandoned: lost, reason, parent });
      const note = signNote(text, [by]);
      await sql`insert into audit.restoration (id, note) values (${newId()}::uuid, ${note})`.execute(tx);
      await moveHead(tx, { ...head, note: signHead(by, head, toBranch(text)) });
      const payload = { abandoned: lost, kept, reason };
      audit({ action: 'audit.restore_accepted', resourceType: 'audit', resourceId: by.name, payload });
      return { kept, note };
    });
  }

  async function largestKnown(given: readonly string[]): Promise<number> {
    const trusted = await listTrusted(db.read, keys);
    const head = await readHead(db.read);
    const verified = await readVerified(db.read, keys);
    const notes = [...(await readNotes(db.read, anchors)).checkpoints, head.note ?? '', ...given];
    const sizes = notes.flatMap((note) => openCheckpoint(note, trusted)?.size ?? []);
    return Math.max(head.size, verified ? toHead(verified).size : 0, ...sizes);
  }

  return { acceptRestore };
}

/** What the seals say, from the last archive on. */
async function remakeHead(tx: Transaction<AuditTables>, trusted: readonly NoteKey[]): Promise<Head> {
  const { start } = await readArchived(tx, trusted);
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
  await sql`insert into audit.head (checksum) values (${checksum}) on conflict do nothing`.execute(tx);
  return { size: tree.size(), checksum, frontier: tree.frontier(), root: tree.root(), note: null, isLost: false };
}
