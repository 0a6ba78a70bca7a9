import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import type { Leader } from '#platform/work/port.ts';
import { parseCheckpoint, toVerifierKey } from '#verifier/note.ts';
import { FORMAT } from '#verifier/verify.ts';
import { addNewlyKept } from '../anchors/kept-notes.ts';
import { readArchivedRange, readManifestNotes, readManifests } from '../archives/manifests.ts';
import type { ArchiveObjects } from '../archives/objects.ts';
import { hasErasureAfter, readChainedRows, type ChainedRow } from '../chain/chained-rows.ts';
import { decryptPayload, peopleOf } from '../chain/decrypt.ts';
import { readHead } from '../chain/head.ts';
import { listSigningKeys, listTrustedKeys } from '../chain/signing-keys.ts';
import { auditErrors } from '../contract.ts';
import type { AuditNeeds } from '../needs.ts';

const BATCH = 1000;

type OnProgress = (done: number, total: number) => void;

export interface TrailExportNeeds extends Pick<AuditNeeds, 'db' | 'keys' | 'people'> {
  readonly objects: ArchiveObjects;
  readonly sealer: Leader;
}

/** Exports of the trail, as the offline verifier reads them. Nothing is corrected: changed rows are exported changed. */
export function createTrailExport({ db, keys, people, objects, sealer }: TrailExportNeeds) {
  /**
   * The trail after its last archive: a header, the public keys, all signed notes, then each entry with payload and salt.
   */
  async function* exportTrail(onProgress: OnProgress): AsyncGenerator<string> {
    const { rows } = await sql<{ note: string }>`
      select coalesce(note, '') as note from audit.checkpoint order by size`.execute(db.read);
    const { rows: restorations } = await sql<{ note: string }>`
      select coalesce(note, '') as note from audit.restoration`.execute(db.read);
    const head = await readHead(db.read);
    let checkpoints = await addNewlyKept(
      db.read,
      rows.map(({ note }) => note),
      head.note,
    );
    const keyRows = await listSigningKeys(db.read);
    const origin = keyRows[0]?.name ?? '';
    await db.write(system('audit'), async ({ audit }) =>
      audit({ action: 'audit.exported', resourceType: 'audit', resourceId: 'trail', payload: { to: head.size } }),
    );
    const manifests = await readManifestNotes(db.read);
    const { start } = await readArchivedRange(db.read, await listTrustedKeys(db.read, keys));
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
    for (const note of checkpoints)
      if ((parseCheckpoint(note)?.size ?? from) >= from) yield toLine({ kind: 'checkpoint', note }); // others are in archives
    if (head.note !== null) yield toLine({ kind: 'checkpoint', note: head.note });
    let size = head.size;
    yield* exportEntries({ after: start.sequence, upTo: size }, onProgress);
    while (await hasErasureAfter(db.read, size)) {
      await sealer.drain(); // payloads of these people are missing in the export: the entries that explain it must follow
      const grown = await readHead(db.read);
      if (grown.size <= size) break; // entries cannot be chained; the head shows why
      const known = checkpoints.length;
      checkpoints = await addNewlyKept(db.read, checkpoints, grown.note);
      for (const note of [...checkpoints.slice(known).toReversed(), grown.note]) {
        const upTo = parseCheckpoint(note ?? '')?.size ?? grown.size;
        yield* exportEntries({ after: size, upTo }, onProgress);
        yield toLine({ kind: 'checkpoint', note });
        size = upTo;
      }
    }
    if ((await readManifestNotes(db.read)).length > manifests.length)
      throw new Error('entries were archived while they were exported: export again');
    yield toLine({ kind: 'end', entries: size - start.sequence });
  }

  /** Ends early where there are no further seals. */
  async function* exportEntries({ after, upTo }: { after: number; upTo: number }, onProgress: OnProgress) {
    for (let last = after; last < upTo;) {
      const rows = await readChainedRows(db.read, last, upTo, BATCH);
      if (rows.length === 0) return;
      for (const line of await toLines(rows, { unproved: false })) yield line;
      last = rows.at(-1)?.sequence ?? upTo;
      onProgress(last, upTo);
    }
  }

  /** The entries of an archive, decrypted as far as the keys of their people still exist. */
  async function* openArchive(objectKey: string): AsyncGenerator<string> {
    const manifests = await readManifests(db.read);
    if (!manifests.some((manifest) => manifest.objectKey === objectKey))
      throw auditErrors.archiveNotFound({ objectKey });
    await db.write(system('audit'), async ({ audit }) =>
      audit({ action: 'audit.exported', resourceType: 'audit', resourceId: objectKey }),
    );
    for await (const rows of objects.readRows(objectKey))
      for (const line of await toLines(rows, { unproved: true })) yield line;
  }

  /** A payload that can no longer be proved, since its actor was erased, is left out unless `unproved` ones are wanted. */
  async function toLines(rows: readonly ChainedRow[], { unproved }: { unproved: boolean }): Promise<string[]> {
    const sealing = await people.opener(peopleOf(rows.flatMap(({ entry }) => entry ?? [])));
    return rows.map(({ sequence, previousChecksum, checksum, entry }) => {
      const seal = { sequence, previousChecksum: previousChecksum.toString('hex'), checksum: checksum.toString('hex') };
      if (!entry) return toLine({ kind: 'entry', ...seal, id: null });
      const { state, payload, ip, userAgent } = decryptPayload(entry, sealing);
      const isProvable = state === 'intact' || state === 'changed';
      return toLine({
        kind: 'entry',
        ...seal,
        ...entry,
        impersonatorId: entry.impersonatorId ?? undefined, // as verifiers of before this field take lines
        payloadHash: entry.payloadHash.toString('hex'),
        salt: (isProvable && entry.salt?.toString('hex')) || null,
        sealed: undefined, // ciphertext is useless without the keys
        origin: undefined,
        payloadState: state,
        payload: payload === null || (state === 'unsalted' && !unproved) ? null : (JSON.parse(payload) as unknown),
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
