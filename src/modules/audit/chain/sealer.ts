import { setTimeout as sleep } from 'node:timers/promises';
import { system } from '#kernel/access.ts';
import { isDatabaseAway, type Unit } from '#platform/database/port.ts';
import type { Leader } from '#platform/work/port.ts';
import { toCanonical, toChecksum } from '#verifier/entry.ts';
import { createTree, leafHash } from '#verifier/tree.ts';
import { auditEvents } from '../contract.ts';
import type { AuditNeeds } from '../needs.ts';
import type { AuditTables } from '../tables.ts';
import { signHead, validateHead } from './head-signature.ts';
import { isHeadThere, lockHead, moveHead, type Head } from './head.ts';
import { insertSeals, takeUnsealed, TILE_LEVELS, toTimestamp, type EntryFields } from './queries.ts';
import { listTrustedKeys, type AuditSigningKeys } from './signing-keys.ts';

const BATCH = 1000;
const GATHER_MS = 50; // entries that are committed within this time share a batch; well below the promised 200 ms
const BUSY_MS = 50; // another process may have looked for entries before ours was there
const FAILED_MS = 500;
const BLOCKED_MS = [500, 1000, 2000, 5000, 10_000]; // an operator must repair the chain; then the sealer continues by itself
const UNIQUE_VIOLATION = '23505';
const LATE_MS = 1000; // as promised
const MAY_LOSE = 3; // transactions, while it drains

export interface SealerNeeds extends Pick<AuditNeeds, 'db' | 'keys' | 'log'> {
  readonly signingKeys: AuditSigningKeys;
}

type Batch =
  | { readonly kind: 'sealed'; readonly count: number }
  /** Another process holds the head. */
  | { readonly kind: 'busy' }
  /** The chain is not as it was signed: nothing is added to it, and the entries wait. */
  | { readonly kind: 'blocked'; readonly reason: string };

/**
 * Chains the entries that units have recorded, one batch after another, each in one transaction that locks the row of
 * the head. There is no lease beside that lock, so two processes can never seal at the same time.
 */
export function createSealer({ db, keys, signingKeys, log }: SealerNeeds): Sealer {
  let isStarted = false;
  let isWanted = false;
  let running: Promise<void> | null = null;
  let stopping = new AbortController();
  let blockedBatches = 0; // in a row
  let blockedReason: string | null = null;

  async function sealBatch(): Promise<Batch> {
    const batch = await db.write(system('audit'), sealSome).catch((error: unknown): Batch => {
      const table = duplicateIn(error);
      if (table === null) throw error;
      return { kind: 'blocked', reason: `${table} already has a row for an entry that waits, or for its sequence` };
    });
    if (batch.kind === 'blocked') log.error({ reason: batch.reason }, 'audit entries are not chained; they wait');
    if (batch.kind !== 'busy') blockedReason = batch.kind === 'blocked' ? batch.reason : null;
    return batch;
  }

  async function sealSome(unit: Unit<AuditTables>): Promise<Batch> {
    const { tx, publish } = unit;
    const head = await lockHead(tx, { waits: false });
    if (!head && (await isHeadThere(tx))) return { kind: 'busy' };
    const reason = validateHead(head, await listTrustedKeys(tx, keys));
    if (!head || reason !== null) return { kind: 'blocked', reason: reason ?? '' };
    const { entries, ageMs } = await takeUnsealed(tx, BATCH);
    if (entries.length === 0) return { kind: 'sealed', count: 0 };
    const origin = await seal(unit, head, entries);
    if (ageMs > LATE_MS) {
      const [fromSequence, toSequence] = [head.size + 1, head.size + entries.length];
      publish(auditEvents.sealedLate, { origin, fromSequence, toSequence, ageMs: Math.round(ageMs) });
    }
    return { kind: 'sealed', count: entries.length };
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
    const signer = await signingKeys.newest(tx);
    const note = signHead(signer, { size: tree.size(), root: tree.root(), note: head.note });
    await moveHead(tx, { size: tree.size(), checksum: last, frontier: tree.frontier(), note });
    return signer.name;
  }

  async function run(): Promise<void> {
    while (isWanted && isStarted) {
      isWanted = false;
      await pause(GATHER_MS);
      await sealAll().catch(async (error: unknown) => {
        log.warn({ err: error }, 'audit entries could not be chained; trying again');
        isWanted = true;
        await pause(FAILED_MS);
      });
    }
  }

  async function sealAll(): Promise<void> {
    while (isStarted) {
      const batch = await sealBatch();
      if (batch.kind === 'busy') await pause(BUSY_MS);
      else if (batch.kind === 'blocked') {
        isWanted = true;
        await pause(BLOCKED_MS[Math.min(blockedBatches++, BLOCKED_MS.length - 1)] ?? FAILED_MS);
        return;
      } else {
        blockedBatches = 0;
        if (batch.count < BATCH) return; // entries that came meanwhile have called `wake`
      }
    }
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: stopping.signal }).catch(() => {}); // ends at once when stopped
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
    blockedReason: () => blockedReason,
    start() {
      isStarted = true;
      stopping = new AbortController();
      wake();
    },
    async stop() {
      const wasStarted = isStarted;
      isStarted = false;
      stopping.abort();
      await running;
      if (!wasStarted) return;
      await sealBatch().catch((error: unknown) => log.warn({ err: error }, 'audit entries wait for the next sealer'));
    },
    async drain() {
      for (let lost = 0; ;) {
        const batch = await sealBatch().catch((error: unknown): Batch => {
          // Where a process gets no time for a while, it has lost the transaction, and with it the lock.
          if (!isDatabaseAway(error) || ++lost > MAY_LOSE) throw error;
          return { kind: 'busy' };
        });
        if (batch.kind === 'blocked' || (batch.kind === 'sealed' && batch.count === 0)) return;
        if (batch.kind === 'busy') await sleep(BUSY_MS);
      }
    },
  };
}

export interface Sealer extends Leader {
  /** Why this process cannot chain entries; null when it can, or has not tried. */
  blockedReason(): string | null;
}

/** The table of the chain that already has such a row; null for any other error. */
function duplicateIn(error: unknown): string | null {
  const { code, schema, table } = error as { code?: string; schema?: string; table?: string };
  return code === UNIQUE_VIOLATION && schema === 'audit' ? `${schema}.${table}` : null;
}
