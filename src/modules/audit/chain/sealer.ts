import { setTimeout as sleep } from 'node:timers/promises';
import { system } from '#kernel/access.ts';
import type { Db, Unit } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { Log } from '#platform/log/port.ts';
import type { Leader } from '#platform/work/port.ts';
import { toCanonical, toChecksum } from '#verifier/entry.ts';
import { createTree, leafHash } from '#verifier/tree.ts';
import {
  insertSeals,
  isHeadThere,
  lockHead,
  moveHead,
  takeUnsealed,
  TILE_LEVELS,
  toTimestamp,
  type AuditTables,
  type EntryFields,
  type Head,
} from './queries.ts';
import { auditEvents } from '../contract.ts';
import { listTrusted, signHead, whyUnfit, type Signing } from './signing-keys.ts';

const BATCH = 1000;
const GATHER_MS = 50; // what is committed meanwhile shares a batch; well below the promised 200
const BUSY_MS = 50; // another process may have looked before our entry was there
const FAILED_MS = 500;
const REFUSED_MS = [500, 1000, 2000, 5000, 10_000]; // somebody has to put it right first; then it goes on by itself
const UNIQUE_VIOLATION = '23505';
const LATE_MS = 1000; // as promised

export interface SealerNeeds {
  readonly db: Db<AuditTables>;
  readonly keys: Keys;
  readonly signing: Signing;
  readonly log: Log;
}

/** `refused`: what is there does not fit what was signed, so nothing is added to it; the entries go on waiting. */
type Batch =
  | { readonly kind: 'sealed'; readonly count: number }
  | { readonly kind: 'busy' } // another process does it
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Chains what units have recorded: one batch after another, each in one transaction that holds the head's row. There is
 * no lease beside that lock, and so no moment at which two could hold one.
 */
export function createSealer({ db, keys, signing, log }: SealerNeeds): Sealer {
  let isStarted = false;
  let isWanted = false;
  let running: Promise<void> | null = null;
  let stopping = new AbortController();
  let refusals = 0; // one after another
  let refused: string | null = null;

  async function sealBatch(): Promise<Batch> {
    const batch = await db.write(system('audit'), sealSome).catch((error: unknown): Batch => {
      const table = takenPlace(error);
      if (table === null) throw error;
      return { kind: 'refused', reason: `what waits, or a place behind the head, stands in ${table} already` };
    });
    if (batch.kind === 'refused') log.error({ reason: batch.reason }, 'audit entries are not chained, they wait');
    if (batch.kind !== 'busy') refused = batch.kind === 'refused' ? batch.reason : null;
    return batch;
  }

  async function sealSome(unit: Unit<AuditTables>): Promise<Batch> {
    const { tx, publish } = unit;
    const head = await lockHead(tx, { waits: false });
    if (!head && (await isHeadThere(tx))) return { kind: 'busy' };
    const reason = whyUnfit(head, await listTrusted(tx, keys));
    if (!head || reason !== null) return { kind: 'refused', reason: reason ?? '' };
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
    const signer = await signing.signer(tx);
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
      else if (batch.kind === 'refused') {
        isWanted = true;
        await pause(REFUSED_MS[Math.min(refusals++, REFUSED_MS.length - 1)] ?? FAILED_MS);
        return;
      } else {
        refusals = 0;
        if (batch.count < BATCH) return; // what came meanwhile has woken us
      }
    }
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: stopping.signal }).catch(() => {}); // stopped: then there is no waiting
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
    refused: () => refused,
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
      for (;;) {
        const batch = await sealBatch();
        if (batch.kind === 'refused' || (batch.kind === 'sealed' && batch.count === 0)) return;
        if (batch.kind === 'busy') await sleep(BUSY_MS);
      }
    },
  };
}

export interface Sealer extends Leader {
  /** Why this process chains nothing; null when it does, or has not tried. */
  refused(): string | null;
}

/** The table of the chain in which another row stands already; null for any other error. */
function takenPlace(error: unknown): string | null {
  const { code, schema, table } = error as { code?: string; schema?: string; table?: string };
  return code === UNIQUE_VIOLATION && schema === 'audit' ? `${schema}.${table}` : null;
}
