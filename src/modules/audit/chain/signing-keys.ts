import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import { system } from '#kernel/access.ts';
import type { Keys } from '#platform/keys/port.ts';
import { newId } from '#kernel/id.ts';
import type { Db } from '#platform/database/port.ts';
import {
  openCheckpoint,
  parseCheckpoint,
  signNote,
  toCheckpointText,
  toKeyId,
  type NoteKey,
  type Signer,
} from '#verifier/note.ts';
import { toHandoverText } from '#verifier/handover.ts';
import { lockHead, moveHead, readHead, type AuditTables, type Head } from './queries.ts';

export const SIGNING_KEY_PURPOSE = 'audit.signing_key';
const RAW_BYTES = 32; // the last of an Ed25519 key's SPKI form

export interface SigningNeeds {
  readonly db: Db<AuditTables>;
  readonly keys: Keys;
  /** Begins the log's name, which the first key fixes for ever. */
  readonly host: string;
}

interface KeyRow {
  readonly keyId: string;
  readonly name: string;
  readonly publicKey: Buffer;
  readonly privateSealed: Buffer;
  readonly handover: string | null;
  readonly createdAt: string;
}

/** The keys that sign tree heads. The newest signs; the older ones stay, so that what they signed can be verified. */
export function createSigning({ db, keys, host }: SigningNeeds) {
  let cached: (Signer & { keyId: string }) | null = null;

  /** The newest key; the first is made here, by whoever holds the head's lock. */
  async function signer(tx: Transaction<AuditTables>): Promise<Signer & { keyId: string }> {
    const { rows } = await sql<{ keyId: string }>`
      select key_id from audit.signing_key order by created_at desc, key_id limit 1`.execute(tx);
    const keyId = rows[0]?.keyId ?? (await create(tx, `${host}/audit/${randomBytes(4).toString('hex')}`)).keyId;
    if (cached?.keyId === keyId) return cached;
    const row = (await list(tx)).find((known) => known.keyId === keyId);
    if (!row) throw new Error('there is no signing key');
    const privateKey = createPrivateKey({
      key: keys.open(SIGNING_KEY_PURPOSE, row.privateSealed),
      format: 'der',
      type: 'pkcs8',
    });
    cached = { keyId, name: row.name, publicKey: row.publicKey, privateKey };
    return cached;
  }

  async function create(tx: Transaction<AuditTables>, name: string): Promise<Signer & { keyId: string }> {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = rawOf(publicKey);
    const privateSealed = keys.seal(SIGNING_KEY_PURPOSE, privateKey.export({ format: 'der', type: 'pkcs8' }));
    const keyId = toKeyId({ name, publicKey: raw });
    await sql`insert into audit.signing_key (key_id, name, public_key, private_sealed)
      values (${keyId}, ${name}, ${raw}, ${privateSealed})`.execute(tx);
    return { keyId, name, publicKey: raw, privateKey };
  }

  /** A new key. It and the one before sign a note of the change, so that who trusts either can trust the other. */
  function rotate(): Promise<string> {
    return db.write(system('audit'), async ({ tx, audit }) => {
      const head = await lockHead(tx, { waits: true });
      refuseUnfit(head, await listTrusted(tx, keys));
      const before = await signer(tx);
      const next = await create(tx, before.name);
      const { keyId } = next;
      const at = { origin: before.name, size: head.size, root: head.root, branch: branchOf(head.note) };
      const handover = signNote(toHandoverText({ before, next, head: at }), [before, next]);
      await sql`update audit.signing_key set handover = ${handover} where key_id = ${keyId}`.execute(tx);
      await moveHead(tx, { ...head, note: signHead(next, head) });
      audit({
        action: 'audit.key_rotated',
        resourceType: 'auditKey',
        resourceId: keyId,
        payload: { before: before.keyId, after: keyId },
      });
      return keyId;
    });
  }

  /**
   * The head as a signed note, kept as a checkpoint where none of this size and key is. Null while nothing is chained.
   * @throws Error for a head that does not fit what was signed last: then nothing is signed.
   */
  async function keepCheckpoint(): Promise<{ size: number; note: string } | null> {
    return db.write(system('audit'), async ({ tx }) => {
      const head = await lockHead(tx, { waits: true });
      refuseUnfit(head, await listTrusted(tx, keys));
      if (head.size === 0) return null;
      const note = signHead(await signer(tx), head);
      await sql`insert into audit.checkpoint (id, size, note) select ${newId()}::uuid, ${head.size}, ${note}
        where not exists (select 1 from audit.checkpoint where size = ${head.size} and note = ${note})`.execute(tx);
      return { size: head.size, note };
    });
  }

  return { signer, rotate, keepCheckpoint };
}

