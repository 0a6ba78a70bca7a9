import { sql, type Kysely } from 'kysely';
import type { NamedAnchor } from '#platform/anchor/port.ts';
import type { Db, Unit } from '#platform/database/port.ts';
import type { Keys, PersonKeys } from '#platform/keys/port.ts';
import {
  createChainCheck,
  type Break,
  type ChainRow,
  type Position,
  type Waypoint,
} from '../../../packages/audit-verifier/chain.ts';
import type { Archived } from '../../../packages/audit-verifier/archive.ts';
import { openCheckpoint, parseCheckpoint, type NoteKey } from '../../../packages/audit-verifier/note.ts';
import { rootOf } from '../../../packages/audit-verifier/tree.ts';
import { parseRestoration } from '../../../packages/audit-verifier/verify.ts';
import { readArchived } from './archived.ts';
import { readHead, TILE_LEVELS, unsealedAgeSeconds, type AuditTables, type Head } from './chain.ts';
import { auditEvents, type IntegrityReport } from './contract.ts';
import { peopleOf } from './opening.ts';
import { listErased, openRows, readSealed, type SealedRow } from './sealed.ts';
import { listTrusted } from './signing.ts';

const BATCH = 200; // two of them in memory; more is no quicker
const SHOWN_BREAKS = 100;
export const VERIFIED_PURPOSE = 'audit.verified';

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
  readonly breaks: readonly Break[];
  /** Null unless everything up to there was whole. */
  readonly position: Position | null;
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
    const kept = await readNotes();
    const verified = incremental ? await lastVerified() : null;
    const head = await readHead(db.read);
    const trusted = await listTrusted(db.read, keys);
    const archived = await readArchived(db.read, trusted);
    const isUsable = verified && verified.sequence <= head.size && verified.sequence >= archived.start.sequence;
    const start = isUsable ? verified : archived.start; // a tree that shrank is read whole
    const signed = toWaypoints(kept, head, trusted);
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
    const others = [...signed.unsigned, ...wrongTiles, ...wrongArchives].map((sequence) => mismatchAt(sequence));
    if (!incremental) others.push(...(await findUnchained(head)));
    chain.learnErased(await listErased(db.read)); // some may have been erased while their entries were read
    const position = chain.position();
    const ofChain = chain.finish(head.size);
    if (ofChain.length === 0 && !isEnd(head, position)) others.push(mismatchAt(head.size));
    const breaks = merge([...ofChain, ...others]);
    return {
      origin: trusted[0]?.name ?? '',
      breaks,
      position: breaks.length === 0 ? position : null,
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

  /** What was signed: heads that were kept here or lie elsewhere, and restored backups. */
  async function readNotes() {
    const { rows: kept } = await sql<{ note: string }>`select note from audit.checkpoint order by size`.execute(
      db.read,
    );
    const { rows: restored } = await sql<{ note: string }>`select note from audit.restoration`.execute(db.read);
    const elsewhere = await readAnchors(anchors);
    const checkpoints = [...kept.map(({ note }) => note), ...elsewhere.notes];
    return { checkpoints, restorations: restored.map(({ note }) => note), anchors: elsewhere.reports };
  }

  async function lastVerified(): Promise<Position | null> {
    const { rows } = await sql<{ position: Buffer }>`select position from audit.verified`.execute(db.read);
    const sealed = rows[0]?.position;
    if (!sealed) return null;
    try {
      const kept = JSON.parse(keys.open(VERIFIED_PURPOSE, sealed).toString()) as Kept;
      const nodes = kept.nodes.map((node) => Buffer.from(node, 'hex'));
      const { sequence } = kept;
      return { sequence, checksum: Buffer.from(kept.checksum, 'hex'), frontier: { size: sequence, nodes } };
    } catch {
      return null; // changed by somebody: then the whole is read
    }
  }

  /** What nobody has chained and nobody will, behind the head as it has no place: entries that do not wait, and seals. */
  async function findUnchained(head: Head): Promise<Break[]> {
    const { rows } = await sql`
      select 1 from audit.entry e
      where not exists (select 1 from audit.seal s where s.entry_id = e.id)
        and not exists (select 1 from audit.unsealed u where u.entry_id = e.id)
      union all
      select 1 from audit.seal s where s.sequence > (select size from audit.head)
      limit 1`.execute(db.read);
    return rows.length === 0 ? [] : [{ sequence: head.size + 1, kind: 'linkBroken' }];
  }

  /** Part of the caller's unit: marks and unmarks, remembers how far all is whole, and tells of what is new. */
  async function keep({ tx, publish }: Unit<AuditTables>, { report, breaks, position, origin }: Found): Promise<void> {
    const { from } = report;
    const sequences = breaks.map(({ sequence }) => sequence);
    const kinds = breaks.map(({ kind }) => kind);
    await sql`delete from audit.finding f where f.sequence >= ${from} and not exists (
      select 1 from unnest(${sequences}::bigint[], ${kinds}::text[]) b (sequence, kind)
      where b.sequence = f.sequence and b.kind = f.kind)`.execute(tx);
    const { rows } = await sql<Break>`insert into audit.finding (sequence, kind)
      select * from unnest(${sequences}::bigint[], ${kinds}::text[]) on conflict do nothing
      returning sequence, kind`.execute(tx);
    const first = rows.toSorted((a, b) => a.sequence - b.sequence)[0];
    if (first) publish(auditEvents.integrityBroken, { origin, ...first });
    if (position && position.sequence > 0) await keepPosition(tx, position);
  }

  async function keepPosition(tx: Kysely<AuditTables>, { sequence, checksum, frontier }: Position): Promise<void> {
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
    const kept: Kept = { sequence, checksum: hex(checksum), nodes: frontier.nodes.map(hex) };
    const sealed = keys.seal(VERIFIED_PURPOSE, JSON.stringify(kept));
    await sql`insert into audit.verified (position) values (${sealed})
      on conflict (is_only) do update set position = excluded.position, at = now()`.execute(tx);
  }

  return { check, keep };
}

