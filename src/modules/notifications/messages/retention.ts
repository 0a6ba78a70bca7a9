import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import { smallestIdAt } from '#kernel/id.ts';
import { withoutTables, type Db } from '#platform/database/port.ts';
import type { WorkResult } from '#platform/work/port.ts';
import type { AccessLists } from '#modules/authorization/contract.ts';
import { MESSAGE_RESOURCE } from '../queries.ts';
import type { NotificationsTables, NotificationsUnit } from '../tables.ts';

const DAY_MS = 86_400_000;
const BATCH = 1000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

export interface RetentionNeeds {
  readonly db: Db<NotificationsTables>;
  readonly accessLists: Pick<AccessLists, 'forget'>;
  /** 0: messages stay. */
  readonly days: number;
  readonly now: () => Date;
}

/**
 * A job that deletes old messages which have ended, with their attempts, ended schedules and access lists. A message that an
 * active schedule copies stays. It looks at the old messages in the order of their ids, a batch in each unit.
 */
export function createRetention({ db, accessLists, days, now }: RetentionNeeds) {
  return async function deleteOld(signal: AbortSignal): Promise<WorkResult<NotificationsTables>> {
    const before = smallestIdAt(now().getTime() - days * DAY_MS);
    for (let after: string | null = days === 0 ? null : BEFORE_ALL; after !== null && !signal.aborted;) {
      const from: string = after;
      after = await db.write(system('notifications'), (unit) => deleteSome(unit, from, before));
    }
    return { write: async () => {} };
  };

  /** Answers the id after which the next batch begins; null at the end. */
  async function deleteSome(unit: NotificationsUnit, after: string, before: string): Promise<string | null> {
    const { rows } = await sql<{ looked: number; last: string; gone: string[] }>`
      with looked as materialized (
        select id from notifications.message where id > ${after} and id < ${before} order by id limit ${BATCH}),
      gone as (
        delete from notifications.message m where m.id = any(array(select id from looked))
          and m.status in ('sent', 'delivered', 'failed', 'cancelled', 'archived')
          and not exists (select from notifications.schedule s where s.notification_id = m.id and s.status = 'active')
        returning m.id)
      select (select count(*) from looked) as looked, (select id from looked order by id desc limit 1) as last,
        array(select id::text from gone) as gone`.execute(unit.tx);
    const { looked = 0, last = null, gone = [] } = rows[0] ?? {};
    await accessLists.forget(withoutTables(unit), MESSAGE_RESOURCE, gone);
    return looked < BATCH ? null : last;
  }
}
