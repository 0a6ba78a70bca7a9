import type { Filling } from '../filling.ts';

/** Nearly all are done. The label `home` is on most, `rare` on the three oldest of the owner. */
export async function fillTodos({ sql, each }: Filling): Promise<void> {
  await sql(
    `insert into todos.todo (id, owner_id, description, due_date, labels, priority, completed_at, created_at, updated_at)
     select pg_temp.growth_id('todo', n), pg_temp.growth_owner(n), w[1 + n % 7] || ' ' || w[8 + n / 7 % 6] || ' number ' || n,
            case when n % 3 > 0 then date '2026-01-01' + (n % 700)::int end,
            case when n in (2, 4, 6) then array['rare'] when n % 4 > 0 then array['home', 'shop'] else '{}' end,
            (array['normal', 'low', 'medium', 'high', 'top'])[1 + n % 5],
            case when n % 1000 > 3 then pg_temp.growth_at(n) end, pg_temp.growth_at(n), pg_temp.growth_at(n)
     from (select array['خرید', 'جلسه با', 'گزارش', 'buy', 'call', 'write to', 'read'] ||
                  array['مادر', 'شرکت', 'نان و شیر', 'the office', 'bread', 'the plants'] as w) words, ${each}`,
  );
}
