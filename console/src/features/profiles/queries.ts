import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { take } from '#client';
import { given } from '#app/app/search.ts';
import { client } from '#app/server/client.ts';
import { toPlain } from '#app/text/typed.ts';
import { endOf, type ProfilesSearch } from './search.ts';

export const PATH = '/api/v1/profiles/reports/admin';

/** The filters of the report, for what the address says. */
function toFilters({ search, sight, filled }: ProfilesSearch) {
  const least = filled === undefined ? undefined : Number(filled);
  return given({
    search: search === undefined ? undefined : toPlain(search),
    isProfilePublic: sight === undefined ? undefined : sight === 'public',
    minCompleteness: least,
    maxCompleteness: least === undefined ? undefined : endOf(least),
  });
}

/** The query of the report. The fullest profiles are wanted last: who asks for this order looks for empty ones. */
export function toProfilesQuery(search: ProfilesSearch, pageSize: number) {
  const { sort, cursor } = search;
  const sortOrder = sort === 'completeness' ? ('asc' as const) : ('desc' as const);
  return given({ ...toFilters(search), pageSize, cursor, sortBy: sort, sortOrder: sort && sortOrder });
}

export function profilesQuery(query: ReturnType<typeof toProfilesQuery>) {
  return queryOptions({
    queryKey: ['profiles', 'report', query],
    queryFn: ({ signal }) => take(client.api.GET(PATH, { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}
