import { sql, type Kysely } from 'kysely';
import type { Db } from '#platform/database/port.ts';
import { leafHash, nodeHash } from '#verifier/tree.ts';
import type { Manifest } from '#verifier/archive.ts';
import { readManifests } from '../archives/manifests.ts';
import { readHead, TILE_LEVELS, type AuditTables } from '../chain/queries.ts';
import { auditErrors, type ConsistencyProof, type InclusionProof } from '../contract.ts';

/** A run of leaves, from 0; the last is not in it. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** Proofs of RFC 6962 from the leaves and the stored subtrees: of logarithmic size, from a few hundred rows. */
export function createProofs(db: Db<AuditTables>) {
  /** @throws `audit.nothing_sealed`, `audit.sequence_unknown` */
  async function inclusion(sequence: number, askedSize: number | undefined): Promise<InclusionProof> {
    const size = await sizeOf(askedSize);
    if (sequence > size) throw auditErrors.sequenceUnknown({ sequence });
    await refuseArchived(sequence);
    const index = sequence - 1;
    const siblings = pathOf(index, { from: 0, to: size });
    const hashes = await hashRanges(db.read, [...siblings, { from: 0, to: size }, { from: index, to: sequence }]);
    const checksum = await checksumOf(sequence);
    return {
      sequence,
      leafIndex: index,
      treeSize: size,
      checksum: checksum.toString('hex'),
      leafHash: leafHash(checksum).toString('base64'),
      rootHash: toBase64(hashes[siblings.length]),
      proof: hashes.slice(0, siblings.length).map(toBase64),
    };
  }

  /** @throws `audit.nothing_sealed`, `audit.sequence_unknown`, `audit.range_invalid` */
  async function consistency(from: number, askedTo: number | undefined): Promise<ConsistencyProof> {
    const to = await sizeOf(askedTo);
    if (from > to) throw auditErrors.rangeInvalid({ from, to });
    const ranges = from === to ? [] : subproof(from, { from: 0, to }, true);
    const hashes = await hashRanges(db.read, [...ranges, { from: 0, to: from }, { from: 0, to }]);
    const [fromRoot, toRoot] = hashes.slice(ranges.length);
    return {
      from,
      to,
      fromRoot: toBase64(fromRoot),
      toRoot: toBase64(toRoot),
      proof: hashes.slice(0, ranges.length).map(toBase64),
    };
  }

  async function refuseArchived(sequence: number): Promise<void> {
    const manifest = (await readManifests(db.read)).find(({ to }) => sequence <= to);
    if (manifest) throw archived(sequence, manifest);
  }

  async function sizeOf(asked: number | undefined): Promise<number> {
    const { size } = await readHead(db.read);
    if (size === 0) throw auditErrors.nothingSealed();
    if (asked !== undefined && asked > size) throw auditErrors.sequenceUnknown({ sequence: asked });
    return asked ?? size;
  }

  async function checksumOf(sequence: number): Promise<Buffer> {
    const row = await db.read
      .selectFrom('audit.seal')
      .select('checksum')
      .where('sequence', '=', sequence)
      .executeTakeFirst();
    if (!row) throw auditErrors.sequenceUnknown({ sequence });
    return row.checksum;
  }

  return { inclusion, consistency };
}

export type Proofs = ReturnType<typeof createProofs>;

/** Siblings from the leaf upwards. */
function pathOf(index: number, whole: Range): Range[] {
  const path: Range[] = [];
  for (let { from, to } = whole; to - from > 1;) {
    const middle = from + largestPowerBelow(to - from);
    path.push(index < middle ? { from: middle, to } : { from, to: middle });
    if (index < middle) to = middle;
    else from = middle;
  }
  return path.toReversed();
}

