import { sql, type Transaction } from 'kysely';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnchoredCheckpoint } from '#platform/anchor/port.ts';
import { openCheckpoint, parseCheckpoint, toKeptCheckpoint } from '#verifier/note.ts';
import { branchOf, keptOf, lockValidHead, signHead } from '../chain/head-signature.ts';
import { moveHead, type Head } from '../chain/head.ts';
import { listTrustedKeys, type AuditSigningKeys } from '../chain/signing-keys.ts';
import type { AuditNeeds } from '../needs.ts';
import type { AuditTables } from '../tables.ts';
import { anchorHealth } from './health.ts';
import { listKeptNotes } from './kept-notes.ts';

const RECENT_SHARE = 0.9; // of `anchorSeconds`: the scheduled run must not count the checkpoint of the run before as recent

export interface AnchorsNeeds extends Pick<AuditNeeds, 'db' | 'keys' | 'anchors' | 'anchorSeconds'> {
  readonly signingKeys: AuditSigningKeys;
}

/** Signs checkpoints, and stores them at the anchors, outside the database. */
export function createAnchors({ db, keys, signingKeys, anchors, anchorSeconds }: AnchorsNeeds) {
  /**
   * Signs the head and stores it at every anchor that does not have it yet; returns the names of these anchors.
   * @throws AggregateError when some of them failed; the others have the checkpoint.
   */
  async function anchor(): Promise<string[]> {
    return storeAtAnchors(await keepCheckpoint());
  }

  /** As `anchor`, but signs one head for each period: repeated attempts store the same checkpoint. */
  async function anchorOnSchedule(): Promise<string[]> {
    return storeAtAnchors((await findRecent()) ?? (await keepCheckpoint()));
  }

  /**
   * Signs the head and stores the note as a checkpoint, unless it is stored already. From then on the head names this
   * checkpoint, so that its deletion is found. Null while no entry is chained.
   * @throws Error when the head is not as it was signed last: then nothing is signed.
   */
  async function keepCheckpoint(): Promise<AnchoredCheckpoint | null> {
    return db.write(system('audit'), async ({ tx }) => {
      const head = await lockValidHead(tx, keys);
      const { size } = head;
      if (size === 0) return null;
      const known = await findKept(tx, head);
      if (known) return known;
      const signer = await signingKeys.newest(tx);
      const note = signHead(signer, head);
      await sql`insert into audit.checkpoint (id, size, note) values (${newId()}::uuid, ${size}, ${note})`.execute(tx);
      await moveHead(tx, { ...head, note: signHead(signer, head, { kept: toKeptCheckpoint(size, note) }) });
      return { size, note };
    });
  }

  /** The checkpoint that the head names, if it is of the same tree. */
  async function findKept(
    tx: Transaction<AuditTables>,
    { size, root, note }: Head,
  ): Promise<AnchoredCheckpoint | null> {
    const kept = keptOf(note);
    if (kept?.size !== size) return null;
    const notes = await listKeptNotes(tx, size);
    const found = notes.find((each) => toKeptCheckpoint(size, each).hash === kept.hash);
    const isSame =
      found !== undefined && parseCheckpoint(found)?.root.equals(root) && branchOf(found) === branchOf(note);
    return isSame ? { size, note: found } : null;
  }

  /** Of the checkpoints that our keys have signed: a row that somebody else inserted or dated is not sent out. */
  async function findRecent(): Promise<AnchoredCheckpoint | null> {
    const { rows } = await sql<AnchoredCheckpoint>`
      select size, note from audit.checkpoint
      where created_at > now() - make_interval(secs => ${anchorSeconds * RECENT_SHARE}) and created_at <= now()
      order by created_at desc, size desc`.execute(db.read);
    const trusted = await listTrustedKeys(db.read, keys);
    return rows.find(({ size, note }) => openCheckpoint(note, trusted)?.size === size) ?? null;
  }

  async function storeAtAnchors(checkpoint: AnchoredCheckpoint | null): Promise<string[]> {
    if (!checkpoint) return [];
    const takers: string[] = [];
    const failures: unknown[] = [];
    await Promise.all(
      anchors.map(async ({ name, anchor: place }) => {
        try {
          if (await hasTaken(name, checkpoint.size)) return;
          await place.put(checkpoint);
          await recordTaken(name, checkpoint.size);
          takers.push(name);
        } catch (error) {
          failures.push(new Error(`the checkpoint could not be stored at ${name}`, { cause: error }));
        }
      }),
    );
    if (failures.length > 0) throw new AggregateError(failures, 'the checkpoint could not be stored at every anchor');
    return anchors.map(({ name }) => name).filter((name) => takers.includes(name));
  }

  async function hasTaken(name: string, size: number): Promise<boolean> {
    const { rows } = await sql`select 1 from audit.anchored where name = ${name} and size = ${size}`.execute(db.read);
    return rows.length > 0;
  }

  function recordTaken(name: string, size: number): Promise<unknown> {
    return db.write(system('audit'), ({ tx }) =>
      sql`insert into audit.anchored (name, size) values (${name}, ${size})
        on conflict (name) do update set size = excluded.size, at = now()`.execute(tx),
    );
  }

  return { anchor, anchorOnSchedule, health: anchorHealth({ db, anchors, anchorSeconds }) };
}
