import { Readable } from 'node:stream';
import type { RefusedLine } from '#modules/users/contract.ts';
import type { PersonLine } from '#modules/users/import/schemas.ts';
import type { TestApp } from '../app.ts';

/** A line with what every one needs, and `more`. */
export function personLine(externalId: string, more: object = {}): PersonLine & { readonly email: string } {
  return {
    externalId,
    email: `${externalId}@example.com`,
    emailVerified: true,
    firstName: 'سارا',
    lastName: 'امینی',
    ...more,
  };
}

export async function importLines(
  { users }: Pick<TestApp, 'users'>,
  lines: readonly PersonLine[],
  { isDryRun = false } = {},
) {
  const refused: RefusedLine[] = [];
  const file = Readable.from(lines.map((line) => Buffer.from(`${JSON.stringify(line)}\n`)));
  const summary = await users.importPeople(file, { isDryRun, onRefused: (one) => void refused.push(one) });
  return { summary, refused };
}

/** The content of all tables of modules and of what units write, as a count and a hash over all rows. */
export async function tablesOf({ database }: Pick<TestApp, 'database'>): Promise<Record<string, string>> {
  const { rows } = await database.pool.query<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'
       and table_name not in ('node', 'lease', 'cursor') order by 1`,
  );
  const contents: Record<string, string> = {};
  for (const { name } of rows) {
    const content = await database.pool.query<{ content: string }>(
      `select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as content from ${name} t`,
    );
    contents[name] = content.rows[0]?.content ?? '';
  }
  return contents;
}
