import { system, type Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { mapPage, type PageQuery } from '#kernel/page.ts';
import { defineQueue } from '#kernel/work.ts';
import { withoutTables, type Unit } from '#platform/database/port.ts';
import type { Work, WorkResult } from '#platform/work/port.ts';
import {
  observabilityErrors,
  observabilityEvents,
  type NewReplay,
  type Replay,
  type ReplayStarted,
} from '../contract.ts';
import type { ObservabilityNeeds } from '../needs.ts';
import type { ObservabilityTables, Outcome } from '../tables.ts';
import {
  countElsewhere,
  countOutcomes,
  deleteReplaysBefore,
  findReplay,
  insertReplay,
  listByOutcome,
  listPending,
  listReplays,
  lockBeginning,
  lockReleasing,
  lockReplay,
  setFinished,
  setOutcome,
  setOutcomeIn,
  type StoredReplay,
} from './queries.ts';

/** One item for each replay, which releases its messages bit by bit. */
export const replayQueue = defineQueue('observability.replay');

const TAKE = 100;
// So many of all replays together are due at a time: normal work has the other slots, and a broken service is not flooded.
// Each replay has one of its own at least, so that one that fails for hours holds up no other.
const AT_ONCE = 20;
const LOOK_MS = 500;
const KEEP_DAYS = 90;
const BATCH = 1000; // messages that one unit deletes

type OwnUnit = Unit<ObservabilityTables>;

/** Replays of failed messages: which messages one has, when each is released, and how it ended. */
export function createReplays({ db, messages }: Pick<ObservabilityNeeds, 'db' | 'messages'>) {
  /** Failed messages that no other replay will release. */
  function begin(
    actor: Actor,
    box: Replay['box'],
    { take = TAKE, filter = {}, dryRun = false }: NewReplay,
  ): Promise<ReplayStarted> {
    return db.write(actor, async (unit) => {
      const { tx, audit, enqueue } = unit;
      await lockBeginning(tx);
      const ids = await messages.select(withoutTables(unit), box, filter, take, await listPending(tx));
      const id = newId();
      const matched = ids.length;
      const isOver = dryRun || matched === 0;
      const finishedAt = isOver ? new Date().toISOString() : null;
      if (!dryRun) await setOutcome(tx, ids, 'failed'); // in an earlier replay, which has not looked yet
      await insertReplay(tx, { id, box, take, filter, dryRun, matched, finishedAt }, dryRun ? [] : ids);
      if (!isOver) enqueue(replayQueue, { ref: id, lane: 'low' });
      const payload = { box, take, filter, dryRun, matched };
      audit({ action: 'observability.replay_requested', resourceType: 'replay', resourceId: id, payload });
      return { operationId: id, matched };
    });
  }

  /** @throws `observability.replay_not_found` */
  async function get(id: string): Promise<Replay> {
    const replay = await findReplay(db.read, id);
    if (!replay) throw observabilityErrors.replayNotFound({ id });
    return toReplay(replay, await countOutcomes(db.read, [id]));
  }

  async function list(query: PageQuery) {
    const page = await listReplays(db.read, query);
    const counts = await countOutcomes(
      db.read,
      page.items.map(({ id }) => id),
    );
    return mapPage(page, (replay) => toReplay(replay, counts));
  }

  /** Looks at a replay until all its messages have ended. Each look commits by itself, so that it can be repeated. */
  async function work({ ref, origin }: Work): Promise<WorkResult<ObservabilityTables>> {
    const isOver = await db.write(system('observability', origin), (unit) => moveOn(unit, ref));
    return { write: async () => {}, ...(!isOver && { retryInMs: LOOK_MS }) };
  }

  /** Records the messages that have ended, and releases as many others. True when none is left. */
  async function moveOn(unit: OwnUnit, id: string): Promise<boolean> {
    const { tx } = unit;
    const replay = await lockReplay(tx, id);
    if (!replay || replay.finishedAt !== null) return true;
    await lockReleasing(tx);
    const running = await listByOutcome(tx, id, 'running', AT_ONCE);
    const states = await messages.statesOf(withoutTables(unit), running);
    const failed = running.filter((each) => states.get(each) === 'failed');
    const succeeded = running.filter((each) => !states.has(each));
    await setOutcomeIn(tx, id, failed, 'failed');
    await setOutcomeIn(tx, id, succeeded, 'succeeded');
    const left = running.length - failed.length - succeeded.length;
    const room = Math.max(1 - left, AT_ONCE - left - (await countElsewhere(tx, id, AT_ONCE)));
    const next = await listByOutcome(tx, id, 'pending', Math.max(0, room));
    await messages.release(withoutTables(unit), next);
    await setOutcomeIn(tx, id, next, 'running');
    if (left + next.length > 0) return false;
    await finish(unit, replay);
    return true;
  }

  async function finish({ tx, publish, audit }: OwnUnit, replay: StoredReplay): Promise<void> {
    await setFinished(tx, replay.id);
    const { box, matched, succeeded, failed, discarded } = toReplay(replay, await countOutcomes(tx, [replay.id]));
    const result = { box, matched, succeeded, failed, discarded };
    publish(observabilityEvents.replayFinished, { replayId: replay.id, ...result });
    audit({
      action: 'observability.replay_finished',
      resourceType: 'replay',
      resourceId: replay.id,
      payload: result,
    });
  }

  return {
    begin,
    get,
    list,
    work,
    /** Part of the caller's unit: replays that have not released the message leave it out. */
    noteDiscarded: ({ tx }: OwnUnit, messageId: string) => setOutcome(tx, [messageId], 'discarded'),
    async tidy(signal: AbortSignal): Promise<WorkResult<ObservabilityTables>> {
      const batch = () => db.write(system('observability'), ({ tx }) => deleteReplaysBefore(tx, KEEP_DAYS, BATCH));
      while (!signal.aborted && !(await batch()));
      return { write: async () => {} };
    },
  };
}

export type Replays = ReturnType<typeof createReplays>;

function toReplay(
  replay: StoredReplay,
  counts: readonly { readonly replayId: string; readonly outcome: Outcome; readonly count: number }[],
): Replay {
  const own = counts.filter(({ replayId }) => replayId === replay.id);
  const countOf = (outcome: Outcome) => own.find((each) => each.outcome === outcome)?.count ?? 0;
  return {
    ...replay,
    status: replay.finishedAt === null ? 'running' : 'finished',
    succeeded: countOf('succeeded'),
    failed: countOf('failed'),
    running: countOf('pending') + countOf('running'),
    discarded: countOf('discarded'),
  };
}
