import { toVerifierKey } from '#verifier/note.ts';
import { leafHash } from '#verifier/tree.ts';
import { readManifests } from '../archives/manifests.ts';
import { readHead } from '../chain/head.ts';
import { readKeyring } from '../chain/signing-keys.ts';
import { auditErrors } from '../contract.ts';
import type { AuditNeeds } from '../needs.ts';
import type { ConsistencyProof, InclusionProof } from '../schemas.ts';
import { entryArchived, hashRanges, toConsistencyPath, toInclusionPath } from './subtrees.ts';

/**
 * What a verifier outside needs: the signed head, the keys, and proofs of RFC 6962. A proof has logarithmic size and is
 * made from a few hundred rows of leaves and stored subtrees.
 */
export function createProofs({ db, keys }: Pick<AuditNeeds, 'db' | 'keys'>) {
  /** The head as a signed note of C2SP. @throws `audit.nothing_sealed` */
  async function checkpoint(): Promise<string> {
    const { size, note } = await readHead(db.read);
    if (size === 0 || note === null) throw auditErrors.nothingSealed();
    return note;
  }

  /** Newest first; the older keys verify what they have signed. A row that is not our key is left out. */
  async function listKeys() {
    const { rows } = await readKeyring(db.read, keys);
    return {
      items: rows.map(({ keyId, name, publicKey, handover, createdAt }, index) => ({
        keyId,
        verifierKey: toVerifierKey({ name, publicKey }),
        publicKey: publicKey.toString('base64'),
        createdAt,
        handover,
        isCurrent: index === 0,
      })),
    };
  }

  /** @throws `audit.nothing_sealed`, `audit.sequence_unknown`, `audit.entry_archived` */
  async function inclusion(sequence: number, askedSize: number | undefined): Promise<InclusionProof> {
    const size = await sizeOf(askedSize);
    if (sequence > size) throw auditErrors.sequenceUnknown({ sequence });
    await refuseArchived(sequence);
    const index = sequence - 1;
    const siblings = toInclusionPath(index, { from: 0, to: size });
    const hashes = await hashRanges(db.read, [...siblings, { from: 0, to: size }, { from: index, to: sequence }]);
    const checksum = await checksumOf(sequence);
    return {
      sequence,
      leafIndex: index,
      treeSize: size,
      checksum: checksum.toString('hex'),
      leafHash: leafHash(checksum).toString('base64'),
      rootHash: toBase64(hashes[siblings.length]),
      proof: hashes.slice(0, siblings.length).map(toBase64),
    };
  }

  /** @throws `audit.nothing_sealed`, `audit.sequence_unknown`, `audit.entry_archived`, `audit.range_invalid` */
  async function consistency(from: number, askedTo: number | undefined): Promise<ConsistencyProof> {
    const to = await sizeOf(askedTo);
    if (from > to) throw auditErrors.rangeInvalid({ from, to });
    const ranges = from === to ? [] : toConsistencyPath(from, { from: 0, to });
    const hashes = await hashRanges(db.read, [...ranges, { from: 0, to: from }, { from: 0, to }]);
    const [fromRoot, toRoot] = hashes.slice(ranges.length);
    return {
      from,
      to,
      fromRoot: toBase64(fromRoot),
      toRoot: toBase64(toRoot),
      proof: hashes.slice(0, ranges.length).map(toBase64),
    };
  }

  async function refuseArchived(sequence: number): Promise<void> {
    const manifest = (await readManifests(db.read)).find(({ to }) => sequence <= to);
    if (manifest) throw entryArchived(sequence, manifest);
  }

  async function sizeOf(asked: number | undefined): Promise<number> {
    const { size } = await readHead(db.read);
    if (size === 0) throw auditErrors.nothingSealed();
    if (asked !== undefined && asked > size) throw auditErrors.sequenceUnknown({ sequence: asked });
    return asked ?? size;
  }

  async function checksumOf(sequence: number): Promise<Buffer> {
    const row = await db.read
      .selectFrom('audit.seal')
      .select('checksum')
      .where('sequence', '=', sequence)
      .executeTakeFirst();
    if (!row) throw auditErrors.sequenceUnknown({ sequence });
    return row.checksum;
  }

  return { checkpoint, listKeys, inclusion, consistency };
}

export type ProofService = ReturnType<typeof createProofs>;

function toBase64(hash: Buffer | undefined): string {
  return (hash ?? Buffer.alloc(0)).toString('base64');
}
