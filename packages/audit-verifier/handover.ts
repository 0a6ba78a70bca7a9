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
}

export function toHandoverText({ before, next, head }: Handover): string {
  const [origin, ...tree] = toCheckpointText(head).split('\n');
  return [origin, PURPOSE, toVerifierKey(next), toVerifierKey(before), ...tree].join('\n');
}

/**
 * All keys that are trusted if `given` are. The successor that a trusted key names is trusted. The predecessor that a
 * trusted key names is trusted up to the head of the handover, and the tree must contain that head: so a stolen old key
 * cannot sign anything later. Handovers of earlier versions, which only the old key signed, lead only to the successor.
 */
export function followHandovers(notes: readonly string[], given: readonly NoteKey[]): Trust {
  const keys = [...given];
  const heads: Checkpoint[] = [];
  for (const note of notes) {
    const { next } = openHandover(note, keys) ?? {};
    if (next && !keys.some((known) => isSameKey(known, next))) keys.push(next);
  }
  for (const note of notes.toReversed()) {
    const { before, next, head, isByNext } = openHandover(note, keys) ?? {};
    if (!before || !next || !head) continue;
    if (isByNext && !keys.some((known) => isSameKey(known, before))) keys.push({ ...before, upTo: head.size });
    heads.push(head);
  }
  return { keys, heads };
}

/** The statements that count. A statement of an earlier key counts only if it leads to the head of a handover. */
export function openRestorations(notes: readonly string[], { keys, heads }: Trust): StatedRestoration[] {
  const all = notes.flatMap((note) => openRestoration(note, keys) ?? []);
  return all.filter(
    ({ isByEarlierKey, branch }) => !isByEarlierKey || heads.some((head) => descendsFrom(head.branch, branch, all)),
  );
}

/** A handover that one of the keys has signed. Without `head` it is of an earlier version: only `before` has signed it. */
export interface OpenedHandover {
  readonly next: NoteKey;
  readonly before: NoteKey | null;
  readonly head: Checkpoint | null;
  readonly isByNext: boolean;
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
    isByNext: opened.signedBy.some((key) => isSameKey(key, next)),
  };
}

export function isSameKey(a: NoteKey, b: NoteKey): boolean {
  return toVerifierKey(a) === toVerifierKey(b);
}
