import { sql } from 'kysely';
import type { Writer } from '../tables.ts';

/** What one channel has handed over in one second, over all nodes. */
export interface Second {
  readonly channel: string;
  readonly second: string;
  /** All that went, the urgent too. */
  count: number;
  urgent: number;
  /** What came for it and has to come again. */
  putOff: number;
  /** What the second before went over the limit. */
  readonly overdrawn: number;
}

/** This second of the channel, locked until the unit ends. */
export async function lockSecond(tx: Writer, channel: string, most: number): Promise<Second> {
  const { rows } = await sql<Second>`
    insert into notifications.channel_second as s (channel, second, count)
    values (${channel}, date_trunc('second', clock_timestamp()), 0)
    on conflict (channel, second) do update set count = s.count
    returning channel, second, count, urgent, put_off, coalesce((
      select greatest(p.count - ${most}::int, 0) from notifications.channel_second p
      where p.channel = s.channel and p.second = s.second - interval '1 second'), 0) as overdrawn`.execute(tx);
  const [second] = rows;
  if (!second) throw new Error('a second could not be counted');
  return second;
}

export async function countInSecond(tx: Writer, { channel, second, count, urgent, putOff }: Second): Promise<void> {
  await sql`
    update notifications.channel_second set count = ${count}, urgent = ${urgent}, put_off = ${putOff}
    where channel = ${channel} and second = ${second}`.execute(tx);
}

export async function deleteOldSeconds(tx: Writer): Promise<void> {
  await sql`delete from notifications.channel_second where second < now() - interval '1 minute'`.execute(tx);
}
