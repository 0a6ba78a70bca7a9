import { sql } from 'kysely';
import { UUID_PATTERN } from '#kernel/id.ts';
import { searchText } from '#kernel/text.ts';
import { containing, pageQuery, type Filter } from '#platform/database/port.ts';
import type { Profile } from '../contract.ts';
import { PROFILE_COLUMNS } from '../queries.ts';
import type { ProfileReportQuery, ReportFilters } from '../schemas.ts';
import type { ProfilesReader } from '../tables.ts';

const isInstant = (text: string) => /^\d{4}-\d\d-\d\d[T ]/.test(text) && !Number.isNaN(Date.parse(text));

/** How the report can be ordered. */
const sorts = {
  createdAt: { value: ({ id }: Profile) => id, isValue: (text: string) => UUID_PATTERN.test(text) },
  updatedAt: {
    by: { sql: 'updated_at', type: 'timestamptz' },
    value: ({ updatedAt }: Profile) => updatedAt,
    isValue: isInstant,
  },
  completeness: {
    by: { sql: 'completeness', type: 'smallint' },
    value: ({ completeness }: Profile) => String(completeness),
    isValue: (text: string) => /^(?:\d\d?|100)$/.test(text),
  },
};

/**
 * One page, newest first by default. A filter that has an index in the order of the list is a condition of it, the others are
 * looked for in its next rows.
 */
export function listReported(db: ProfilesReader, query: ProfileReportQuery) {
  const { sortBy = 'createdAt', sortOrder = 'desc', search, preferredLanguage, isProfilePublic } = query;
  const { minCompleteness, maxCompleteness, updatedFrom, updatedTo } = query;
  const conditions = [
    preferredLanguage && { order: 'createdAt', condition: sql<boolean>`preferred_language = ${preferredLanguage}` },
    isProfilePublic !== undefined && {
      order: 'createdAt',
      condition: sql<boolean>`is_profile_public = ${isProfilePublic}`,
    },
    minCompleteness !== undefined && {
      order: 'completeness',
      condition: sql<boolean>`completeness >= ${minCompleteness}`,
    },
    maxCompleteness !== undefined && {
      order: 'completeness',
      condition: sql<boolean>`completeness <= ${maxCompleteness}`,
    },
    updatedFrom && { order: 'updatedAt', condition: sql<boolean>`updated_at >= ${updatedFrom}` },
    updatedTo && { order: 'updatedAt', condition: sql<boolean>`updated_at < ${updatedTo}` },
  ].filter((each) => typeof each === 'object');
  const ordered = conditions.filter(({ order }) => order === sortBy);
  // Each index holds one column before the id: a second condition would be read row by row.
  const indexed = sortBy === 'createdAt' ? ordered.slice(0, 1) : ordered;
  let rows = db.selectFrom('profiles.profile').select(PROFILE_COLUMNS);
  for (const { condition } of indexed) rows = rows.where(condition);
  const filters: (Filter | null)[] = [
    ...conditions.filter((each) => !indexed.includes(each)).map(({ condition }) => ({ condition })),
    search ? contains(search) : null,
  ];
  const order = { name: `${sortBy}:${sortOrder}`, direction: sortOrder, ...sorts[sortBy] };
  return pageQuery(
    db,
    rows,
    query,
    order,
    filters.filter((filter) => filter !== null),
  );
}

/** The column has no spaces. */
function contains(text: string): Filter | null {
  return containing({ table: 'profiles.profile' }, searchText(text).replaceAll(' ', ''));
}

export interface TallyRow {
  readonly isProfilePublic: boolean;
  readonly preferredLanguage: string;
  readonly completeness: number;
  readonly profiles: number;
}

/** How many profiles there are of each kind. */
export function listTally(db: ProfilesReader, filters: ReportFilters): Promise<TallyRow[]> {
  const { isProfilePublic, preferredLanguage, minCompleteness = 0, maxCompleteness = 100 } = filters;
  let rows = db.selectFrom('profiles.tally').selectAll();
  rows = rows.where('completeness', '>=', minCompleteness).where('completeness', '<=', maxCompleteness);
  if (isProfilePublic !== undefined) rows = rows.where('isProfilePublic', '=', isProfilePublic);
  if (preferredLanguage) rows = rows.where('preferredLanguage', '=', preferredLanguage);
  return rows.execute();
}
