import { sql, type Kysely } from 'kysely';
import { toPosition, type Archived, type Manifest } from '#verifier/archive.ts';
import { toCanonical, toChecksum } from '#verifier/entry.ts';
import { createTree, EMPTY } from '#verifier/tree.ts';
import { readChainedRows, type ChainedRow } from '../chain/chained-rows.ts';
import { TILE_LEVELS } from '../chain/queries.ts';
import type { AuditBreak } from '../contract.ts';
import type { AuditTables } from '../tables.ts';

const BATCH = 200;
const MAX_ROWS = 100;

/**
 * Seals of the archived range that are no rest of it. While the oldest archived rows are being deleted, the others are
 * valid: from the end of the last manifest back they follow one another without a gap. What is below a gap was put there.
 */
export async function findForeignRows(db: Kysely<AuditTables>, { manifests }: Archived): Promise<AuditBreak[]> {
  const last = manifests.at(-1);
  if (!last) return [];
  let next: Link = { sequence: last.to, checksum: Buffer.from(last.checksum, 'hex') };
  for (;;) {
    const rows = await readChainedRows(db, Math.max(next.sequence - BATCH, last.from - 1), next.sequence, BATCH);
    const rest = countRest(rows, next);
    const lowest = rows.at(-rest);
    if (rest === 0 || !lowest) break;
    next = { sequence: lowest.sequence - 1, checksum: lowest.previousChecksum };
    if (rest < rows.length) break;
  }
  // A row that was read above may be deleted by now, but none can be added below.
  const { rows: foreign } = await sql<{ sequence: number }>`
    select sequence from audit.seal where sequence between 1 and ${next.sequence} order by sequence
    limit ${MAX_ROWS}`.execute(db);
  return foreign.map(({ sequence }) => ({ sequence, kind: 'linkBroken' }));
}

/** The seal that the next higher one names. */
type Link = Pick<ChainedRow, 'sequence' | 'checksum'>;

/** How many rows, from the last one back, lead to `next` by their checksums. */
function countRest(rows: readonly ChainedRow[], next: Link): number {
  let count = 0;
  for (const { sequence, checksum, previousChecksum, entry } of rows.toReversed()) {
    const computed = entry && toChecksum(sequence, toCanonical(entry), entry.payloadHash, previousChecksum);
    if (sequence !== next.sequence || !checksum.equals(next.checksum) || !computed?.equals(checksum)) return count;
    next = { sequence: sequence - 1, checksum: previousChecksum };
    count++;
  }
  return count;
}

/** Stored subtrees of the archived range that do not lead to the tree that the last manifest signs. */
export async function findWrongArchivedTiles(db: Kysely<AuditTables>, { manifests }: Archived): Promise<number[]> {
  const last = manifests.at(-1);
  if (!last) return [];
  const { rows } = await sql<{ level: number; index: number; hash: Buffer | null }>`
    select level, index, hash from audit.tree
    where case when level between 8 and 48 then (index::numeric + 1) * power(2::numeric, level::numeric) <= ${last.to} end`.execute(
    db,
  );
  const stored = Map.groupBy(rows, ({ level, index }) => `${level}/${index}`);
  const wrong: number[] = [];
  const compare = (level: number, index: number, hash: Uint8Array) => {
    const [found, ...others] = stored.get(`${level}/${index}`) ?? [];
    if (!found?.hash?.equals(hash) || others.length > 0) wrong.push((index + 1) * 2 ** level);
  };
  const tree = createTree(EMPTY, (level, index, hash) => {
    if (level % TILE_LEVELS === 0) compare(level + TILE_LEVELS, index, hash);
  });
  for (let index = 0; index < Math.floor(last.to / 2 ** TILE_LEVELS); index++)
    tree.append(stored.get(`${TILE_LEVELS}/${index}`)?.[0]?.hash ?? Buffer.alloc(0));
  return [...wrong, ...findWrongRoots(tree.frontier().nodes, last)];
}

/** The complete subtrees that the tiles make, against those of the manifest: it lists them largest first as well. */
function findWrongRoots(nodes: readonly Uint8Array[], manifest: Manifest): number[] {
  const { frontier } = toPosition(manifest);
  let end = 0;
  return nodes.flatMap((node, at) => {
    end += 2 ** Math.floor(Math.log2(manifest.to - end));
    return frontier.nodes[at] && Buffer.compare(frontier.nodes[at], node) === 0 ? [] : [end];
  });
}
