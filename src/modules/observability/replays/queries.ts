import { sql, type Kysely, type Transaction } from 'kysely';
import type { PageQuery } from '#kernel/page.ts';
import { newestFirst, pageQuery } from '#platform/database/port.ts';
import type { ObservabilityTables, Outcome } from '../tables.ts';

type Reader = Kysely<ObservabilityTables>;
type Writer = Transaction<ObservabilityTables>;

const REPLAYS = 100; // that one unit deletes at most
const COLUMNS = ['id', 'box', 'take', 'filter', 'dryRun', 'matched', 'createdAt', 'finishedAt'] as const;

export function listReplays(db: Reader, query: PageQuery) {
  return pageQuery(db, db.selectFrom('observability.replay').select(COLUMNS), query, newestFirst());
}

export function findReplay(db: Reader, id: string) {
  return db.selectFrom('observability.replay').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

export type StoredReplay = NonNullable<Awaited<ReturnType<typeof findReplay>>>;

/** Locks the row until the unit ends: one worker at a time moves a replay on. */
export function lockReplay(tx: Writer, id: string): Promise<StoredReplay | undefined> {
  return tx.selectFrom('observability.replay').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst();
}

/** Until the unit ends, no other unit begins a replay: no message is in two of them. */
export async function lockBeginning(tx: Writer): Promise<void> {
  await sql`lock table observability.replay in share row exclusive mode`.execute(tx);
}

/** Until the unit ends, no other replay counts or releases messages. */
export async function lockReleasing(tx: Writer): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('observability.replay'))`.execute(tx);
}

/** How many messages of each replay have which outcome. */
export async function countOutcomes(db: Reader, replayIds: readonly string[]) {
  if (replayIds.length === 0) return [];
  return db
    .selectFrom('observability.replayMessage')
    .select((eb) => ['replayId', 'outcome', eb.fn.countAll<number>().as('count')])
    .where('replayId', 'in', replayIds)
    .groupBy(['replayId', 'outcome'])
    .execute();
}

export async function insertReplay(tx: Writer, replay: Omit<StoredReplay, 'createdAt'>, messageIds: readonly string[]) {
  await tx
    .insertInto('observability.replay')
    .values({ ...replay, filter: sql`${JSON.stringify(replay.filter)}::jsonb` })
    .execute();
  await sql`
    insert into observability.replay_message (replay_id, message_id, outcome)
    select ${replay.id}, id, 'pending' from unnest(${messageIds}::uuid[]) m (id)`.execute(tx);
}

/** Messages that a replay will still release. */
export async function listPending(tx: Writer): Promise<string[]> {
  const rows = await tx
    .selectFrom('observability.replayMessage')
    .select('messageId')
    .where('outcome', '=', 'pending')
    .execute();
  return rows.map(({ messageId }) => messageId);
}

export async function listByOutcome(tx: Writer, replayId: string, outcome: Outcome, limit: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('observability.replayMessage')
    .select('messageId')
    .where('replayId', '=', replayId)
    .where('outcome', '=', outcome)
    .orderBy('messageId')
    .limit(limit)
    .execute();
  return rows.map(({ messageId }) => messageId);
}

/** Messages that other replays have released, counted up to `limit`. */
export async function countElsewhere(tx: Writer, replayId: string, limit: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (
      select from observability.replay_message where outcome = 'running' and replay_id <> ${replayId}::uuid
      limit ${limit}) running`.execute(tx);
  return rows[0]?.count ?? 0;
}

/** Of the messages that are still open in this replay: another one may have taken up what has failed here. */
export async function setOutcomeIn(
  tx: Writer,
  replayId: string,
  messageIds: readonly string[],
  outcome: Outcome,
): Promise<void> {
  if (messageIds.length === 0) return;
  await sql`
    update observability.replay_message set outcome = ${outcome}
    where replay_id = ${replayId}::uuid and message_id = any (${messageIds}::uuid[])
      and outcome in ('pending', 'running')`.execute(tx);
}

/** Of the messages that are still open, in whichever replay each is. */
export async function setOutcome(tx: Writer, messageIds: readonly string[], outcome: Outcome): Promise<void> {
  if (messageIds.length === 0) return;
  await sql`
    update observability.replay_message set outcome = ${outcome}
    where message_id = any (${messageIds}::uuid[]) and outcome in ('pending', 'running')`.execute(tx);
}

export async function setFinished(tx: Writer, id: string): Promise<void> {
  await tx
    .updateTable('observability.replay')
    .set({ finishedAt: sql<string>`now()` })
    .where('id', '=', id)
    .execute();
}

/** Some of the replays that ended so long ago: `limit` of their messages, and those that have none left. Whether that was all. */
export async function deleteReplaysBefore(tx: Writer, days: number, limit: number): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    select id from observability.replay where finished_at < now() - make_interval(days => ${days})
    order by finished_at limit ${REPLAYS}`.execute(tx);
  const ids = rows.map(({ id }) => id);
  const { numAffectedRows } = await sql`
    delete from observability.replay_message where (replay_id, message_id) in (
      select replay_id, message_id from observability.replay_message where replay_id = any(${ids}::uuid[]) limit ${limit})`.execute(
    tx,
  );
  if (Number(numAffectedRows ?? 0) === limit) return false;
  await sql`delete from observability.replay where id = any(${ids}::uuid[])`.execute(tx);
  return ids.length < REPLAYS;
}
