import { sql, type Kysely } from 'kysely';
import { TILE_LEVELS } from '../chain/queries.ts';
import type { AuditBreak } from '../contract.ts';
import type { AuditTables } from '../tables.ts';

const LEVELS = [1, 2, 3, 4, 5, 6].map((tile) => tile * TILE_LEVELS); // of 2^48 entries at most
const OTHER_LEVELS = [-40_000, ...LEVELS].map((below, at) => ({ below, above: LEVELS[at] ?? 40_000 }));

/**
 * Seals and subtrees after the head, before the beginning, or at no place at all. Each range is a step into an index, so
 * the cost does not grow with the trail (without an order the planner would read the table for the few rows of a limit);
 * without their indexes the tables are read as a whole.
 *
 * In one statement, and so in one snapshot: a batch changes head, seals and subtrees together. Sequences are bounded
 * before they leave the database, since JavaScript rounds larger ones.
 */
export async function findMisplaced(db: Kysely<AuditTables>, limit: number): Promise<AuditBreak[]> {
  const levels = sql`unnest(${LEVELS}::int[]) l (level)`;
  const others = sql`unnest(${OTHER_LEVELS.map(({ below }) => below)}::int[],
    ${OTHER_LEVELS.map(({ above }) => above)}::int[]) l (below, above)`;
  const { rows } = await sql<AuditBreak>`
    with head as materialized (select max(size) as size from audit.head)
    select least(greatest(coalesce(place, 0), ${Number.MIN_SAFE_INTEGER}), ${Number.MAX_SAFE_INTEGER})::bigint as sequence, kind
    from (
      (select s.sequence::numeric, 'linkBroken' from audit.seal s where s.sequence > (select size from head)
       order by s.sequence limit ${limit})
      union all
      (select s.sequence, 'linkBroken' from audit.seal s where s.sequence < 1 order by s.sequence limit ${limit})
      union all
      (select null, 'linkBroken' from audit.seal s where s.sequence is null limit 1)
      union all
      (select case when t.level between 0 and 62 then (t.index::numeric + 1) * power(2::numeric, t.level::numeric)
         else t.index end, 'checkpointMismatch'
       from (
         (select t.level, t.index from ${levels}, lateral (
            (select level, index from audit.tree
             where level = l.level and index >= (select size from head) / (1::bigint << l.level)
             order by index limit ${limit})
            union all
            (select level, index from audit.tree where level = l.level and index < 0
             order by index limit ${limit})
            union all
            (select level, index from audit.tree where level = l.level and index is null limit 1)) t)
         union all
         (select t.level, t.index from ${others}, lateral (
            select level, index from audit.tree where level > l.below and level < l.above
            order by level limit ${limit}) t)
         union all
         (select level, index from audit.tree where level is null limit 1)
       ) t limit ${limit})
    ) found (place, kind)`.execute(db);
  return rows;
}
