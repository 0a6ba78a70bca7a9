import { sql } from 'kysely';
import type { NamedAnchor } from '#platform/anchor/port.ts';
import type { Db, Unit } from '#platform/database/port.ts';
import type { Keys, PersonKeys } from '#platform/keys/port.ts';
import type { Archived } from '#verifier/archive.ts';
import { createChainCheck, type ChainRow, type Position } from '#verifier/chain.ts';
import { rootOf } from '#verifier/tree.ts';
import { readArchived } from '../archives/manifests.ts';
import { TILE_LEVELS, unsealedAgeSeconds, type AuditTables, type Head } from '../chain/queries.ts';
import { auditEvents, type AuditBreak, type IntegrityReport } from '../contract.ts';
import { peopleOf } from '../chain/decrypt.ts';
import { listErased, openRows, readSealed, type SealedRow } from '../chain/chained-rows.ts';
import { listTrusted, readHeadWithKeys } from '../chain/signing-keys.ts';
import { findStrays } from './unlinked-rows.ts';
import { keepVerified, readVerified, type Verified } from './verification-cursor.ts';
import { findWrong, readNotes, toWaypoints } from './checkpoints.ts';

const BATCH = 200; // two of them in memory; more is no quicker
const SHOWN_BREAKS = 100;

export interface IntegrityNeeds {
  readonly db: Db<AuditTables>;
  readonly keys: Keys;
  readonly people: PersonKeys;
  readonly anchors: readonly NamedAnchor[];
}

export interface ReportOptions {
  /** Begins where the last clean report ended. */
  readonly incremental: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (checked: number, total: number) => Promise<void> | void;
}

/** What a report found, and what its unit has to keep. */
export interface Found {
  readonly report: IntegrityReport;
  readonly origin: string;
  readonly breaks: readonly AuditBreak[];
  /** Null unless everything up to there was whole. */
  readonly verified: Verified | null;
  /** Whether all entries were looked at, also those that no seal names. */
  readonly isWhole: boolean;
}

