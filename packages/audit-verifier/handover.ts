import {
  openNote,
  parseCheckpoint,
  parseVerifierKey,
  toCheckpointText,
  toVerifierKey,
  type Checkpoint,
  type NoteKey,
} from './note.ts';
import { descendsFrom, openRestoration, type Stated } from './restoration.ts';

const PURPOSE = 'next key';

/** One key takes over from another, at this head. Both sign it: so each can be trusted by whoever trusts the other. */
export interface Handover {
  readonly before: NoteKey;
  readonly next: NoteKey;
  readonly head: Checkpoint;
}

/** What a reader trusts: keys, and the heads that the keys have named when they took over. */
export interface Trust {
  readonly keys: readonly NoteKey[];
  readonly heads: readonly Checkpoint[];
}

export function toHandoverText({ before, next, head }: Handover): string {
  const [origin, ...tree] = toCheckpointText(head).split('\n');
  return [origin, PURPOSE, toVerifierKey(next), toVerifierKey(before), ...tree].join('\n');
}

/**
 * What follows from trusting `given`. A key that a trusted one names as its successor is trusted. A key that a trusted
 * one names as the one before it is trusted up to the head at which it was handed on, and that head must be gone through:
 * whoever has got hold of an old key can sign nothing that counts. Notes from before both keys signed them lead forwards.
 */
export function followHandovers(notes: readonly string[], given: readonly NoteKey[]): Trust {
  const keys = [...given];
  const heads: Checkpoint[] = [];
  for (const note of notes) {
    const opened = openNote(note, keys);
    const { next } = (opened && parseHandover(opened.text)) ?? {};
    if (next && !keys.some((known) => isSameKey(known, next))) keys.push(next);
  }
  for (const note of notes.toReversed()) {
    const opened = openNote(note, keys);
    const { before, next, head } = (opened && parseHandover(opened.text)) ?? {};
    if (!opened || !before || !next || !head) continue;
    const isByNext = opened.signedBy.some((key) => isSameKey(key, next));
    if (isByNext && !keys.some((known) => isSameKey(known, before))) keys.push({ ...before, upTo: head.size });
    heads.push(head);
  }
  return { keys, heads };
}

/** The statements that count: of an earlier key those alone that lead to a head at which it was handed on. */
export function openRestorations(notes: readonly string[], { keys, heads }: Trust): Stated[] {
  const all = notes.flatMap((note) => openRestoration(note, keys) ?? []);
  return all.filter(
    ({ isByEarlierKey, branch }) => !isByEarlierKey || heads.some((head) => descendsFrom(head.branch, branch, all)),
  );
}

function parseHandover(text: string): { next: NoteKey; before: NoteKey | null; head: Checkpoint | null } | null {
  const [origin = '', purpose, next = '', before, ...tree] = text.split('\n');
  if (purpose !== PURPOSE) return null;
  const head = parseCheckpoint([origin, ...tree].join('\n'));
  return { next: parseVerifierKey(next), before: before ? parseVerifierKey(before) : null, head };
}

function isSameKey(a: NoteKey, b: NoteKey): boolean {
  return toVerifierKey(a) === toVerifierKey(b);
}