/** SUBPROOF of RFC 6962, section 2.1.2: walks down to the old tree's last complete subtree. */
function subproof(size: number, whole: Range, wasWhole: boolean): Range[] {
  const path: Range[] = [];
  let isWhole = wasWhole;
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

/** The hash over each run, by at most two statements for all of them. */
async function hashRanges(db: Kysely<AuditTables>, ranges: readonly Range[]): Promise<Buffer[]> {
  const parts = ranges.map(toSubtrees);
  const manifests = await readManifests(db);
  const known = new Map([...frontiersOf(manifests), ...(await readSubtrees(db, parts.flat()))]);
  return parts.map((subtrees) => {
    const hashes = subtrees.map(({ level, index }) => fold({ known, manifests }, level, index));
    return hashes.reduceRight((right, left) => nodeHash(left, right));
  });
}

/** Largest first, as the tree over such a run is built. */
function toSubtrees({ from, to }: Range): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = from; at < to;) {
    const level = Math.floor(Math.log2(to - at));
    subtrees.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return subtrees;
}

type Known = ReadonlyMap<string, Buffer>;

/** What is stored under the subtrees: leaves, or the roots of tiles of the level below. */
async function readSubtrees(db: Kysely<AuditTables>, subtrees: readonly Subtree[]): Promise<Known> {
  const runs = subtrees.map(({ level, index }) => {
    const stored = Math.floor(level / TILE_LEVELS) * TILE_LEVELS;
    const count = 2 ** (level - stored);
    return { level: stored, first: index * count, last: (index + 1) * count - 1 };
  });
  const columns = (of: typeof runs) =>
    sql`unnest(${of.map(({ level }) => level)}::smallint[], ${of.map(({ first }) => first)}::bigint[], ${of.map(({ last }) => last)}::bigint[]) r (level, first, last)`;
  const { rows: tiles } = await sql<Subtree & { hash: Buffer }>`
    select t.level, t.index, t.hash from ${columns(runs.filter(({ level }) => level > 0))}
    join audit.tree t on t.level = r.level and t.index between r.first and r.last`.execute(db);
  const { rows: leaves } = await sql<{ sequence: number; checksum: Buffer }>`
    select s.sequence, s.checksum from ${columns(runs.filter(({ level }) => level === 0))}
    join audit.seal s on s.sequence between r.first + 1 and r.last + 1`.execute(db);
  return new Map([
    ...tiles.map(({ level, index, hash }) => [keyOf(level, index), hash] as const),
    ...leaves.map(({ sequence, checksum }) => [keyOf(0, sequence - 1), leafHash(checksum)] as const),
  ]);
}

interface Material {
  readonly known: Known;
  readonly manifests: readonly Manifest[];
}

function fold(material: Material, level: number, index: number): Buffer {
  const hash = material.known.get(keyOf(level, index));
  if (hash) return hash;
  if (level % TILE_LEVELS === 0) {
    const sequence = (index + 1) * 2 ** level;
    const manifest = material.manifests.find(({ to }) => sequence <= to);
    throw manifest ? archived(sequence, manifest) : auditErrors.sequenceUnknown({ sequence });
  }
  return nodeHash(fold(material, level - 1, 2 * index), fold(material, level - 1, 2 * index + 1));
}

/** The edges of what is archived: with them the leaves behind it have their proofs. */
function frontiersOf(manifests: readonly Manifest[]): [string, Buffer][] {
  return manifests.flatMap(({ to, frontier }) =>
    toSubtrees({ from: 0, to }).map(({ level, index }, at): [string, Buffer] => [
      keyOf(level, index),
      Buffer.from(frontier[at] ?? '', 'hex'),
    ]),
  );
}

function archived(sequence: number, { from, to, objectKey }: Manifest) {
  return auditErrors.entryArchived({ sequence, fromSequence: from, toSequence: to, objectKey });
}

function keyOf(level: number, index: number): string {
  return `${level}/${index}`;
}

function toBase64(hash: Buffer | undefined): string {
  return (hash ?? Buffer.alloc(0)).toString('base64');
}
