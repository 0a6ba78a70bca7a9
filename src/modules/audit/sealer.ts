import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import type { Db, Unit } from '#platform/database/port.ts';
import type { Log } from '#platform/log/port.ts';
import type { Leader } from '#platform/work/port.ts';
import { toCanonical, toChecksum } from '../../../packages/audit-verifier/entry.ts';
import { createTree, leafHash } from '../../../packages/audit-verifier/tree.ts';
import {
  insertSeals,
  lockHead,
  moveHead,
  takeUnsealed,
  TILE_LEVELS,
  toTimestamp,
  type AuditTables,
  type EntryFields,
  type Head,
} from './chain.ts';
import { auditEvents } from './contract.ts';
import { signHead, type Signing } from './signing.ts';

const BATCH = 1000;
const GATHER_MS = 50; // what is committed meanwhile shares a batch; well below the promised 200
const BUSY_MS = 50; // another process may have looked before our entry was there
const FAILED_MS = 500;
const LATE_MS = 1000; // as promised
const FROZEN = '800ms'; // a sealer that does nothing for so long loses its transaction, and with it the head

export interface SealerNeeds {
  readonly db: Db<AuditTables>;
  readonly signing: Signing;
  readonly log: Log;
}

/**
 * Chains what units have recorded: one batch after another, each in one transaction that holds the head's row. There is
 * no lease beside that lock, and so no moment at which two could hold one.
 */
export function createSealer({ db, signing, log }: SealerNeeds): Leader & { sealBatch: typeof sealBatch } {
  let isStarted = false;
  let isWanted = false;
  let running: Promise<void> | null = null;

  /** How many were chained; null while another process does it. */
  function sealBatch(): Promise<number | null> {
    return db.write(system('audit'), async (unit) => {
      const { tx, publish } = unit;
      await sql`set local idle_in_transaction_session_timeout = ${sql.lit(FROZEN)}`.execute(tx);
      const head = await lockHead(tx, { waits: false });
      if (!head) return null;
      const { entries, ageMs } = await takeUnsealed(tx, BATCH);
      if (entries.length === 0) return 0;
      const origin = await seal(unit, head, entries);
      if (ageMs > LATE_MS) {
        const [fromSequence, toSequence] = [head.size + 1, head.size + entries.length];
        publish(auditEvents.sealedLate, { origin, fromSequence, toSequence, ageMs: Math.round(ageMs) });
      }
      return entries.length;
    });
  }

  async function seal({ tx }: Unit<AuditTables>, head: Head, entries: readonly EntryFields[]): Promise<string> {
    const tiles: { level: number; index: number; hash: Uint8Array }[] = [];
    const tree = createTree(head.frontier, (level, index, hash) => {
      if (level > 0 && level % TILE_LEVELS === 0) tiles.push({ level, index, hash });
    });
    const checksums = [head.checksum];
    let last = head.checksum;
    for (const [at, entry] of entries.entries()) {
      const canonical = toCanonical({ ...entry, timestampUtc: toTimestamp(entry.at) });
      last = toChecksum(head.size + at + 1, canonical, entry.payloadHash, last);
      checksums.push(last);
      tree.append(leafHash(last));
    }
    await insertSeals(tx, { first: head.size + 1, entryIds: entries.map(({ id }) => id), checksums, tiles });
    const signer = await signing.signer(tx);
    const note = signHead(signer, { size: tree.size(), root: tree.root() });
    await moveHead(tx, { size: tree.size(), checksum: last, frontier: tree.frontier(), note });
    return signer.name;
  }

  async function run(): Promise<void> {
    while (isWanted && isStarted) {
      isWanted = false;
      await sleep(GATHER_MS);
      await sealAll(() => isStarted).catch(async (error: unknown) => {
        log.warn({ err: error }, 'audit entries could not be chained; trying again');
        isWanted = true;
        await sleep(FAILED_MS);
      });
    }
  }

  async function sealAll(goesOn: () => boolean): Promise<void> {
    for (;;) {
      const count = await sealBatch();
      if (count === 0 || !goesOn()) return;
      if (count === null) await sleep(BUSY_MS);
      else if (count < BATCH) return; // what came meanwhile has woken us
    }
  }

  function wake(): void {
    isWanted = true;
    if (!isStarted) return;
    running ??= run().finally(() => {
      running = null;
      if (isWanted && isStarted) wake();
    });
  }

  return {
    wake,
    sealBatch,
    start() {
      isStarted = true;
      wake();
    },
    async stop() {
      const wasStarted = isStarted;
      isStarted = false;
      await running;
      if (!wasStarted) return;
      await sealBatch().catch((error: unknown) => log.warn({ err: error }, 'audit entries wait for the next sealer'));
    },
    async drain() {
      for (let count = await sealBatch(); count !== 0; count = await sealBatch())
        if (count === null) await sleep(BUSY_MS);
    },
  };
}

export type Sealer = ReturnType<typeof createSealer>;
