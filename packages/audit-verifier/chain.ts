import { GENESIS, toCanonical, toChecksum, type ChainedFields } from './entry.ts';
import { createTree, EMPTY, leafHash, type Frontier } from './tree.ts';

/**
 * What can be wrong at one sequence. `payloadChanged`: the payload does not match the entry's commitment. `entryChanged`:
 * a field of the entry or its seal was changed. `linkBroken`: the entry does not follow its predecessor, or has no seal.
 * `gap`: the entry is missing. `reordered`: another entry is in its place. `truncated`: all entries from here on are
 * missing. `checkpointMismatch`: the tree up to here is not the one that was signed.
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
  /** Of the entry, or of the entry that should be there. */
  readonly sequence: number;
  readonly kind: BreakKind;
}

/** `missing`: erased, or deleted. `unsalted`: readable, but no longer provable, since its actor was erased. */
export type PayloadState = 'intact' | 'changed' | 'missing' | 'unsalted';

/** A seal, its entry (null when that is missing), and the state of the entry's payload. */
export interface ChainRow {
  readonly sequence: number;
  readonly previousChecksum: Uint8Array;
  readonly checksum: Uint8Array;
  readonly entry: (ChainedFields & { readonly payloadHash: Uint8Array }) | null;
  readonly payload: PayloadState;
}

/** How far a chain is verified. */
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
  /** Void by the statement of a restored backup: another root is no break. */
  readonly isExcused?: boolean;
}

export const START: Position = { sequence: 0, checksum: GENESIS, frontier: EMPTY };
export const ERASED_ACTION = 'audit.person_erased';
export const MAX_BREAKS = 1000; // more are not listed
const MAX_SEARCHED = 20; // a search for the place of a moved entry costs a thousand hashes

export interface ChainCheckOptions {
  readonly start: Position;
  readonly checkpoints: readonly ExpectedRoot[];
  /** People known to be erased. */
  readonly erased?: Iterable<string>;
  /** Whether these are all of them. Otherwise an entry that records an erasure adds its person. */
  readonly areErasuresGiven?: boolean;
  /** Called for each complete subtree. */
  readonly onComplete?: (level: number, index: number, hash: Uint8Array) => void;
}

/** Verifies a chain from `start`, in batches of consecutive rows. Continues after a break, so that one run finds all. */
export function createChainCheck({
  start,
  checkpoints,
  erased = [],
  areErasuresGiven = false,
  onComplete = () => {},
}: ChainCheckOptions) {
  const ahead = checkpoints.filter(({ size }) => size > start.sequence).toSorted((a, b) => a.size - b.size);
  const tree = createTree(start.frontier, onComplete);
  const erasedPeople = new Set(erased);
  const kinds = new Map<number, BreakKind>();
  const unexplained = new Map<string, number[]>(); // by person: entries that only the person's erasure explains
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
    else if (row.entry?.action === ERASED_ACTION && !areErasuresGiven) erasedPeople.add(row.entry.resourceId);
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

  /** Whether the entry is valid at another sequence, or under another seal. */
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
    const people = payload === 'unsalted' ? authorsOf(entry) : ownersOf(entry);
    if (people.length === 0) return 'payloadChanged';
    if (people.some((person) => erasedPeople.has(person))) return null;
    for (const person of people) {
      const sequences = unexplained.get(person) ?? [];
      if (sequences.length < MAX_BREAKS) sequences.push(at);
      unexplained.set(person, sequences);
    }
    return null;
  }

  /** People whose erasure is recorded, also after the rows that were pushed. */
  function addErased(people: Iterable<string>): void {
    const explained = new Set<number>();
    for (const person of people) {
      erasedPeople.add(person);
      for (const at of unexplained.get(person) ?? []) explained.add(at);
      unexplained.delete(person);
    }
    if (explained.size === 0) return;
    for (const [person, sequences] of unexplained) {
      const others = sequences.filter((at) => !explained.has(at));
      if (others.length > 0) unexplained.set(person, others);
      else unexplained.delete(person);
    }
  }

  /** The breaks, in the order of the chain. `size` is how many entries there should be. */
  function finish(size: number): readonly Break[] {
    const [explained, others] = [new Set<number>(), new Set<number>()];
    for (const [person, sequences] of unexplained)
      for (const at of sequences) (erasedPeople.has(person) ? explained : others).add(at);
    for (const at of others) if (!explained.has(at)) add(at, 'payloadChanged');
    const largest = Math.max(size, ...ahead.filter(({ isExcused }) => !isExcused).map((checkpoint) => checkpoint.size));
    if (sequence < largest) kinds.set(sequence + 1, 'truncated');
    return [...kinds].map(([at, kind]) => ({ sequence: at, kind })).toSorted((a, b) => a.sequence - b.sequence);
  }

  return {
    push,
    finish,
    addErased,
    /** The people of whom one is erased if the rows that were pushed are whole: so the caller asks only for these. */
    unexplained: (): string[] => [...unexplained.keys()],
    checked: () => checked,
    breaks: () => kinds.size,
    position: (): Position => ({ sequence, checksum, frontier: tree.frontier() }),
  };
}

/** The people whose erasure deletes the payload. */
function ownersOf({ subjectId, actorId, resourceId }: ChainedFields): string[] {
  return [subjectId === null ? actorId : subjectId, resourceId].filter((person) => person !== '');
}

/** The person whose erasure deletes the salt. */
function authorsOf({ actorType, actorId, impersonatorId }: ChainedFields): string[] {
  return actorType === 'user' || actorType === 'apiKey' ? [impersonatorId ?? actorId] : [];
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
