import { sql } from 'kysely';
import type { Pool } from '#platform/database/pool.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { defineQueue } from '#kernel/work.ts';
import type { StoredEvent } from './cursor.ts';

/** Events whose handler failed, one item per consumer and event, keyed `consumer:key`. */
export const inboxQueue = defineQueue('platform.inbox');
/** Events that could not be handed to the broker, keyed `relay:key`. */
export const outboxQueue = defineQueue('platform.outbox');

export const toKey = (name: string, key: string) => `${name}:${key}`;
export const toRef = (name: string, { xid, pos }: StoredEvent) => `${name} ${xid} ${pos}`;

export function fromRef(ref: string) {
  const [name = '', xid = '', pos = ''] = ref.split(' ');
  return { name, xid, pos: Number(pos) };
}

/** Those of `keys` for which something of `name` has stepped aside and is not settled. */
export async function parkedKeys(pool: Pool, name: string, keys: readonly string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const { rows } = await pool.query<{ key: string }>(
    'select key from platform.work where key = any ($1) and not parked',
    [keys.map((key) => toKey(name, key))],
  );
  return new Set(rows.map(({ key }) => key.slice(name.length + 1)));
}

/** False when another node has the cursor. Otherwise nobody takes it before the unit ends. */
export async function holdsCursor({ tx }: AnyUnit, consumer: string, token: number): Promise<boolean> {
  const { rows } =
    await sql`select 1 from platform.cursor where consumer = ${consumer} and token = ${token} for key share`.execute(
      tx,
    );
  return rows.length > 0;
}

/** True when this very event lies there already. */
export async function isParked({ tx }: AnyUnit, name: string, event: StoredEvent): Promise<boolean> {
  const { rows } =
    await sql`select 1 from platform.work where key = ${toKey(name, event.key)} and ref = ${toRef(name, event)}`.execute(
      tx,
    );
  return rows.length > 0;
}
