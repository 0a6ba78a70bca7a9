import { sql } from 'kysely';
import type { NotificationsWriter } from '../tables.ts';

/** The messages of one channel in one second, over all nodes. */
export interface ChannelSecond {
  readonly channel: string;
  readonly second: string;
  /** All that were sent, with the urgent ones. */
  count: number;
  urgent: number;
  /** Those that were deferred to a later second. */
  putOff: number;
  /** How far the second before exceeded the limit. */
  readonly overdrawn: number;
}

/** The current second of the channel, locked until the unit ends. */
export async function lockSecond(tx: NotificationsWriter, channel: string, limit: number): Promise<ChannelSecond> {
  const { rows } = await sql<ChannelSecond>`
    insert into notifications.channel_second as s (channel, second, count)
    values (${channel}, date_trunc('second', clock_timestamp()), 0)
    on conflict (channel, second) do update set count = s.count
    returning channel, second, count, urgent, put_off, coalesce((
      select greatest(p.count - ${limit}::int, 0) from notifications.channel_second p
      where p.channel = s.channel and p.second = s.second - interval '1 second'), 0) as overdrawn`.execute(tx);
  const [second] = rows;
  if (!second) throw new Error(`the second of ${channel} could not be locked`);
  return second;
}

export async function updateSecond(
  tx: NotificationsWriter,
  { channel, second, count, urgent, putOff }: ChannelSecond,
): Promise<void> {
  await sql`
    update notifications.channel_second set count = ${count}, urgent = ${urgent}, put_off = ${putOff}
    where channel = ${channel} and second = ${second}`.execute(tx);
}

/** At most so many; answers how many. */
export async function deleteOldSeconds(tx: NotificationsWriter, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from notifications.channel_second where (channel, second) in (
      select channel, second from notifications.channel_second where second < now() - interval '1 minute'
      limit ${limit})`.execute(tx);
  return Number(numAffectedRows ?? 0);
}
