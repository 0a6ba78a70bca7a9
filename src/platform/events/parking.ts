import { sql } from 'kysely';
import { causeOf } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { Pool } from '#platform/database/pool.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { defineQueue, type Queue } from '#kernel/work.ts';
import type { StoredEvent } from './cursor.ts';

/**
 * Parked events: their handler failed, or an earlier event of their key is parked. One item per consumer and event,
 * keyed `consumer:key`.
 */
export const inboxQueue = defineQueue('platform.inbox');
/** Events that the broker refused, and later ones of their keys; keyed `relay:key`. */
export const outboxQueue = defineQueue('platform.outbox');

export const toKey = (name: string, key: string) => `${name}:${key}`;
export const toRef = (name: string, { xid, pos }: StoredEvent) => `${name} ${xid} ${pos}`;

export function fromRef(ref: string) {
  const [name = '', xid = '', pos = ''] = ref.split(' ');
  return { name, xid, pos: Number(pos) };
}

/** Those of `keys` that have a parked event of `name` (a consumer, or the relay). */
export async function parkedKeys(pool: Pool, name: string, keys: readonly string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const { rows } = await pool.query<{ key: string }>(
    'select key from platform.work where key = any ($1) and not parked',
    [keys.map((key) => toKey(name, key))],
  );
  return new Set(rows.map(({ key }) => key.slice(name.length + 1)));
}

/** False when another node has the cursor. If true, no node can claim it before the unit ends. */
export async function holdsCursor({ tx }: AnyUnit, consumer: string, token: number): Promise<boolean> {
  const { rows } =
    await sql`select 1 from platform.cursor where consumer = ${consumer} and token = ${token} for key share`.execute(
      tx,
    );
  return rows.length > 0;
}

/** Whether this event is parked already. */
export async function isParked({ tx }: AnyUnit, name: string, event: StoredEvent): Promise<boolean> {
  const { rows } =
    await sql`select 1 from platform.work where key = ${toKey(name, event.key)} and ref = ${toRef(name, event)}`.execute(
      tx,
    );
  return rows.length > 0;
}

/**
 * Makes an event a work item of its key. `error` null: it waits behind an earlier one. `isFinal`: it is not retried until
 * an operator replays it. The safety poll finds the item, so nothing needs to be woken.
 */
export async function park(
  { tx }: AnyUnit,
  queue: Queue,
  name: string,
  event: StoredEvent,
  { error, isFinal }: { readonly error: string | null; readonly isFinal: boolean },
): Promise<void> {
  const id = newId();
  await sql`
    select platform.enqueue_keyed(${id}::uuid, ${queue.name}, 1::smallint, ${toRef(name, event)}, ${toKey(name, event.key)},
      ${isFinal ? sql`'infinity'::timestamptz` : sql`now()`}, ${JSON.stringify(causeOf(event.origin))}::jsonb)`.execute(
    tx,
  );
  await sql`
    update platform.work set type = ${event.type}, error = ${error}::text,
      failures = case when ${error}::text is not null then platform.with_failure(failures, 0, ${error}::text) end
    where id = ${id}`.execute(tx);
}
