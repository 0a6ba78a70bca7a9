import { sql, type RawBuilder } from 'kysely';

/** So many services are named at most: where there are so many there may be more. */
export const MOST_SERVICES = 50;

/** Two lists of names as one, each name once. */
export function uniteServices(one: RawBuilder<unknown>, other: RawBuilder<unknown>): RawBuilder<string[]> {
  return sql`case when ${one} @> ${other} then ${one}
    else array(select distinct name from unnest(${one} || ${other}) name order by name limit ${MOST_SERVICES}) end`;
}

export function uniteNames(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())].toSorted().slice(0, MOST_SERVICES);
}
