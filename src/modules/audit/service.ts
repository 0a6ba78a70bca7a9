import type { NamedAnchor } from '#platform/anchor/port.ts';
import { withTables, type AnyUnit, type Db } from '#platform/database/port.ts';
import type { Component } from '#platform/health/port.ts';
import type { Keys, PersonKeys } from '#platform/keys/port.ts';
import type { Log } from '#platform/log/port.ts';
import type { ObjectStorage } from '#platform/storage/port.ts';
import type { Settlement } from '#platform/work/port.ts';
import { ERASED_ACTION } from '#verifier/chain.ts';
import { toVerifierKey } from '#verifier/note.ts';
import { anchorHealth, noteTrouble } from './anchors/recorded-checkpoints.ts';
import { createAnchoring } from './anchors/service.ts';
import { readHead, unsealedAgeSeconds, type AuditTables } from './chain/queries.ts';
import { auditErrors, auditEvents, type AuditApi } from './contract.ts';
import { createArchiveObjects } from './archives/objects.ts';
import { createArchives } from './archives/service.ts';
import { createIntegrity } from './integrity/check.ts';
import { createPersonal } from './entries/personal-data.ts';
import { createProofs } from './proofs/service.ts';
import { erasePayloads } from './entries/queries.ts';
import { createRestoring } from './integrity/restoration.ts';
import { createRuns } from './integrity/service.ts';
import { createSealer } from './chain/sealer.ts';
import { createSearch } from './entries/search.ts';
import { createSigning, list, readHeadWithKeys, whyUnfit } from './chain/signing-keys.ts';
import { createTrail } from './entries/trail-export.ts';

const WORRYING_SECONDS = 10; // ten times what was promised

export interface AuditNeeds {
  readonly db: Db<AuditTables>;
  readonly keys: Keys;
  readonly people: PersonKeys;
  readonly anchors: readonly NamedAnchor[];
  /** How often a head is signed for them. */
  readonly anchorSeconds: number;
  /** Begins the log's name when its first key is made. */
  readonly host: string;
  /** Entries up to which a whole integrity report is answered at once. */
  readonly directEntries: number;
  /** Where old ranges go. */
  readonly storage: ObjectStorage;
  readonly log: Log;
}

/** Puts the parts together; each has a file of its own. */
export function createAuditService(needs: AuditNeeds) {
  const { db, people } = needs;
  const signing = createSigning(needs);
  const sealer = createSealer({ ...needs, signing });
  const integrity = createIntegrity(needs);
  const runs = createRuns({ ...needs, integrity });
  const objects = createArchiveObjects(needs);
  const archives = createArchives({ ...needs, signing, objects });
  const { exportTrail, openArchive } = createTrail({ ...needs, objects, sealer });
  const { acceptRestore } = createRestoring({ ...needs, signing });
  const { anchor, anchorRegularly } = createAnchoring({ ...needs, signing });

  /** The head as a C2SP signed note. @throws `audit.nothing_sealed` */
  async function checkpoint(): Promise<string> {
    const { size, note } = await readHead(db.read);
    if (size === 0 || note === null) throw auditErrors.nothingSealed();
    return note;
  }

  /** Newest first; the older ones verify what they signed. */
  async function listKeys() {
    const rows = await list(db.read);
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

  /** A recurring report, which marks what it finds and tells of it. */
  async function watch(incremental: boolean, signal: AbortSignal): Promise<Settlement<AuditTables>> {
    const found = await integrity.check({ incremental, signal });
    const isNews = found.report.entriesChecked > 0 || found.breaks.length > 0;
    return {
      async write(unit) {
        if (isNews) await integrity.keep(unit, found);
        await noteTrouble(unit, found.report.anchors);
      },
    };
  }

  /** What is broken is told again each time: nothing in the database can be marked for it. */
  async function watchArchives(signal: AbortSignal): Promise<Settlement<AuditTables>> {
    const broken: { origin: string; sequence: number; kind: string }[] = [];
    const origin = (await list(db.read))[0]?.name ?? '';
    for await (const { firstBreak } of archives.verify()) {
      signal.throwIfAborted();
      if (firstBreak) broken.push({ origin, ...firstBreak });
    }
    return { write: async ({ publish }) => broken.forEach((each) => publish(auditEvents.integrityBroken, each)) };
  }

  /** Key, salts and payloads go; the entries stay, and so do their checksums, the tree and every proof. */
  async function erase(anyUnit: AnyUnit, userId: string): Promise<void> {
    const unit = withTables<AuditTables>(anyUnit);
    await people.destroy(anyUnit, userId);
    await erasePayloads(unit.tx, userId);
    unit.audit({ action: ERASED_ACTION, resourceType: 'user', resourceId: userId, subjectId: '' });
  }

  const sealing: Component = {
    name: 'audit',
    isRequired: false,
    async probe() {
      const { head, trusted } = await readHeadWithKeys(db.read, needs.keys);
      const reason = whyUnfit(head, trusted) ?? sealer.refused();
      if (reason !== null) throw new Error(`nothing is chained: ${reason}`);
      const seconds = await unsealedAgeSeconds(db.read);
      if (seconds > WORRYING_SECONDS) throw new Error(`audit_unsealed_age_seconds ${seconds.toFixed(1)}`);
    },
  };

  const api: AuditApi = {
    sealer,
    exportTrail,
    rotateKey: signing.rotate,
    acceptRestore,
    anchor,
    archives: { ...archives, open: openArchive },
  };

  return {
    api,
    ...createSearch(needs),
    ...createPersonal(needs),
    ...createProofs(db),
    runs,
    archives,
    checkpoint,
    listKeys,
    watch,
    watchArchives,
    anchorRegularly,
    erase,
    health: [sealing, anchorHealth(db.read, needs)],
  };
}

export type AuditService = ReturnType<typeof createAuditService>;
