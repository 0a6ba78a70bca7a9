import { sql, type Kysely } from 'kysely';
import type { Keys } from '#platform/keys/port.ts';
import type { Position } from '#verifier/chain.ts';
import { rootOf } from '#verifier/tree.ts';
import { sealedCursor } from '../secrets.ts';
import type { AuditTables } from '../tables.ts';

const ONLY = 'true'; // the key of the table's only row

/** Where the last clean report ended, and the branch of the trail at that time. */
export interface VerificationCursor {
  readonly position: Position;
  readonly branch: string;
}

/** As it is stored, encrypted under the application secret. */
interface StoredCursor {
  readonly sequence: number;
  readonly checksum: string;
  readonly nodes: readonly string[];
  readonly branch?: string;
}

/** Null while no report was clean, and where the row was changed or doubled: that is a break, and the whole trail is read. */
export async function readCursor(
  db: Kysely<AuditTables>,
  keys: Keys,
): Promise<{ cursor: VerificationCursor | null; isUnreadable: boolean }> {
  const { rows } = await sql<{ position: Buffer }>`select position from audit.verified`.execute(db);
  const cursor = rows[0] && rows.length === 1 ? openCursor(rows[0].position, keys) : null;
  return { cursor, isUnreadable: rows.length > 0 && cursor === null };
}

function openCursor(encrypted: Buffer, keys: Keys): VerificationCursor | null {
  try {
    const text = keys.open(sealedCursor, ONLY, encrypted).toString();
    const { sequence, checksum, nodes, branch = '' } = JSON.parse(text) as StoredCursor;
    const frontier = { size: sequence, nodes: nodes.map((node) => Buffer.from(node, 'hex')) };
    return { position: { sequence, checksum: Buffer.from(checksum, 'hex'), frontier }, branch };
  } catch {
    return null;
  }
}

/** The tree head at the cursor. The tree must still contain it, since only this program can write the cursor. */
export function headAt({ position: { sequence, frontier }, branch }: VerificationCursor) {
  return { size: sequence, root: rootOf(frontier.nodes), branch };
}

export async function saveCursor(
  tx: Kysely<AuditTables>,
  keys: Keys,
  { position: { sequence, checksum, frontier }, branch }: VerificationCursor,
): Promise<void> {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const stored: StoredCursor = { sequence, checksum: hex(checksum), nodes: frontier.nodes.map(hex), branch };
  const encrypted = keys.seal(sealedCursor, ONLY, JSON.stringify(stored));
  await sql`insert into audit.verified (position) values (${encrypted})
    on conflict (is_only) do update set position = excluded.position, at = now()`.execute(tx);
}
