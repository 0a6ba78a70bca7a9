import { sql, type Expression, type RawBuilder } from 'kysely';

/**
 * For `where id = …`: one of the few ids that `query` answers. They are found first, and then their rows by the index. With
 * `in`, PostgreSQL may join instead, which reads a whole table as long as it takes it for a small one.
 */
export function among<Id>(query: Expression<Record<string, Id>>): RawBuilder<Id> {
  return sql<Id>`any (array(${query}))`;
}
