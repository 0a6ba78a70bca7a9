import { GENESIS, toCanonical, toChecksum, type ChainedFields } from './entry.ts';
import { createTree, EMPTY, leafHash, type Frontier } from './tree.ts';

/**
 * What can be wrong at one place. `payloadChanged`: what the entry says is not what it committed to. `entryChanged`:
 * one of its fields, or its seal. `linkBroken`: it does not follow its predecessor, or nothing sealed it. `gap`: it is
 * missing. `reordered`: it stands in another's place. `truncated`: everything from here on is missing.
 * `checkpointMismatch`: the tree up to here is not the one that was signed.
 */
export type BreakKind =
  | 'payloadChanged'
  | 'entryChanged'
  | 'linkBroken'
  | 'gap'
  | 'reordered'
  | 'truncated'
  | 'checkpointMismatch';

export interface Break {
  /** Of the entry, or of the one that should stand there. */
  readonly sequence: number;
  readonly kind: BreakKind;
}

/** `missing`: erased, or taken away. `unsalted`: readable, and no longer provable, as its actor was erased. */
export type PayloadState = 'intact' | 'changed' | 'missing' | 'unsalted';

/** A seal, the entry that it seals (null when that is gone), and what became of the entry's payload. */
export interface ChainRow {
  readonly sequence: number;
  readonly previousChecksum: Uint8Array;
  readonly checksum: Uint8Array;
  readonly entry: (ChainedFields & { readonly payloadHash: Uint8Array }) | null;
  readonly payload: PayloadState;
}

/** How far a chain is known to be whole. */
export interface Position {
  /** Of the last entry; 0 before the first. */
  readonly sequence: number;
  readonly checksum: Uint8Array;
  readonly frontier: Frontier;
}

/** The root that the tree must have at a size, according to a checkpoint. */
export interface ExpectedRoot {
  readonly size: number;
  readonly root: Uint8Array;
  /** From the statement of a restored backup: heads between these sizes may differ. */
  readonly isExcused?: boolean;
}

export const START: Position = { sequence: 0, checksum: GENESIS, frontier: EMPTY };
export const ERASED_ACTION = 'audit.person_erased';
const MAX_BREAKS = 1000;
const MAX_SEARCHED = 20; // looking for where a moved entry belongs costs a thousand hashes

export interface ChainCheckOptions {
  readonly start: Position;
  readonly checkpoints: readonly ExpectedRoot[];
  /** People known to be erased; more are learnt from the entries themselves. */
  readonly erased?: Iterable<string>;
  /** Hears of each full subtree. */
  readonly onComplete?: (level: number, index: number, hash: Uint8Array) => void;
}

