import { sql, type Kysely } from 'kysely';
import type { Manifest } from '#verifier/archive.ts';
import { leafHash, nodeHash } from '#verifier/tree.ts';
import { readManifests } from '../archives/manifests.ts';
import { TILE_LEVELS } from '../chain/queries.ts';
import { auditErrors } from '../contract.ts';
import type { AuditTables } from '../tables.ts';

/** Consecutive leaves, counted from 0; without the leaf `to`. */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/** The siblings of an inclusion proof, from the leaf to the root. */
export function toInclusionPath(index: number, whole: LeafRange): LeafRange[] {
  const path: LeafRange[] = [];
  for (let { from, to } = whole; to - from > 1;) {
    const middle = from + largestPowerBelow(to - from);
    path.push(index < middle ? { from: middle, to } : { from, to: middle });
    if (index < middle) to = middle;
    else from = middle;
  }
  return path.toReversed();
}

/** SUBPROOF of RFC 6962, section 2.1.2: walks down to the last complete subtree of the old tree. */
export function toConsistencyPath(size: number, whole: LeafRange): LeafRange[] {
  const path: LeafRange[] = [];
  let isWhole = true;
  for (let { from, to } = whole; ;) {
    if (size === to) return (isWhole ? path : [...path, { from, to }]).toReversed();
    const middle = from + largestPowerBelow(to - from);
    path.push(size <= middle ? { from: middle, to } : { from, to: middle });
    if (size <= middle) to = middle;
    else [from, isWhole] = [middle, false];
  }
}

function largestPowerBelow(count: number): number {
  return 2 ** (Math.ceil(Math.log2(count)) - 1);
}

/** A complete subtree: 2^level leaves, the index-th of its size. */
interface Subtree {
  readonly level: number;
  readonly index: number;
}

/** The hash of each range, with at most two statements for all of them. @throws `audit.entry_archived`, `audit.sequence_unknown` */
export async function hashRanges(db: Kysely<AuditTables>, ranges: readonly LeafRange[]): Promise<Buffer[]> {
  const parts = ranges.map(toSubtrees);
  const manifests = await readManifests(db);
  const hashes = new Map([...frontiersOf(manifests), ...(await readSubtrees(db, parts.flat()))]);
  return parts.map((subtrees) => {
    const roots = subtrees.map(({ level, index }) => hashSubtree({ hashes, manifests }, level, index));
    return roots.reduceRight((right, left) => nodeHash(left, right));
  });
}

/** Largest first, in the order in which RFC 6962 builds the tree of such a range. */
function toSubtrees({ from, to }: LeafRange): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = from; at < to;) {
    const level = Math.floor(Math.log2(to - at));
    subtrees.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return subtrees;
}

type SubtreeHashes = ReadonlyMap<string, Buffer>;

/**
 * The stored nodes below the subtrees: leaves, or the roots of tiles of the level below. Each range is looked up by itself:
 * as a join the planner reads the whole tree for them.
 */
async function readSubtrees(db: Kysely<AuditTables>, subtrees: readonly Subtree[]): Promise<SubtreeHashes> {
  const ranges = subtrees.map(({ level, index }) => {
    const stored = Math.floor(level / TILE_LEVELS) * TILE_LEVELS;
    const count = 2 ** (level - stored);
    return { level: stored, first: index * count, last: (index + 1) * count - 1 };
  });
  const columns = (of: typeof ranges) =>
    sql`unnest(${of.map(({ level }) => level)}::smallint[], ${of.map(({ first }) => first)}::bigint[], ${of.map(({ last }) => last)}::bigint[]) r (level, first, last)`;
  const { rows: tiles } = await sql<Subtree & { hash: Buffer }>`
    select t.level, t.index, t.hash from ${columns(ranges.filter(({ level }) => level > 0))} cross join lateral (
      select * from audit.tree where level = r.level and index between r.first and r.last offset 0) t`.execute(db);
  const { rows: leaves } = await sql<{ sequence: number; checksum: Buffer }>`
    select s.sequence, s.checksum from ${columns(ranges.filter(({ level }) => level === 0))}
    cross join lateral (
      select * from audit.seal where sequence between r.first + 1 and r.last + 1 offset 0) s`.execute(db);
  return new Map([
    ...tiles.map(({ level, index, hash }) => [keyOf(level, index), hash] as const),
    ...leaves.map(({ sequence, checksum }) => [keyOf(0, sequence - 1), leafHash(checksum)] as const),
  ]);
}

interface ProofSources {
  readonly hashes: SubtreeHashes;
  readonly manifests: readonly Manifest[];
}

function hashSubtree(sources: ProofSources, level: number, index: number): Buffer {
  const hash = sources.hashes.get(keyOf(level, index));
  if (hash) return hash;
  if (level % TILE_LEVELS === 0) {
    const sequence = (index + 1) * 2 ** level;
    const manifest = sources.manifests.find(({ to }) => sequence <= to);
    throw manifest ? entryArchived(sequence, manifest) : auditErrors.sequenceUnknown({ sequence });
  }
  return nodeHash(hashSubtree(sources, level - 1, 2 * index), hashSubtree(sources, level - 1, 2 * index + 1));
}

/** The frontiers of the archived ranges: proofs of later leaves need them. */
function frontiersOf(manifests: readonly Manifest[]): [string, Buffer][] {
  return manifests.flatMap(({ to, frontier }) =>
    toSubtrees({ from: 0, to }).map(({ level, index }, at): [string, Buffer] => [
      keyOf(level, index),
      Buffer.from(frontier[at] ?? '', 'hex'),
    ]),
  );
}

export function entryArchived(sequence: number, { from, to, objectKey }: Manifest) {
  return auditErrors.entryArchived({ sequence, fromSequence: from, toSequence: to, objectKey });
}

function keyOf(level: number, index: number): string {
  return `${level}/${index}`;
}
