import { HASH_BYTES, sha256 } from './entry.ts';

/** The complete subtrees that cover a tree from the left, largest first: enough to append, and to compute the root. */
export interface Frontier {
  readonly size: number;
  readonly nodes: readonly Uint8Array[];
}

export const EMPTY: Frontier = { size: 0, nodes: [] };

/** RFC 6962, section 2.1. The leaf's data is the entry's checksum. */
export function leafHash(data: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(1 + data.length);
  bytes[0] = 0;
  bytes.set(data, 1);
  return sha256(bytes);
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(1 + 2 * HASH_BYTES);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 1 + HASH_BYTES);
  return sha256(bytes);
}

/** Appends leaf by leaf. `onComplete` is called for each complete subtree: 2^level leaves, the index-th of its size. */
export function createTree(start: Frontier, onComplete: (level: number, index: number, hash: Uint8Array) => void) {
  const nodes = [...start.nodes];
  let { size } = start;

  return {
    append(leaf: Uint8Array): void {
      let hash = leaf;
      let index = size;
      let level = 0;
      onComplete(level, index, hash);
      while (index % 2 === 1) {
        const left = nodes.pop();
        if (!left) throw new Error('the frontier does not fit its size');
        hash = nodeHash(left, hash);
        index = (index - 1) / 2;
        level++;
        onComplete(level, index, hash);
      }
      nodes.push(hash);
      size++;
    },
    size: () => size,
    root: () => rootOf(nodes),
    frontier: (): Frontier => ({ size, nodes: [...nodes] }),
  };
}

export function rootOf(nodes: readonly Uint8Array[]): Buffer {
  const last = nodes.at(-1);
  if (!last) return sha256('');
  return Buffer.from(nodes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last));
}

/** RFC 9162, section 2.1.3.2. True when the tree with this size and root has the leaf at `index`. All hashes are SHA-256. */
export function isIncluded(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!(index >= 0 && index < size) || ![leaf, root, ...proof].every(isHash)) return false;
  let [at, last, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else hash = nodeHash(hash, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && Buffer.compare(hash, root) === 0;
}

/**
 * RFC 9162, section 2.1.4.2. True when the tree of size `from` is the beginning of that of size `to`. False for an empty
 * tree: it is the beginning of every tree, so a proof would say nothing.
 */
export function isConsistent(
  from: number,
  to: number,
  proof: readonly Uint8Array[],
  rootFrom: Uint8Array,
  rootTo: Uint8Array,
): boolean {
  if (!(from >= 1 && from <= to) || !proof.every(isHash)) return false;
  if (from === to) return proof.length === 0 && Buffer.compare(rootFrom, rootTo) === 0;
  const path = Number.isInteger(Math.log2(from)) ? [rootFrom, ...proof] : [...proof];
  let [at, last] = [from - 1, to - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  const [first, ...rest] = path;
  if (!first) return false;
  let [older, newer] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      older = nodeHash(sibling, older);
      newer = nodeHash(sibling, newer);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else newer = nodeHash(newer, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && Buffer.compare(older, rootFrom) === 0 && Buffer.compare(newer, rootTo) === 0;
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === HASH_BYTES;
}

function half(value: number): number {
  return Math.floor(value / 2);
}