export type Integrity = ReturnType<typeof createIntegrity>;

/** The heads that the chain must have gone through, and the sizes of those that nobody of ours has signed. */
export function toWaypoints(
  { checkpoints, restorations }: { checkpoints: readonly string[]; restorations: readonly string[] },
  head: Head,
  trusted: readonly NoteKey[],
) {
  const excuses = restorations.flatMap((note) => parseRestoration(note, trusted) ?? []);
  const unsigned: number[] = [];
  const waypoints: Waypoint[] = [];
  const own = head.note === null ? null : openCheckpoint(head.note, trusted);
  if (own?.size === head.size) waypoints.push(own);
  else if (head.size > 0 || head.isLost || trusted.length > 0) unsigned.push(Math.max(head.size, 1));
  for (const note of checkpoints) {
    const checkpoint = openCheckpoint(note, trusted);
    if (!checkpoint) unsigned.push(parseCheckpoint(note)?.size ?? head.size);
    else {
      const { size, root } = checkpoint;
      const isExcused = excuses.some(({ kept, abandoned }) => size > kept && size <= abandoned);
      waypoints.push({ size, root, isExcused });
    }
  }
  return { waypoints, unsigned };
}

/** Where a manifest is not sound, or says another root than a head of its size. */
function findWrong({ manifests, brokenAt }: Archived, waypoints: readonly Waypoint[]): number[] {
  const roots = new Map(manifests.map(({ to, root }) => [to, Buffer.from(root, 'base64')]));
  const wrong = waypoints.filter(
    ({ size, root, isExcused }) => !isExcused && roots.get(size) !== undefined && !roots.get(size)?.equals(root),
  );
  return [...wrong.map(({ size }) => size), ...(brokenAt === null ? [] : [brokenAt])];
}

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

interface Tile {
  readonly level: number;
  readonly index: number;
  readonly hash: Buffer;
}

interface Kept {
  readonly sequence: number;
  readonly checksum: string;
  readonly nodes: readonly string[];
}

function mismatchAt(sequence: number): Break {
  return { sequence, kind: 'checkpointMismatch' };
}

function isEnd(head: Head, { sequence, checksum, frontier }: Position): boolean {
  return (
    head.size === sequence &&
    Buffer.compare(head.checksum, checksum) === 0 &&
    Buffer.compare(head.root, rootOf(frontier.nodes)) === 0
  );
}

/** One break for each place; what the chain itself says comes first. */
function merge(breaks: readonly Break[]): Break[] {
  const bySequence = new Map<number, Break>();
  for (const each of breaks) if (!bySequence.has(each.sequence)) bySequence.set(each.sequence, each);
  return [...bySequence.values()].toSorted((a, b) => a.sequence - b.sequence);
}

/** A place that does not answer is told of, and no break. */
async function readAnchors(anchors: readonly NamedAnchor[]) {
  const notes: string[] = [];
  const reports: IntegrityReport['anchors'] = [];
  for (const { name, anchor } of anchors) {
    try {
      const found = await anchor.read();
      notes.push(...(found ?? []));
      reports.push({ name, checkpoints: found?.length ?? 0, error: null });
    } catch (error) {
      reports.push({ name, checkpoints: 0, error: error instanceof Error ? error.message : String(error) });
    }
  }
  return { notes, reports };
}
