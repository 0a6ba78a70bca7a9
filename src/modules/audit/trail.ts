import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import type { Db } from '#platform/database/port.ts';
import type { Keys, PersonKeys } from '#platform/keys/port.ts';
import { GENESIS } from '../../../packages/audit-verifier/entry.ts';
import { toVerifierKey } from '../../../packages/audit-verifier/note.ts';
import { FORMAT } from '../../../packages/audit-verifier/verify.ts';
import { readHead, type AuditTables } from './chain.ts';
import { openPayload, peopleOf } from './opening.ts';
import { readSealed, type SealedRow } from './sealed.ts';
import { list } from './signing.ts';

const BATCH = 1000;

export interface TrailNeeds {
  readonly db: Db<AuditTables>;
  readonly keys: Keys;
  readonly people: PersonKeys;
}

/**
 * The whole trail as the offline verifier reads it: a header, the public keys, what was signed, then every entry with
 * its payload and salt. As it lies there: what somebody has changed is exported changed.
 */
export function createTrail({ db, people }: TrailNeeds) {
  async function* exportTrail(onProgress: (done: number, total: number) => void): AsyncGenerator<string> {
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
    const previousChecksum = GENESIS.toString('hex');
    yield toLine({ kind: 'header', format: FORMAT, origin, from: 1, to: head.size, previousChecksum, frontier: [] });
    for (const key of keyRows.toReversed()) {
      yield toLine({ kind: 'key', key: toVerifierKey(key) });
      if (key.handover !== null) yield toLine({ kind: 'handover', note: key.handover });
    }
    for (const { note } of restorations) yield toLine({ kind: 'restoration', note });
    for (const { note } of checkpoints) yield toLine({ kind: 'checkpoint', note });
    if (head.note !== null) yield toLine({ kind: 'checkpoint', note: head.note });
    let entries = 0;
    for (let last = 0; last < head.size;) {
      const rows = await readSealed(db.read, last, head.size, BATCH);
      if (rows.length === 0) break;
      for (const line of await toLines(rows)) yield line;
      entries += rows.length;
      last = rows.at(-1)?.sequence ?? head.size;
      onProgress(last, head.size);
    }
    yield toLine({ kind: 'end', entries });
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

  return { exportTrail };
}

function toLine(line: Record<string, unknown>): string {
  return `${JSON.stringify(line)}\n`;
}
