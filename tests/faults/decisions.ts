import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { FaultNode } from './stage.ts';

const TOPIC = 'probe';

/** What `node` remembers of who is allowed, and how it changes that. */
export function remembering({ database }: FaultNode) {
  const remembered = database.decisionCache.forTopic(TOPIC, async (key) => {
    const { rows } = await database.pool.query<{ allowed: boolean }>('select allowed from grounds where key = $1', [
      key,
    ]);
    return rows[0] ?? null;
  });
  return {
    isAllowed: async (key: string) => (await remembered.get(key))?.allowed ?? false,
    set: (key: string, allowed: boolean) =>
      database.units.write(system('probe'), async ({ tx, invalidate }: AnyUnit) => {
        await sql`
          insert into grounds values (${key}, ${allowed}) on conflict (key) do update set allowed = ${allowed}`.execute(
          tx,
        );
        invalidate(TOPIC, key);
      }),
  };
}

remembering.prepare = async ({ query }: FaultNode['database']['pool']): Promise<void> =>
  void (await query('create table grounds (key text primary key, allowed boolean not null)'));