/** Follows a chain from `start`, in batches of consecutive rows; goes on behind a break, so that one run finds all. */
export function createChainCheck({ start, checkpoints, erased = [], onComplete = () => {} }: ChainCheckOptions) {
  const ahead = checkpoints.filter(({ size }) => size > start.sequence).toSorted((a, b) => a.size - b.size);
  const tree = createTree(start.frontier, onComplete);
  const erasedPeople = new Set(erased);
  const kinds = new Map<number, BreakKind>();
  const owed = new Map<string, number[]>(); // by person: entries that only their erasure explains
  let [sequence, checksum] = [start.sequence, start.checksum];
  let isTreeWhole = true;
  let nextCheckpoint = 0;
  let checked = 0;

  function add(at: number, kind: BreakKind): void {
    if (!kinds.has(at) && kinds.size < MAX_BREAKS) kinds.set(at, kind);
  }

  function push(rows: readonly ChainRow[]): void {
    for (const row of rows) {
      if (row.sequence <= sequence) add(row.sequence, 'reordered');
      else follow(row, rows);
    }
  }

  function follow(row: ChainRow, window: readonly ChainRow[]): void {
    const expected = sequence + 1;
    if (row.sequence !== expected) {
      add(expected, window.some((other) => other.sequence === expected) ? 'reordered' : 'gap');
      isTreeWhole = false;
      checksum = row.previousChecksum;
    }
    const kind = kindOf(row, window);
    if (kind) add(row.sequence, kind);
    if (row.entry?.action === ERASED_ACTION) erasedPeople.add(row.entry.resourceId);
    ({ sequence, checksum } = row);
    checked++;
    if (isTreeWhole) grow(row.checksum);
  }

  function grow(leaf: Uint8Array): void {
    tree.append(leafHash(leaf));
    for (; ahead[nextCheckpoint]?.size === sequence; nextCheckpoint++) {
      const { root, isExcused } = ahead[nextCheckpoint] as ExpectedRoot;
      if (!isExcused && !isSame(tree.root(), root)) add(sequence, 'checkpointMismatch');
    }
  }

  function kindOf(row: ChainRow, window: readonly ChainRow[]): BreakKind | null {
    if (!row.entry) return 'gap';
    const canonical = toCanonical(row.entry);
    const { payloadHash } = row.entry;
    const isLinked = isSame(row.previousChecksum, checksum);
    if (!isSame(toChecksum(row.sequence, canonical, payloadHash, row.previousChecksum), row.checksum)) {
      if (isMoved(row, canonical, window)) return 'reordered';
      const wasLinked = isSame(toChecksum(row.sequence, canonical, payloadHash, checksum), row.checksum);
      return wasLinked ? 'linkBroken' : 'entryChanged';
    }
    if (!isLinked) return 'linkBroken';
    return payloadBreak(row, row.entry);
  }

  /** Whether the entry is sound at another's sequence, or under another's seal. */
  function isMoved(row: ChainRow, canonical: string, window: readonly ChainRow[]): boolean {
    if (kinds.size >= MAX_SEARCHED || !row.entry) return false;
    const { payloadHash } = row.entry;
    return window.some(
      (other) =>
        other !== row &&
        (isSame(toChecksum(other.sequence, canonical, payloadHash, row.previousChecksum), row.checksum) ||
          isSame(toChecksum(other.sequence, canonical, payloadHash, other.previousChecksum), other.checksum)),
    );
  }

  function payloadBreak({ sequence: at, payload }: ChainRow, entry: ChainedFields): BreakKind | null {
    if (payload === 'intact') return null;
    if (payload === 'changed') return 'payloadChanged';
    const people = payload === 'unsalted' ? [entry.actorId] : ownersOf(entry);
    if (people.some((person) => erasedPeople.has(person))) return null;
    for (const person of people) {
      const sequences = owed.get(person) ?? [];
      if (sequences.length < MAX_BREAKS) sequences.push(at);
      owed.set(person, sequences);
    }
    return null;
  }

  /** The breaks, in the order of the chain. `size` is how many entries there should be. */
  function finish(size: number): readonly Break[] {
    const unexplained = [...owed].filter(([person]) => !erasedPeople.has(person)).flatMap(([, sequences]) => sequences);
    const explained = new Set(
      [...owed].filter(([person]) => erasedPeople.has(person)).flatMap(([, sequences]) => sequences),
    );
    for (const at of unexplained) if (!explained.has(at)) add(at, 'payloadChanged');
    const largest = Math.max(size, ...ahead.filter(({ isExcused }) => !isExcused).map((checkpoint) => checkpoint.size));
    if (sequence < largest) kinds.set(sequence + 1, 'truncated');
    return [...kinds].map(([at, kind]) => ({ sequence: at, kind })).toSorted((a, b) => a.sequence - b.sequence);
  }

  return {
    push,
    finish,
    /** People whose erasure is recorded behind the rows that were pushed. */
    learnErased(people: Iterable<string>): void {
      for (const person of people) erasedPeople.add(person);
    },
    checked: () => checked,
    breaks: () => kinds.size,
    position: (): Position => ({ sequence, checksum, frontier: tree.frontier() }),
  };
}

/** Whose erasure takes the payload along. */
function ownersOf({ subjectId, actorId, resourceId }: ChainedFields): string[] {
  return subjectId === null ? [actorId, resourceId] : [subjectId, resourceId];
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
