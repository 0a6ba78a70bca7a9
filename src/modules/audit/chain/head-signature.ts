import type { Kysely, Transaction } from 'kysely';
import type { Keys } from '#platform/keys/port.ts';
import {
  openCheckpoint,
  parseCheckpoint,
  signNote,
  toCheckpointText,
  type KeptCheckpoint,
  type NoteKey,
  type Signer,
} from '#verifier/note.ts';
import type { AuditTables } from '../tables.ts';
import { lockHead, readHead, type Head } from './head.ts';
import { listTrustedKeys } from './signing-keys.ts';

/** The head stays on the branch that its last note names, and names the same kept checkpoint, unless others are given. */
export function signHead(
  signer: Signer,
  head: HeadToSign,
  { branch = branchOf(head.note), kept = keptOf(head.note) }: { branch?: string; kept?: KeptCheckpoint | null } = {},
): string {
  const { size, root } = head;
  return signNote(toCheckpointText({ origin: signer.name, size, root, branch, ...(kept && { kept }) }), [signer]);
}

type HeadToSign = Pick<Head, 'size' | 'root' | 'note'>;

/** Does not verify the note: only for a head that is known to be valid. */
export function branchOf(note: string | null): string {
  return (note === null ? null : parseCheckpoint(note)?.branch) ?? '';
}

/** The newest checkpoint that was kept before this head, or null. Does not verify the note either. */
export function keptOf(note: string | null): KeptCheckpoint | null {
  return (note === null ? null : parseCheckpoint(note)?.kept) ?? null;
}

/**
 * The reason why nothing may be appended to the head or signed for it; null when the head is exactly what was signed
 * last. One of our keys signs each head together with its batch, so a head that was changed without the key is invalid.
 */
export function validateHead(head: Head | null, trusted: readonly NoteKey[]): string | null {
  if (!head || head.isLost) return 'the head of the trail is missing, or there are two, or it cannot be read';
  if (head.note === null)
    return head.size === 0 && trusted.length === 0 ? null : 'the head of the trail has lost its signature';
  const signed = openCheckpoint(head.note, trusted);
  if (!signed) return 'the head of the trail is not signed by a key of this installation';
  const isWhole = head.frontier.nodes.length === countOnes(head.size); // otherwise another shape with the same root
  if (signed.size !== head.size || !signed.root.equals(head.root) || !isWhole)
    return `the head of the trail is not the one that was signed: ${signed.size} entries were signed, ${head.size} are there`;
  return null;
}

/** What `validateHead` compares, without a lock. */
export async function readHeadWithKeys(db: Kysely<AuditTables>, keys: Keys) {
  const head = await readHead(db);
  const trusted = await listTrustedKeys(db, keys); // read later, so that the key which signed the head is among them
  const isFirst = head.note === null && trusted.length > 0; // the first key signed a head between the two reads
  return { head: isFirst ? await readHead(db) : head, trusted };
}

/** Locks the head. @throws Error when it is invalid, with the reason */
export async function lockValidHead(tx: Transaction<AuditTables>, keys: Keys): Promise<Head> {
  const head = await lockHead(tx, { waits: true });
  const reason = validateHead(head, await listTrustedKeys(tx, keys));
  if (!head || reason !== null) throw new Error(`nothing is signed: ${reason}`);
  return head;
}

function countOnes(size: number): number {
  return size.toString(2).replaceAll('0', '').length;
}
