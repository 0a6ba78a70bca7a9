import { sql } from 'kysely';
import type { Cause } from '#kernel/access.ts';
import { smallestIdAt } from '#kernel/id.ts';
import { COUNT_LIMIT } from '#kernel/page.ts';
import type { Pool } from '#platform/database/pool.ts';
import { newestFirst, pageQuery, withTables, type AnyUnit, type Db, type Filter } from '#platform/database/port.ts';
import { readEvents } from '#platform/events/cursor.ts';
import { fromRef } from '#platform/events/parking.ts';
import { unparkNext } from '#platform/work/complete.ts';
import type {
  FailedMessageRow,
  FailedMessages,
  MessageBox,
  MessageFailure,
  FailedMessageFilter,
  MessageState,
} from './port.ts';

export type FailedMessageTables = {
  'platform.failedMessage': Omit<FailedMessageRow, 'failedAt'> & {
    failures: readonly MessageFailure[];
    queue: string;
    ref: string;
    origin: Cause;
  };
};

interface FailedMessagesNeeds {
  readonly db: Db<FailedMessageTables>;
  readonly pool: Pool;
  /** Who handles events of this type, in this program; known when all modules are. */
  readonly consumersOf: (type: string) => readonly string[];
  readonly now: () => Date;
}

const COLUMNS = [
  ...(['id', 'box', 'state', 'type', 'consumer', 'key', 'attempt', 'error'] as const),
  sql<string | null>`failures -> -1 ->> 'at'`.as('failedAt'),
];
const LOW_LANE = 2; // normal traffic goes first

/** The view `platform.failed_message`, and what changes the work items under it. */
export function createFailedMessages({ db, pool, consumersOf, now }: FailedMessagesNeeds): FailedMessages {
  const rowsOf = (read: Pick<typeof db.read, 'selectFrom'>, box: MessageBox, state: MessageState) =>
    read.selectFrom('platform.failedMessage').where('box', '=', box).where('state', '=', state);

  return {
    list({ box, state, ...query }) {
      const rows = rowsOf(db.read, box, state).select(COLUMNS);
      return pageQuery(db.read, rows, query, newestFirst(), toFilters(query, now()));
    },

    async find(id) {
      const found = await db.read
        .selectFrom('platform.failedMessage')
        .select(COLUMNS)
        .select(['failures', 'queue', 'ref', 'origin'])
        .where('id', '=', id)
        .executeTakeFirst();
      if (!found) return undefined;
      const { origin, ...message } = found;
      const [event = null] = message.box === 'work' ? [] : await readEvents(pool, [fromRef(message.ref)]);
      return { ...message, ...origin, event, waitingBehind: await countBehind(pool, message.key) };
    },

    async select(unit, box, filter, take, except) {
      let rows = rowsOf(withTables<FailedMessageTables>(unit).tx, box, 'failed').select('id').orderBy('id').limit(take);
      for (const { condition } of toFilters(filter, now())) rows = rows.where(condition);
      if (except.length > 0) rows = rows.where(sql<boolean>`id <> all (${except}::uuid[])`);
      const selected = (await rows.execute()).map(({ id }) => id);
      // One that is discarded or released just now is not failed any more; until the unit ends, these stay so.
      const locked = await sql<{ id: string }>`
        select id from platform.work where id = any (${selected}::uuid[]) and due_at = 'infinity' and not parked
        order by id for update skip locked`.execute(unit.tx);
      return locked.rows.map(({ id }) => id);
    },

    async release({ tx }, ids) {
      await sql`
        update platform.work set due_at = now(), attempt = 0, token = token + 1, lane = ${LOW_LANE}
        where id = any (${ids}::uuid[]) and due_at = 'infinity' and not parked`.execute(tx);
    },

    async statesOf({ tx }, ids) {
      const { rows } = await sql<{ id: string; state: 'failed' | 'running' }>`
        select id, case when due_at = 'infinity' then 'failed' else 'running' end as state
        from platform.work where id = any (${ids}::uuid[])`.execute(tx);
      return new Map(rows.map(({ id, state }) => [id, state]));
    },

    async discard(unit, id) {
      const { tx } = unit;
      const locked = await sql`select 1 from platform.work where id = ${id} for update`.execute(tx);
      if (locked.rows.length === 0) return null;
      const own = withTables<FailedMessageTables>(unit).tx.selectFrom('platform.failedMessage');
      const message = await own.select(COLUMNS).select('ref').where('id', '=', id).executeTakeFirst();
      if (!message) return null; // it did not fail
      if (message.state !== 'failed') return false;
      await sql`delete from platform.work where id = ${id}`.execute(tx);
      // What the broker refused would still come to our consumers: they take from the log what it does not deliver.
      const handlers = message.consumer !== null ? [message.consumer] : consumersOf(message.type);
      if (message.box !== 'work') await insertHandled(tx, handlers, message.ref);
      if (message.key !== null) await unparkNext(tx, message.key);
      return message;
    },
  };
}

function toFilters(filter: FailedMessageFilter, now: Date): Filter[] {
  const { types, consumers, error, olderThanSeconds, newerThanSeconds, ids } = filter;
  const idBefore = (seconds: number) => smallestIdAt(now.getTime() - seconds * 1000);
  const conditions = [
    types && sql<boolean>`type = any (${types}::text[])`,
    consumers && sql<boolean>`consumer = any (${consumers}::text[])`,
    error && sql<boolean>`strpos(lower(error), lower(${error})) > 0`,
    olderThanSeconds !== undefined && sql<boolean>`id < ${idBefore(olderThanSeconds)}::uuid`,
    newerThanSeconds !== undefined && sql<boolean>`id >= ${idBefore(newerThanSeconds)}::uuid`,
    ids && sql<boolean>`id = any (${ids}::uuid[])`,
  ];
  return conditions.flatMap((condition) => (condition ? [{ condition }] : []));
}

async function countBehind(pool: Pool, key: string | null): Promise<number> {
  if (key === null) return 0;
  const { rows } = await pool.query<{ count: number }>(
    `select count(*) as count from (
       select from platform.work where key = $1 and parked limit ${COUNT_LIMIT}) counted`,
    [key],
  );
  return rows[0]?.count ?? 0;
}

/** If a transport delivers the event once more, the consumers skip it. */
async function insertHandled(tx: AnyUnit['tx'], consumers: readonly string[], ref: string): Promise<void> {
  const { xid, pos } = fromRef(ref);
  await sql`
    insert into platform.inbox (consumer, event_id, event_at)
    select c.name, e.id, e.at from platform.event e cross join unnest(${consumers}::text[]) c (name)
    where e.xid = ${xid}::xid8 and e.pos = ${pos}
    on conflict do nothing`.execute(tx);
}
