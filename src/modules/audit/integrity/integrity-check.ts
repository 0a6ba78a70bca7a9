import { sql } from 'kysely';
import type { Archived } from '#verifier/archive.ts';
import { createChainCheck, type ChainRow, type Position } from '#verifier/chain.ts';
import { rootOf } from '#verifier/tree.ts';
import { readArchivedRange } from '../archives/manifests.ts';
import { createExplanation, readChainedRows, toChainRows, type ChainedRow } from '../chain/chained-rows.ts';
import { peopleOf } from '../chain/decrypt.ts';
import { readHeadWithKeys } from '../chain/head-signature.ts';
import type { Head } from '../chain/head.ts';
import { TILE_LEVELS, unsealedAgeSeconds } from '../chain/queries.ts';
import { listTrustedKeys, readKeyring } from '../chain/signing-keys.ts';
import type { AuditBreak } from '../contract.ts';
import type { AuditNeeds } from '../needs.ts';
import type { IntegrityReport } from '../schemas.ts';
import { findForeignRows, findWrongArchivedTiles } from './archived-rows.ts';
import { findDeletedCheckpoints, findWrongManifests, readNotes, toCheckpoints } from './checkpoints.ts';
import { findMissingGuards } from './guards.ts';
import { findUnlinkedRows } from './unlinked-rows.ts';
import { readCursor, type VerificationCursor } from './verification-cursor.ts';

const BATCH = 200; // two batches are in memory; larger ones are no faster
const SHOWN_BREAKS = 100;

export type CheckNeeds = Pick<AuditNeeds, 'db' | 'keys' | 'people' | 'anchors'>;

export interface CheckOptions {
  /** Begins where the last clean report ended. */
  readonly incremental: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (checked: number, total: number) => Promise<void> | void;
}

/** The result of a check, and what the unit that records it must store. */
export interface CheckResult {
  readonly report: IntegrityReport;
  readonly origin: string;
  readonly breaks: readonly AuditBreak[];
  /** Where the next incremental check begins; null when there is any break. */
  readonly cursor: VerificationCursor | null;
  /** Whether all entries were read, including those that no seal names. */
  readonly isWhole: boolean;
}

