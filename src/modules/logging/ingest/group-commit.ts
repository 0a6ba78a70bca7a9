import { setTimeout as sleep } from 'node:timers/promises';
import { system, type Actor } from '#kernel/access.ts';
import { Problem } from '#kernel/problem.ts';
import { loggingErrors } from '../contract.ts';
import type { LoggingNeeds, LoggingUnit } from '../needs.ts';
import { insertEvents } from '../store/queries.ts';
import type { ReceivedEvent, SignedEvent } from '../store/rows.ts';
import type { Vocabulary } from '../store/vocabulary.ts';

const GATHER_MS = 5;
const MAX_GATHERED = 20_000; // events of one transaction
const WRITERS = 2; // one copies while the other commits
const ATTEMPTS = 4;
const RETRIED = new Set(['40001', '40P01']);
export const AWAY_RETRY_SECONDS = 15; // five attempts of an exporter last longer than a minute

interface Pending {
  readonly actor: Actor;
  readonly events: readonly ReceivedEvent[];
  readonly answer: unknown;
  resolve(): void;
  reject(error: unknown): void;
}

export interface GroupCommitNeeds extends Pick<LoggingNeeds, 'db' | 'detached' | 'nodeId' | 'now'> {
  readonly vocabulary: Vocabulary;
  /** Counts matches of rules, in the transaction of the events. */
  observe(unit: LoggingUnit, events: readonly SignedEvent[], writer: number): Promise<void>;
  /** After each commit. */
  noteStored(): void;
}

/**
 * Requests that arrive within some milliseconds share one COPY and one commit, and are answered after it. Each has its own
 * idempotency key, whose answer commits with the events. Nothing is kept in memory beside what is under way.
 */
export function createGroupCommit({ db, detached, nodeId, now, vocabulary, observe, noteStored }: GroupCommitNeeds) {
  const firstWriter = (parseInt(nodeId.slice(-6), 16) & 0xffffff) * WRITERS + 1; // 0 is that of deletions
  const free = Array.from({ length: WRITERS }, (_, place) => firstWriter + place);
  let pending: Pending[] = [];
  let isGathering = false;
  const state = { lastCommitAt: null as string | null, lastError: null as string | null };

  /** Resolves when the events, and `answer` under the idempotency key of the actor, are committed. */
  function add(actor: Actor, events: readonly ReceivedEvent[], answer: unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      pending.push({ actor, events, answer, resolve, reject });
      if (isGathering || free.length === 0) return;
      isGathering = true;
      detached(() => void gather());
    });
  }

  async function gather(): Promise<void> {
    await sleep(GATHER_MS);
    isGathering = false;
    const writer = free.pop();
    if (writer === undefined) return; // the next one that is free takes them
    while (pending.length > 0) await writeGroup(take(), writer);
    free.push(writer);
  }

  function take(): Pending[] {
    let events = 0;
    const end = pending.findIndex((each) => (events += each.events.length) > MAX_GATHERED);
    const group = end === -1 ? pending : pending.slice(0, Math.max(1, end));
    pending = pending.slice(group.length);
    return group;
  }

  async function writeGroup(group: readonly Pending[], writer: number): Promise<void> {
    try {
      await writeRetrying(group, writer);
    } catch (error) {
      // That the database is away is told by its own component; here it would stay until the next events are stored.
      if (!isAway(error)) state.lastError = error instanceof Error ? error.message : String(error);
      if (group.length === 1 || error instanceof Problem) {
        for (const each of group) each.reject(toRefusal(error));
        return;
      }
      for (const each of group) await writeGroup([each], writer); // one of them may be the reason
      return;
    }
    Object.assign(state, { lastCommitAt: now().toISOString(), lastError: null });
    for (const each of group) each.resolve();
    noteStored();
  }

  async function writeRetrying(group: readonly Pending[], writer: number): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await write(group, writer);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : '';
        if (attempt === ATTEMPTS || !RETRIED.has(code)) throw error;
        await sleep(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  async function write(group: readonly Pending[], writer: number): Promise<void> {
    const events = group.flatMap((each) => each.events);
    const words = vocabulary.newWords(events);
    const claiming = group.filter(({ actor }) => actor.claim !== null);
    const actors = [system('logging'), ...claiming.map(({ actor }) => actor)];
    await db.writeTogether(actors, async ([unit]) => {
      if (unit) {
        await insertEvents(unit, events, words, writer);
        await observe(
          unit,
          events.map(({ event }) => event),
          writer,
        );
      }
      return [null, ...claiming.map(({ answer }) => answer)];
    });
    vocabulary.remember(words);
  }

  return {
    add,
    state: () => state,
    /** Events that no transaction has taken yet. */
    waiting: () => pending.reduce((sum, { events }) => sum + events.length, 0),
  };
}

export type GroupCommit = ReturnType<typeof createGroupCommit>;

const isAway = (error: unknown) =>
  error instanceof Problem && error.status === 503 && error.code.endsWith('.unavailable');

/** An exporter waits as long as it is told, and counts its attempts: with two seconds they would soon be used up. */
function toRefusal(error: unknown): unknown {
  return isAway(error)
    ? Object.assign(loggingErrors.ingestAway({ retryAfterSeconds: AWAY_RETRY_SECONDS }), { cause: error })
    : error;
}
