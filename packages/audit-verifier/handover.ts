import {
  openNote,
  parseCheckpoint,
  parseVerifierKey,
  toCheckpointText,
  toVerifierKey,
  type Checkpoint,
  type NoteKey,
} from './note.ts';
import { descendsFrom, openRestoration, type StatedRestoration } from './restoration.ts';

const PURPOSE = 'next key';

/** One key replaces another, at this head. Both sign it, so a reader who trusts either key can trust the other. */
export interface Handover {
  readonly before: NoteKey;
  readonly next: NoteKey;
  readonly head: Checkpoint;
}

/** What a reader trusts: keys, and the heads at which these keys took over. */
export interface Trust {
  readonly keys: readonly NoteKey[];
  readonly heads: readonly Checkpoint[];
  /** Of `heads`, those that a key has signed which no other has replaced. */
  readonly presentHeads: readonly Checkpoint[];
}

export function toHandoverText({ before, next, head }: Handover): string {
  const [origin, ...tree] = toCheckpointText(head).split('\n');
  return [origin, PURPOSE, toVerifierKey(next), toVerifierKey(before), ...tree].join('\n');
}

/**
 * All keys that are trusted if `given` are. The successor that a trusted key names is trusted. The predecessor that a
 * trusted key names is trusted up to the head of the handover, and the tree must contain that head: so a stolen old key
 * cannot sign anything later, and names neither a successor nor a predecessor. Handovers of earlier versions, which only
 * the old key signed, lead only to the successor.
 */
export function followHandovers(notes: readonly string[], given: readonly NoteKey[]): Trust {
  const keys = [...given];
  const heads: Checkpoint[] = [];
  const presentHeads: Checkpoint[] = [];
  for (const note of notes) {
    const { next } = openHandover(note, keys.filter(isPresent)) ?? {};
    if (next && !keys.some((known) => isSameKey(known, next))) keys.push(next);
  }
  for (const note of notes.toReversed()) {
    const { before, head, signedNext } = openHandover(note, keys) ?? {};
    if (!before || !head || !signedNext || head.size > (signedNext.upTo ?? Infinity)) continue;
    if (!keys.some((known) => isSameKey(known, before))) keys.push({ ...before, upTo: head.size });
    heads.push(head);
    if (isPresent(signedNext)) presentHeads.push(head);
  }
  return { keys, heads, presentHeads };
}

/** The statements that count. A statement of an earlier key counts only if it leads to a head that a present key signed. */
export function openRestorations(
  notes: readonly string[],
  { keys, presentHeads }: Pick<Trust, 'keys' | 'presentHeads'>,
): StatedRestoration[] {
  const all = notes.flatMap((note) => openRestoration(note, keys) ?? []);
  return all.filter(
    ({ isByEarlierKey, branch }) =>
      !isByEarlierKey || presentHeads.some((head) => descendsFrom(head.branch, branch, all)),
  );
}

/** A handover that one of the keys has signed. Without `head` it is of an earlier version: only `before` has signed it. */
export interface OpenedHandover {
  readonly next: NoteKey;
  readonly before: NoteKey | null;
  readonly head: Checkpoint | null;
  /** `next` as it is trusted, if it has signed; else null. */
  readonly signedNext: NoteKey | null;
}

/** Null for a note that is not a handover, or is not signed by any of the keys. */
export function openHandover(note: string, keys: readonly NoteKey[]): OpenedHandover | null {
  const opened = openNote(note, keys);
  const [origin = '', purpose, named = '', before, ...tree] = opened?.text.split('\n') ?? [];
  if (!opened || purpose !== PURPOSE) return null;
  const next = parseVerifierKey(named);
  return {
    next,
    before: before ? parseVerifierKey(before) : (opened.signedBy.find((key) => !isSameKey(key, next)) ?? null),
    head: parseCheckpoint([origin, ...tree].join('\n')),
    signedNext: opened.signedBy.find((key) => isSameKey(key, next)) ?? null,
  };
}

/** Whether no other key has replaced it. */
function isPresent({ upTo }: NoteKey): boolean {
  return upTo === undefined;
}

export function isSameKey(a: NoteKey, b: NoteKey): boolean {
  return toVerifierKey(a) === toVerifierKey(b);
}