/** Reads the chain, whole or after the last clean report, and compares it with everything that was signed. */
export function createIntegrityCheck({ db, keys, people, anchors }: CheckNeeds) {
  /** Repeats a check with breaks if rows were archived while it read them. */
  async function check(options: CheckOptions): Promise<CheckResult> {
    for (;;) {
      const result = await checkOnce(options);
      if (result.breaks.length === 0) return result;
      const { start } = await readArchivedRange(db.read, await listTrustedKeys(db.read, keys));
      if (start.sequence === result.report.archivedTo) return result;
    }
  }

  async function checkOnce({ incremental, signal, onProgress = () => {} }: CheckOptions): Promise<CheckResult> {
    const beganMs = performance.now();
    // The order matters, since the trail grows meanwhile: the head is read last, so no note is of a larger tree.
    const notes = await readNotes(db.read, anchors);
    const { cursor, isUnreadable } = await readCursor(db.read, keys);
    const { head, trusted } = await readHeadWithKeys(db.read, keys);
    const archived = await readArchivedRange(db.read, trusted);
    const signed = toCheckpoints(notes, { head, cursor, trusted });
    const isCursorVoid = signed.isCursorVoid;
    const start = incremental ? startOf({ archived, cursor, head, isCursorVoid }) : archived.start;
    const tiles: Tile[] = [];
    const chain = createChainCheck({
      start,
      checkpoints: signed.checkpoints,
      areErasuresGiven: true,
      onComplete: (level, index, hash) => {
        if (level > 0 && level % TILE_LEVELS === 0) tiles.push({ level, index, hash: Buffer.from(hash) });
      },
    });
    const explanation = createExplanation({ db: db.read, people }, archived.erased);
    const wrongTiles: number[] = [];
    const total = head.size - start.sequence;
    for await (const rows of readAhead(start.sequence, head.size)) {
      signal?.throwIfAborted();
      chain.push(await decrypt(rows));
      await explanation.explain(chain);
      wrongTiles.push(...(await compareTiles(tiles.splice(0))));
      await onProgress(chain.checked(), total);
    }
    const mismatches = [
      ...signed.unsigned,
      ...wrongTiles,
      ...findWrongManifests(archived, signed.checkpoints),
      ...(await findDeletedCheckpoints(db.read, notes, head)),
      ...(await readKeyring(db.read, keys)).wrongAt,
      ...(incremental ? [] : await findWrongArchivedTiles(db.read, archived)),
      ...(isUnreadable ? [archived.start.sequence + 1] : []), // nothing is known to be verified
    ];
    const others: AuditBreak[] = [
      ...mismatches.map((sequence) => mismatchAt(sequence)),
      ...(await findForeignRows(db.read, archived)),
      ...(await findUnlinkedRows(db.read, { isWhole: !incremental, afterHead: head.size + 1, signal })),
    ];
    await explanation.explainRest(chain);
    const position = chain.position();
    const ofChain = chain.finish(head.size);
    if (ofChain.length === 0 && !isEnd(head, position)) others.push(mismatchAt(head.size));
    const breaks = merge([...ofChain, ...others]);
    return {
      origin: trusted[0]?.name ?? '',
      breaks,
      cursor: breaks.length === 0 ? { position, branch: signed.branch } : null,
      isWhole: !incremental,
      report: {
        isValid: breaks.length === 0,
        entriesChecked: chain.checked(),
        from: start.sequence + 1,
        to: head.size,
        archivedTo: archived.start.sequence,
        headSequence: head.size,
        headChecksum: head.checksum.toString('hex'),
        firstBreak: breaks[0] ?? null,
        breaks: breaks.slice(0, SHOWN_BREAKS),
        anchors: notes.anchors,
        missingGuards: await findMissingGuards(db.read),
        unsealedAgeSeconds: await unsealedAgeSeconds(db.read),
        durationMs: Math.round(performance.now() - beganMs),
      },
    };
  }

  /** How many entries such a check would read. */
  async function countToRead(incremental: boolean): Promise<number> {
    const cursor = incremental ? (await readCursor(db.read, keys)).cursor : null;
    const { head, trusted } = await readHeadWithKeys(db.read, keys);
    const archived = await readArchivedRange(db.read, trusted);
    const notes = { ...(await readNotes(db.read, [])), checkpoints: [] }; // only restorations can make the cursor void
    const { isCursorVoid } = toCheckpoints(notes, { head, cursor, trusted });
    return head.size - startOf({ archived, cursor, head, isCursorVoid }).sequence;
  }

  /** Reads the next batch while the caller checks the present one. */
  async function* readAhead(after: number, upTo: number): AsyncGenerator<ChainedRow[]> {
    let next = readChainedRows(db.read, after, upTo, BATCH);
    for (;;) {
      const rows = await next;
      const last = rows.at(-1);
      if (!last) return;
      next = readChainedRows(db.read, last.sequence, upTo, BATCH);
      next.catch(() => {}); // awaited in the next turn, unless the caller has stopped
      yield rows;
    }
  }

  async function decrypt(rows: readonly ChainedRow[]): Promise<ChainRow[]> {
    return toChainRows(rows, await people.opener(peopleOf(rows.flatMap(({ entry }) => entry ?? []))));
  }

  async function compareTiles(tiles: readonly Tile[]): Promise<number[]> {
    if (tiles.length === 0) return [];
    const { rows } = await sql<{ ord: number; hash: Buffer | null }>`
      select t.ord, s.hash from unnest(${tiles.map(({ level }) => level)}::smallint[], ${tiles.map(({ index }) => index)}::bigint[])
        with ordinality t (level, index, ord)
      left join audit.tree s on s.level = t.level and s.index = t.index`.execute(db.read);
    const stored = Map.groupBy(rows, ({ ord }) => ord);
    return tiles
      .filter(({ hash }, at) => {
        const [found, ...others] = stored.get(at + 1) ?? [];
        return !found?.hash?.equals(hash) || others.length > 0;
      })
      .map(({ level, index }) => (index + 1) * 2 ** level);
  }

  return { check, countToRead };
}

interface StartContext {
  readonly archived: Archived;
  readonly cursor: VerificationCursor | null;
  readonly head: Head;
  readonly isCursorVoid: boolean;
}

/** The cursor; but the beginning where the tree has become smaller, or a backup was restored since. */
function startOf({ archived: { start }, cursor, head, isCursorVoid }: StartContext): Position {
  if (!cursor || isCursorVoid) return start;
  const { position } = cursor;
  return position.sequence <= head.size && position.sequence >= start.sequence ? position : start;
}

interface Tile {
  readonly level: number;
  readonly index: number;
  readonly hash: Buffer;
}

function mismatchAt(sequence: number): AuditBreak {
  return { sequence, kind: 'checkpointMismatch' };
}

function isEnd(head: Head, { sequence, checksum, frontier }: Position): boolean {
  return (
    head.size === sequence &&
    Buffer.compare(head.checksum, checksum) === 0 &&
    Buffer.compare(head.root, rootOf(frontier.nodes)) === 0
  );
}

/** One break for each sequence, the chain's own first; and one for each entry that has no sequence. */
function merge(breaks: readonly AuditBreak[]): AuditBreak[] {
  const byPlace = new Map<string, AuditBreak>();
  for (const each of breaks) {
    const place = each.entryId ?? String(each.sequence);
    if (!byPlace.has(place)) byPlace.set(place, each);
  }
  return [...byPlace.values()].toSorted((a, b) => a.sequence - b.sequence);
}
