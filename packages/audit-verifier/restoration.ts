import { sha256 } from './entry.ts';
import { openNote, type Checkpoint, type NoteKey } from './note.ts';

const PURPOSE = 'restored';
const BRANCH_DIGITS = 32;

/** The statement that a backup was restored: the trail continues from `kept` entries, and later signed heads are void. */
export interface Restoration {
  readonly origin: string;
  /** Of the tree from which the trail continues. */
  readonly kept: number;
  readonly root: Uint8Array;
  /** Size of the largest known head of the lost trail. */
  readonly abandoned: number;
  readonly reason: string;
  /** The branch before the restore; empty for the first branch. */
  readonly parent: string;
}

/** A statement, and the branch that begins with it: heads that are signed later name it. */
export interface StatedRestoration extends Pick<Restoration, 'kept' | 'abandoned' | 'parent'> {
  readonly branch: string;
  /** Signed only by keys that were replaced later: see `upTo` of `NoteKey`. */
  readonly isByEarlierKey: boolean;
}

export function toRestorationText({ origin, kept, root, abandoned, reason, parent }: Restoration): string {
  const tree = `${kept} ${Buffer.from(root).toString('base64')}`;
  return `${origin}\n${PURPOSE}\n${abandoned}\n${tree}\n${JSON.stringify(reason)}\nfrom ${parent}\n`;
}

/** The branch is named by a hash of its statement, so that no other statement can replace it. */
export function toBranch(text: string): string {
  return sha256(text).toString('hex').slice(0, BRANCH_DIGITS);
}

/** Null for a note that is not such a statement, or is not signed by any of the keys. */
export function openRestoration(note: string, keys: readonly NoteKey[]): StatedRestoration | null {
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

/** Whether a head belongs to the lost trail. A head on the branch of the statement, or on a later one, does not. */
export function isAbandoned(
  { size, branch }: Pick<Checkpoint, 'size' | 'branch'>,
  all: readonly StatedRestoration[],
): boolean {
  return all.some(
    (stated) => size > stated.kept && size <= stated.abandoned && !descendsFrom(branch, stated.branch, all),
  );
}

/** Whether a statement begins the branch of the head. Otherwise it was taken away. */
export function isStated({ branch }: Pick<Checkpoint, 'branch'>, all: readonly StatedRestoration[]): boolean {
  return branch === '' || all.some((stated) => stated.branch === branch);
}

/** Whether the branch is that one, or began on it or on one that did. */
export function descendsFrom(branch: string, ancestor: string, all: readonly StatedRestoration[]): boolean {
  const parents = new Map(all.map((stated) => [stated.branch, stated.parent]));
  for (let at = branch; at !== ''; at = parents.get(at) ?? '') if (at === ancestor) return true; // ends, since hashes cannot form a cycle
  return false;
}