/** Reads the whole chain, or what has come since the last clean report, and holds it against all that was signed. */
export function createIntegrity({ db, keys, people, anchors }: IntegrityNeeds) {
  /** Again, where rows went into an archive while they were read. */
  async function check(options: ReportOptions): Promise<Found> {
    for (;;) {
      const found = await checkOnce(options);
      if (found.breaks.length === 0) return found;
      const { start } = await readArchived(db.read, await listTrusted(db.read, keys));
      if (start.sequence === found.report.archivedTo) return found;
    }
  }

  async function checkOnce({ incremental, signal, onProgress = () => {} }: ReportOptions): Promise<Found> {
    const beganMs = performance.now();
    // In this order, since all of it grows meanwhile: no head that was signed is larger than the one that is read last.
    const kept = await readNotes(db.read, anchors);
    const verified = await readVerified(db.read, keys);
    const { head, trusted } = await readHeadWithKeys(db.read, keys);
    const archived = await readArchived(db.read, trusted);
    const signed = toWaypoints(kept, { head, verified, trusted });
    const start = incremental ? startOf({ archived, verified, head, isLost: signed.isVerifiedLost }) : archived.start;
    const tiles: Tile[] = [];
    const chain = createChainCheck({
      start,
      waypoints: signed.waypoints,
      erased: [...archived.erased, ...(await listErased(db.read))],
      onComplete: (level, index, hash) => {
        if (level > 0 && level % TILE_LEVELS === 0) tiles.push({ level, index, hash: Buffer.from(hash) });
      },
    });
    const wrongTiles: number[] = [];
    const total = head.size - start.sequence;
    for await (const rows of readAhead(start.sequence, head.size)) {
      signal?.throwIfAborted();
      chain.push(await open(rows));
      wrongTiles.push(...(await compareTiles(tiles.splice(0))));
      await onProgress(chain.checked(), total);
    }
    const wrongArchives = findWrong(archived, signed.waypoints);
    const others: AuditBreak[] = [...signed.unsigned, ...wrongTiles, ...wrongArchives].map((sequence) =>
      mismatchAt(sequence),
    );
    others.push(...(await findStrays(db.read, { isWhole: !incremental, behind: head.size + 1 })));
    chain.learnErased(await listErased(db.read)); // some may have been erased while their entries were read
    const position = chain.position();
    const ofChain = chain.finish(head.size);
    if (ofChain.length === 0 && !isEnd(head, position)) others.push(mismatchAt(head.size));
    const breaks = merge([...ofChain, ...others]);
    return {
      origin: trusted[0]?.name ?? '',
      breaks,
      verified: breaks.length === 0 ? { position, branch: signed.branch } : null,
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
        anchors: kept.anchors,
        unsealedAgeSeconds: await unsealedAgeSeconds(db.read),
        durationMs: Math.round(performance.now() - beganMs),
      },
    };
  }

  /** How many entries such a report would read. */
  async function countToRead(incremental: boolean): Promise<number> {
    const verified = incremental ? await readVerified(db.read, keys) : null;
    const { head, trusted } = await readHeadWithKeys(db.read, keys);
    const archived = await readArchived(db.read, trusted);
    const notes = { ...(await readNotes(db.read, [])), checkpoints: [] }; // whether it was lost, statements say alone
    const { isVerifiedLost: isLost } = toWaypoints(notes, { head, verified, trusted });
    return head.size - startOf({ archived, verified, head, isLost }).sequence;
  }

  /** The next rows are on their way while these are looked at. */
  async function* readAhead(after: number, upTo: number): AsyncGenerator<SealedRow[]> {
    let next = readSealed(db.read, after, upTo, BATCH);
    for (;;) {
      const rows = await next;
      const last = rows.at(-1);
      if (!last) return;
      next = readSealed(db.read, last.sequence, upTo, BATCH);
      next.catch(() => {}); // awaited in the next turn, or nobody cares any more
      yield rows;
    }
  }

  async function open(rows: readonly SealedRow[]): Promise<ChainRow[]> {
    return openRows(rows, await people.opener(peopleOf(rows.flatMap(({ entry }) => entry ?? []))));
  }

  async function compareTiles(tiles: readonly Tile[]): Promise<number[]> {
    if (tiles.length === 0) return [];
    const { rows } = await sql<{ ord: number; hash: Buffer | null }>`
      select t.ord, s.hash from unnest(${tiles.map(({ level }) => level)}::smallint[], ${tiles.map(({ index }) => index)}::bigint[])
        with ordinality t (level, index, ord)
      left join audit.tree s on s.level = t.level and s.index = t.index order by t.ord`.execute(db.read);
    return tiles
      .filter(({ hash }, at) => !rows[at]?.hash?.equals(hash))
      .map(({ level, index }) => (index + 1) * 2 ** level);
  }

  /** Part of the caller's unit: marks and unmarks, remembers how far all is whole, and tells of what is new. */
  async function keep({ tx, publish }: Unit<AuditTables>, found: Found): Promise<void> {
    const { report, breaks, verified, origin, isWhole } = found;
    const places = sql`unnest(${breaks.map(({ sequence, entryId }) => (entryId ? null : sequence))}::bigint[],
      ${breaks.map(({ kind }) => kind)}::text[], ${breaks.map(({ entryId }) => entryId ?? null)}::uuid[])
      b (sequence, kind, entry_id)`;
    await sql`delete from audit.finding f
      where (f.sequence >= ${report.from} or f.entry_id is not null and ${isWhole}) and not exists (
        select 1 from ${places} where b.kind = f.kind and (b.sequence = f.sequence or b.entry_id = f.entry_id))`.execute(
      tx,
    );
    const { rows } = await sql<{ sequence: number | null; kind: string; entryId: string | null }>`
      insert into audit.finding (sequence, kind, entry_id) select * from ${places}
      on conflict do nothing returning sequence, kind, entry_id`.execute(tx);
    const isNew = new Set(rows.map(({ sequence, kind, entryId }) => `${entryId ?? sequence} ${kind}`));
    const first = breaks.find(({ sequence, kind, entryId }) => isNew.has(`${entryId ?? sequence} ${kind}`));
    if (first) publish(auditEvents.integrityBroken, { origin, ...first });
    if (verified && verified.position.sequence > 0) await keepVerified(tx, keys, verified);
  }

  return { check, countToRead, keep };
}

export type Integrity = ReturnType<typeof createIntegrity>;

/** An entry about a report that somebody asked for. */
export function recordReport({ audit }: Unit<AuditTables>, { report, origin }: Found): void {
  const { isValid, entriesChecked, from, to, firstBreak } = report;
  audit({
    action: 'audit.integrity_checked',
    resourceType: 'audit',
    resourceId: origin,
    outcome: isValid ? 'success' : 'failure',
    payload: { isValid, entriesChecked, from, to, firstBreak },
  });
}

interface Begun {
  readonly archived: Archived;
  readonly verified: Verified | null;
  readonly head: Head;
  readonly isLost: boolean;
}

/** Behind what was found whole; a tree that shrank, or was restored since, is read from the beginning. */
function startOf({ archived: { start }, verified, head, isLost }: Begun): Position {
  if (!verified || isLost) return start;
  const { position } = verified;
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

/** One break for each place, what the chain itself says first; and each entry that has none. */
function merge(breaks: readonly AuditBreak[]): AuditBreak[] {
  const byPlace = new Map<string, AuditBreak>();
  for (const each of breaks) {
    const place = each.entryId ?? String(each.sequence);
    if (!byPlace.has(place)) byPlace.set(place, each);
  }
  return [...byPlace.values()].toSorted((a, b) => a.sequence - b.sequence);
}
