import { sha256 } from './entry.ts';
import { openNote, type Checkpoint, type NoteKey } from './note.ts';

const PURPOSE = 'restored';
const BRANCH_DIGITS = 32;

/** Said by whoever restored a backup: the trail goes on from `kept` entries, and what was signed above them is void. */
export interface Restoration {
  readonly origin: string;
  /** Of the tree that the trail goes on from. */
  readonly kept: number;
  readonly root: Uint8Array;
  /** Size of the largest head that is known of what was lost. */
  readonly abandoned: number;
  readonly reason: string;
  /** The branch that the trail was on before; empty from the beginning. */
  readonly parent: string;
}

/** A statement, and the branch that begins with it: heads that are signed from then on name it. */
export interface Stated extends Pick<Restoration, 'kept' | 'abandoned' | 'parent'> {
  readonly branch: string;
  /** Signed by nobody but keys that were handed on later: see `upTo` of `NoteKey`. */
  readonly isByEarlierKey: boolean;
}

export function toRestorationText({ origin, kept, root, abandoned, reason, parent }: Restoration): string {
  const tree = `${kept} ${Buffer.from(root).toString('base64')}`;
  return `${origin}\n${PURPOSE}\n${abandoned}\n${tree}\n${JSON.stringify(reason)}\nfrom ${parent}\n`;
}

/** The name of the branch is what its statement says, so that no other statement can take its place. */
export function toBranch(text: string): string {
  return sha256(text).toString('hex').slice(0, BRANCH_DIGITS);
}

/** Null for what is no such statement, or signed by none of the keys. */
export function openRestoration(note: string, keys: readonly NoteKey[]): Stated | null {
  const opened = openNote(note, keys);
  const [, purpose, lost = '', left = '', , from] = opened?.text.split('\n') ?? [];
  if (!opened || purpose !== PURPOSE) return null;
  return {
    abandoned: Number(lost),
    kept: Number(left.split(' ')[0]),
    parent: from?.startsWith('from ') ? from.slice('from '.length) : '',
    branch: toBranch(opened.text),
    isByEarlierKey: opened.signedBy.every(({ upTo }) => upTo !== undefined),
  };
}

/** Whether a head belongs to what was lost: none does that was signed on a statement's branch, or on one from there. */
export function isAbandoned({ size, branch }: Pick<Checkpoint, 'size' | 'branch'>, all: readonly Stated[]): boolean {
  return all.some(
    (stated) => size > stated.kept && size <= stated.abandoned && !descendsFrom(branch, stated.branch, all),
  );
}

/** Whether the branch is that one, or began on it or on one that did. */
export function descendsFrom(branch: string, ancestor: string, all: readonly Stated[]): boolean {
  const parents = new Map(all.map((stated) => [stated.branch, stated.parent]));
  for (let at = branch; at !== ''; at = parents.get(at) ?? '') if (at === ancestor) return true; // hashes make no circle
  return false;
}
