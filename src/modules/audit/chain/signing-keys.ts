import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { Keys } from '#platform/keys/port.ts';
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
    const { rows } = await sql<Pick<KeyRow, 'keyId'>>`
      select key_id from audit.signing_key order by created_at desc, key_id limit 1`.execute(tx);
    const keyId = rows[0]?.keyId ?? (await create(tx, `${host}/audit/${randomBytes(4).toString('hex')}`)).keyId;
    if (cached?.keyId === keyId) return cached;
    const row = (await listSigningKeys(tx)).find((known) => known.keyId === keyId);
    if (!row) throw new Error('there is no signing key');
    cached = { keyId, name: row.name, publicKey: row.publicKey, privateKey: decryptPrivateKey(row, keys) };
    return cached;
  }

  async function create(tx: Transaction<AuditTables>, name: string): Promise<AuditSigningKey> {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = rawOf(publicKey);
    const keyId = toKeyId({ name, publicKey: raw });
    const privateSealed = keys.seal(sealedSigningKeys, keyId, privateKey.export({ format: 'der', type: 'pkcs8' }));
    await sql`insert into audit.signing_key (key_id, name, public_key, private_sealed)
      values (${keyId}, ${name}, ${raw}, ${privateSealed})`.execute(tx);
    return { keyId, name, publicKey: raw, privateKey };
  }

  return { newest, create };
}

export type AuditSigningKeys = ReturnType<typeof createSigningKeys>;

/** Newest first. */
export async function listSigningKeys(db: Kysely<AuditTables>): Promise<KeyRow[]> {
  const { rows } = await sql<KeyRow>`
    select key_id, name, public_key, private_sealed, handover, created_at from audit.signing_key
    order by created_at desc, key_id`.execute(db);
  return rows;
}

/** Only the keys whose private half our secret decrypts: a row that somebody else inserted is not trusted. */
export async function listTrustedKeys(db: Kysely<AuditTables>, keys: Keys): Promise<NoteKey[]> {
  return (await listSigningKeys(db)).flatMap((row) => {
    const { name, publicKey } = row;
    try {
      return rawOf(createPublicKey(decryptPrivateKey(row, keys))).equals(publicKey) ? [{ name, publicKey }] : [];
    } catch {
      return []; // whatever is wrong with the row, its signatures do not count
    }
  });
}

function decryptPrivateKey({ keyId, privateSealed }: KeyRow, keys: Keys): KeyObject {
  return createPrivateKey({ key: keys.open(sealedSigningKeys, keyId, privateSealed), format: 'der', type: 'pkcs8' });
}

function rawOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(-RAW_BYTES);
}