export type Signing = ReturnType<typeof createSigning>;

/** The head goes on upon the branch that its last note names, or begins another. */
export function signHead(signer: Signer, head: HeadToSign, branch = branchOf(head.note)): string {
  const { size, root } = head;
  return signNote(toCheckpointText({ origin: signer.name, size, root, branch }), [signer]);
}

type HeadToSign = Pick<Head, 'size' | 'root' | 'note'>;

/** Unverified: of a head that is known to fit. */
function branchOf(note: string | null): string {
  return (note === null ? null : parseCheckpoint(note)?.branch) ?? '';
}

/**
 * Why nothing may be appended to the head or signed for it; null when it is as it was signed last. A key of ours signs
 * each head with its batch, so that whoever changes one without the key makes one that does not fit.
 */
export function whyUnfit(head: Head | null, trusted: readonly NoteKey[]): string | null {
  if (!head || head.isLost) return 'the head of the trail is gone';
  if (head.note === null)
    return head.size === 0 && trusted.length === 0 ? null : 'the head of the trail has lost its signature';
  const signed = openCheckpoint(head.note, trusted);
  if (!signed) return 'no key of ours has signed the head of the trail';
  const isWhole = head.frontier.nodes.length === countOnes(head.size); // else the same root of another shape
  if (signed.size !== head.size || !signed.root.equals(head.root) || !isWhole)
    return `the head of the trail is not the one that was signed: ${signed.size} entries were, ${head.size} are there`;
  return null;
}

/** What `whyUnfit` compares, without a lock. */
export async function readHeadWithKeys(db: Kysely<AuditTables>, keys: Keys) {
  const head = await readHead(db);
  const trusted = await listTrusted(db, keys); // later, so that a key that has signed the head is among them
  const isFirst = head.note === null && trusted.length > 0; // the first key and what it signed came between
  return { head: isFirst ? await readHead(db) : head, trusted };
}

/** @throws Error with what `whyUnfit` says */
function refuseUnfit(head: Head | null, trusted: readonly NoteKey[]): asserts head is Head {
  const reason = whyUnfit(head, trusted);
  if (reason !== null) throw new Error(`nothing is signed: ${reason}`);
}

function countOnes(size: number): number {
  return size.toString(2).replaceAll('0', '').length;
}

/** Newest first. */
export async function list(db: Kysely<AuditTables>): Promise<KeyRow[]> {
  const { rows } = await sql<KeyRow>`
    select key_id, name, public_key, private_sealed, handover, created_at from audit.signing_key
    order by created_at desc, key_id`.execute(db);
  return rows;
}

/** Those whose private half opens under our secret: a row that somebody added is not among them. */
export async function listTrusted(db: Kysely<AuditTables>, keys: Keys): Promise<NoteKey[]> {
  return (await list(db)).flatMap(({ name, publicKey, privateSealed }) => {
    try {
      const privateKey = createPrivateKey({
        key: keys.open(SIGNING_KEY_PURPOSE, privateSealed),
        format: 'der',
        type: 'pkcs8',
      });
      return rawOf(createPublicKey(privateKey)).equals(publicKey) ? [{ name, publicKey }] : [];
    } catch {
      return []; // whatever is wrong with the row, nothing it signed counts
    }
  });
}

function rawOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(-RAW_BYTES);
}
