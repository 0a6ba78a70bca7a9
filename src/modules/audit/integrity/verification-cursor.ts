import { sql, type Kysely } from 'kysely';
import type { Keys } from '#platform/keys/port.ts';
import type { Position } from '#verifier/chain.ts';
import { rootOf } from '#verifier/tree.ts';
import type { AuditTables } from '../chain/queries.ts';

export const VERIFIED_PURPOSE = 'audit.verified';

/** How far the last clean report has come, and the branch of the trail that it was on. */
export interface Verified {
  readonly position: Position;
  readonly branch: string;
}

interface Kept {
  readonly sequence: number;
  readonly checksum: string;
  readonly nodes: readonly string[];
  readonly branch?: string;
}

/** Null while no report was clean, and when somebody has changed what it left: then the whole is read. */
export async function readVerified(db: Kysely<AuditTables>, keys: Keys): Promise<Verified | null> {
  const { rows } = await sql<{ position: Buffer }>`select position from audit.verified`.execute(db);
  const sealed = rows[0]?.position;
  if (!sealed) return null;
  try {
    const {
      sequence,
      checksum,
      nodes,
      branch = '',
    } = JSON.parse(keys.open(VERIFIED_PURPOSE, sealed).toString()) as Kept;
    const frontier = { size: sequence, nodes: nodes.map((node) => Buffer.from(node, 'hex')) };
    return { position: { sequence, checksum: Buffer.from(checksum, 'hex'), frontier }, branch };
  } catch {
    return null;
  }
}

/** As a head that the tree must have gone through: it lies there under the application secret. */
export function toHead({ position: { sequence, frontier }, branch }: Verified) {
  return { size: sequence, root: rootOf(frontier.nodes), branch };
}

export async function keepVerified(
  tx: Kysely<AuditTables>,
  keys: Keys,
  { position: { sequence, checksum, frontier }, branch }: Verified,
): Promise<void> {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const kept: Kept = { sequence, checksum: hex(checksum), nodes: frontier.nodes.map(hex), branch };
  const sealed = keys.seal(VERIFIED_PURPOSE, JSON.stringify(kept));
  await sql`insert into audit.verified (position) values (${sealed})
    on conflict (is_only) do update set position = excluded.position, at = now()`.execute(tx);
}
