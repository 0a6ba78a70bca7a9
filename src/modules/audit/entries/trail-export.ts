import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import type { Db } from '#platform/database/port.ts';
import type { Keys, PersonKeys } from '#platform/keys/port.ts';
import { toVerifierKey } from '#verifier/note.ts';
import { FORMAT } from '#verifier/verify.ts';
import type { Leader } from '#platform/work/port.ts';
import type { ArchiveObjects } from '../archives/objects.ts';
import { auditErrors } from '../contract.ts';
import { readArchived, readManifestNotes, readManifests } from '../archives/manifests.ts';
import { readHead, type AuditTables } from '../chain/queries.ts';
import { openPayload, peopleOf } from '../chain/decrypt.ts';
import { isErasedBehind, readSealed, type SealedRow } from '../chain/chained-rows.ts';
import { list, listTrusted } from '../chain/signing-keys.ts';

const BATCH = 1000;

type OnProgress = (done: number, total: number) => void;

export interface TrailNeeds {
  readonly db: Db<AuditTables>;
  readonly keys: Keys;
  readonly people: PersonKeys;
  readonly objects: ArchiveObjects;
  readonly sealer: Leader;
}

/**
 * The trail from its last archive on, as the offline verifier reads it: a header, the public keys, what was signed, then every entry with
 * its payload and salt. As it lies there: what somebody has changed is exported changed.
 */
export function createTrail({ db, keys, people, objects, sealer }: TrailNeeds) {
  async function* exportTrail(onProgress: OnProgress): AsyncGenerator<string> {
    const { rows: checkpoints } = await sql<{ note: string }>`select note from audit.checkpoint order by size`.execute(
      db.read,
    );
    const { rows: restorations } = await sql<{ note: string }>`select note from audit.restoration`.execute(db.read);
    const head = await readHead(db.read);
    const keyRows = await list(db.read);
    const origin = keyRows[0]?.name ?? '';
    await db.write(system('audit'), async ({ audit }) =>
      audit({ action: 'audit.exported', resourceType: 'audit', resourceId: 'trail', payload: { to: head.size } }),
    );
    const manifests = await readManifestNotes(db.read);
    const { start } = await readArchived(db.read, await listTrusted(db.read, keys));
    const from = start.sequence + 1;
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
    const [previousChecksum, frontier] = [hex(start.checksum), start.frontier.nodes.map(hex)];
    yield toLine({ kind: 'header', format: FORMAT, origin, from, to: head.size, previousChecksum, frontier });
    for (const key of keyRows.toReversed()) {
      yield toLine({ kind: 'key', key: toVerifierKey(key) });
      if (key.handover !== null) yield toLine({ kind: 'handover', note: key.handover });
    }
    for (const note of manifests) yield toLine({ kind: 'archive', note });
    for (const { note } of restorations) yield toLine({ kind: 'restoration', note });
    for (const { note } of checkpoints) yield toLine({ kind: 'checkpoint', note });
    if (head.note !== null) yield toLine({ kind: 'checkpoint', note: head.note });
    let size = head.size;
    yield* exportEntries({ after: start.sequence, upTo: size }, onProgress);
    while (await isErasedBehind(db.read, size)) {
      await sealer.drain(); // what is gone of these people by now must be explained: the entries that say so come along
      const grown = await readHead(db.read);
      if (grown.size <= size) break; // nothing is chained, for a reason that the head shows
      yield* exportEntries({ after: size, upTo: grown.size }, onProgress);
      yield toLine({ kind: 'checkpoint', note: grown.note });
      ({ size } = grown);
    }
    if ((await readManifestNotes(db.read)).length > manifests.length)
      throw new Error('entries were archived while they were exported: export again');
    yield toLine({ kind: 'end', entries: size - start.sequence });
  }

  /** Those that are there; ends early where no seal follows. */
  async function* exportEntries({ after, upTo }: { after: number; upTo: number }, onProgress: OnProgress) {
    for (let last = after; last < upTo;) {
      const rows = await readSealed(db.read, last, upTo, BATCH);
      if (rows.length === 0) return;
      for (const line of await toLines(rows)) yield line;
      last = rows.at(-1)?.sequence ?? upTo;
      onProgress(last, upTo);
    }
  }

  /** The entries of an archive, opened as far as the keys of their people are there. */
  async function* openArchive(objectKey: string): AsyncGenerator<string> {
    const manifests = await readManifests(db.read);
    if (!manifests.some((manifest) => manifest.objectKey === objectKey))
      throw auditErrors.archiveNotFound({ objectKey });
    await db.write(system('audit'), async ({ audit }) =>
      audit({ action: 'audit.exported', resourceType: 'audit', resourceId: objectKey }),
    );
    for await (const rows of objects.readRows(objectKey)) for (const line of await toLines(rows)) yield line;
  }

  async function toLines(rows: readonly SealedRow[]): Promise<string[]> {
    const sealing = await people.opener(peopleOf(rows.flatMap(({ entry }) => entry ?? [])));
    return rows.map(({ sequence, previousChecksum, checksum, entry }) => {
      const seal = { sequence, previousChecksum: previousChecksum.toString('hex'), checksum: checksum.toString('hex') };
      if (!entry) return toLine({ kind: 'entry', ...seal, id: null });
      const { state, payload, ip, userAgent } = openPayload(entry, sealing);
      return toLine({
        kind: 'entry',
        ...seal,
        ...entry,
        payloadHash: entry.payloadHash.toString('hex'),
        salt: entry.salt?.toString('hex') ?? null,
        sealed: undefined, // ciphertext is of no use without the keys
        origin: undefined,
        payloadState: state,
        payload: payload === null ? null : (JSON.parse(payload) as unknown),
        ip,
        userAgent,
      });
    });
  }

  return { exportTrail, openArchive };
}

function toLine(line: Record<string, unknown>): string {
  return `${JSON.stringify(line)}\n`;
}
