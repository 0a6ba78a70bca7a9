import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import type { Filling } from '../filling.ts';

const PER_UNIT = 1000;
const PEOPLE = 500;
const ATTEMPTS = 5;
const SUPPORTED = 7; // one unit of so many is recorded on behalf of the owner
const RARE = 5; // entries with another outcome and action, the oldest
const LONE = 5; // the account of that number is in one entry

/** Entries by the owner about other people, recorded and chained as the program does it. */
export async function fillAudit({ app, ownerId, rows, sql, idOf }: Filling): Promise<void> {
  const lone = idOf('user', LONE);
  const all = Array.from({ length: Math.min(rows, PEOPLE) }, (_, at) => idOf('user', at + 1));
  const people = all.filter((id) => id !== lone);
  const origin = {
    requestId: newId(),
    traceparent: null,
    ip: '192.0.2.7',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
  };
  const author = { ...system('growth'), type: 'user' as const, id: ownerId, origin };
  const supporter = { ...author, impersonatorId: idOf('user', 2) };
  for (let from = 0; from < rows; from += PER_UNIT) {
    const by = (from / PER_UNIT) % SUPPORTED === 1 ? supporter : author;
    await app.database.units.write(by, async (unit: AnyUnit) => {
      for (let n = from; n < Math.min(rows, from + PER_UNIT); n++)
        unit.audit({
          action:
            n < RARE ? 'users.rare_thing_done' : n % 2 === 0 ? 'authorization.role_assigned' : 'todos.todo_created',
          resourceType: n % 2 === 0 ? 'user' : 'todo',
          resourceId: n === RARE + 1 ? lone : (people[n % people.length] ?? ''),
          outcome: n < RARE ? 'denied' : 'success',
          payload: { before: ['user'], after: ['clerk', 'user'] },
        });
    });
    await chainAll(app);
  }
  await sql(
    `insert into audit.run (id, requested_by, status, update_flags, checked, total, report, created_at, finished_at)
     select pg_temp.growth_id('run', n), '${ownerId}', 'cancelled', false, 0, 1, null, pg_temp.growth_at(n), now()
     from generate_series(1, ${rows}) n where n % 1000 = 0`,
  );
}

/** On a busy machine the sealer may lose its transaction, which must not rest for longer than 0.8 s; then again. */
async function chainAll({ audit: { sealer } }: Filling['app']): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await sealer.drain();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}
