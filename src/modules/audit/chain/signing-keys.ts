import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { Keys } from '#platform/keys/port.ts';
import { followHandovers, isSameKey, openHandover, type OpenedHandover } from '#verifier/handover.ts';
import { toKeyId, type NoteKey, type Signer } from '#verifier/note.ts';
import type { AuditNeeds } from '../needs.ts';
import { sealedSigningKeys } from '../secrets.ts';
import type { AuditTables } from '../tables.ts';

const RAW_BYTES = 32; // the last bytes of an Ed25519 key in SPKI form

type KeyRow = AuditTables['audit.signingKey'];

export interface AuditSigningKey extends Signer {
  readonly keyId: string;
}

/** The keys that sign tree heads. The newest one signs; the older ones are kept to verify what they signed. */
export function createSigningKeys({ keys, host }: Pick<AuditNeeds, 'keys' | 'host'>) {
  let cached: AuditSigningKey | null = null;

  /** The newest key. Creates the first one: the caller holds the lock of the head. */
  async function newest(tx: Transaction<AuditTables>): Promise<AuditSigningKey> {
    const { rows } = await readKeyring(tx, keys);
    const [row] = rows;
    if (!row) return create(tx, `${host}/audit/${randomBytes(4).toString('hex')}`, () => null);
    if (cached?.keyId === row.keyId) return cached;
    const { keyId, name, publicKey } = row;
    cached = { keyId, name, publicKey, privateKey: decryptPrivateKey(row, keys) };
    return cached;
  }

  /** `handOver` gives the note by which the key before hands over to this one; null for the first. */
  async function create(
    tx: Transaction<AuditTables>,
    name: string,
    handOver: (next: AuditSigningKey) => string | null,
  ): Promise<AuditSigningKey> {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = rawOf(publicKey);
    const key = { keyId: toKeyId({ name, publicKey: raw }), name, publicKey: raw, privateKey };
    const privateSealed = keys.seal(sealedSigningKeys, key.keyId, privateKey.export({ format: 'der', type: 'pkcs8' }));
    await sql`insert into audit.signing_key (key_id, name, public_key, private_sealed, handover, created_at)
      select ${key.keyId}, ${name}, ${raw}, ${privateSealed}, ${handOver(key)}::text,
        greatest(clock_timestamp(), max(created_at) + interval '1 microsecond') -- later, although the clock was set back
      from audit.signing_key`.execute(tx);
    return key;
  }

  return { newest, create };
}

export type AuditSigningKeys = ReturnType<typeof createSigningKeys>;

/** As they are stored, newest first. */
export async function listSigningKeys(db: Kysely<AuditTables>): Promise<KeyRow[]> {
  const { rows } = await sql<KeyRow>`
    select key_id, name, public_key, private_sealed, handover, created_at from audit.signing_key
    order by created_at desc, key_id`.execute(db);
  return rows;
}

/** The keys of this installation, in the order in which they handed over. */
export interface Keyring {
  /** Newest first. */
  readonly rows: readonly KeyRow[];
  /** What a verifier outside trusts who was given the newest key. */
  readonly trusted: readonly NoteKey[];
  /** The first sequence for which each row counts that is not ours, is out of its order, or lacks its predecessor. */
  readonly wrongAt: readonly number[];
}

/**
 * Only keys whose private half our secret decrypts count: a row that somebody else inserted or changed is not trusted.
 * Their order is that of their handovers, which the keys have signed.
 */
export async function readKeyring(db: Kysely<AuditTables>, keys: Keys): Promise<Keyring> {
  const stored = await listSigningKeys(db);
  const own = stored.filter((row) => isOurs(row, keys));
  const steps = new Map(own.map((row) => [row, row.handover === null ? null : openHandover(row.handover, own)]));
  const placeOf = (row: KeyRow) => (steps.get(row)?.head?.size ?? 0) + 1;
  const rows = toOrder(own, steps);
  const first = rows.at(-1);
  const timely = stored.filter((row) => rows.includes(row));
  const wrong = stored.filter((row) => !rows.includes(row) || rows.indexOf(row) !== timely.indexOf(row));
  if (first && first.handover !== null) wrong.push(first); // the key before it is missing
  const notes = rows.flatMap(({ handover }) => handover ?? []).toReversed();
  return { rows, trusted: followHandovers(notes, toGiven(rows, steps)).keys, wrongAt: wrong.map(placeOf) };
}

export async function listTrustedKeys(db: Kysely<AuditTables>, keys: Keys): Promise<readonly NoteKey[]> {
  return (await readKeyring(db, keys)).trusted;
}

type Steps = ReadonlyMap<KeyRow, OpenedHandover | null>;

/** From the newest key that no other has followed, back over the handovers. */
function toOrder(own: readonly KeyRow[], steps: Steps): KeyRow[] {
  const beforeOf = (row: KeyRow) => {
    const step = steps.get(row);
    return step && isSameKey(step.next, row) ? step.before : null;
  };
  const rows: KeyRow[] = [];
  let at = own.find((row) => !own.some((other) => isSame(beforeOf(other), row)));
  while (at && !rows.includes(at)) {
    rows.push(at);
    const before = beforeOf(at);
    at = own.find((row) => isSame(before, row));
  }
  return rows;
}

/** The newest key; and those whose handover is of an earlier version, which leads only to the next. */
function toGiven(rows: readonly KeyRow[], steps: Steps): NoteKey[] {
  return rows
    .filter((_, index) => index === 0 || !steps.get(rows[index - 1] as KeyRow)?.head)
    .map(({ name, publicKey }) => ({ name, publicKey }));
}

function isSame(key: NoteKey | null, row: KeyRow): boolean {
  return key !== null && isSameKey(key, row);
}

function isOurs(row: KeyRow, keys: Keys): boolean {
  try {
    const isKept = rawOf(createPublicKey(decryptPrivateKey(row, keys))).equals(row.publicKey);
    return isKept && toKeyId(row) === row.keyId;
  } catch {
    return false; // whatever is wrong with the row, its signatures do not count
  }
}

function decryptPrivateKey({ keyId, privateSealed }: KeyRow, keys: Keys): KeyObject {
  return createPrivateKey({ key: keys.open(sealedSigningKeys, keyId, privateSealed), format: 'der', type: 'pkcs8' });
}

function rawOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(-RAW_BYTES);
}
