import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { FaultNode } from './stage.ts';

const TOPIC = 'probe';

/** Decisions that `node` caches, and a function that changes them. */
export function decisionProbe({ database }: FaultNode) {
  const cached = database.decisionCache.forTopic(TOPIC, async (key) => {
    const { rows } = await database.pool.query<{ allowed: boolean }>('select allowed from decision where key = $1', [
      key,
    ]);
    return rows[0] ?? null;
  });
  return {
    isAllowed: async (key: string) => (await cached.get(key))?.allowed ?? false,
    set: (key: string, allowed: boolean) =>
      database.units.write(system('probe'), async ({ tx, invalidate }: AnyUnit) => {
        await sql`
          insert into decision values (${key}, ${allowed}) on conflict (key) do update set allowed = ${allowed}`.execute(
          tx,
        );
        invalidate(TOPIC, key);
      }),
  };
}

decisionProbe.prepare = async ({ query }: FaultNode['database']['pool']): Promise<void> =>
  void (await query('create table decision (key text primary key, allowed boolean not null)'));
