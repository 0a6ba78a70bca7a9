import { keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query';
import { ApiError, take, type AuditEntry } from '#client';
import { given } from '#app/app/search.ts';
import { client } from '#app/server/client.ts';
import { toPlain } from '#app/text/typed.ts';
import { verifyEntry, type Verdict } from './proof.ts';
import type { AuditSearch } from './search.ts';

export const PATH = '/api/v1/audit';
export const PERMISSION = 'audit.read';
const LISTS = ['audit', 'list'] as const;

/** The query of the list operation, for what the address says. Days begin and end in the time zone of the reader. */
export function toAuditQuery(search: AuditSearch, pageSize: number) {
  const { text, actor, by, action, type, resource, outcome, from, to, tampered, cursor } = search;
  return given({
    pageSize,
    cursor,
    text: text === undefined ? undefined : toPlain(text),
    actorId: actor,
    impersonatorId: by,
    action: action?.toLowerCase().replaceAll(/[^a-z0-9_.]/g, ''),
    resourceType: type,
    resourceId: resource,
    outcome,
    from: from && startOf(from, 0),
    to: to && startOf(to, 1),
    isTampered: tampered === 'true' ? true : undefined,
  });
}

/** The beginning of a day of the reader, `days` later. */
function startOf(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + days);
  return date.toISOString();
}

export function auditQuery(query: ReturnType<typeof toAuditQuery>) {
  return queryOptions({
    queryKey: [...LISTS, query],
    queryFn: ({ signal }) => take(client.api.GET(PATH, { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

type AuditPage = Awaited<ReturnType<NonNullable<ReturnType<typeof auditQuery>['queryFn']>>>;

export function entryQuery(id: string, queries: QueryClient) {
  return queryOptions({
    queryKey: ['audit', 'one', id],
    queryFn: ({ signal }) => take(client.api.GET(`${PATH}/entries/{id}`, { params: { path: { id } }, signal })),
    placeholderData: () =>
      queries
        .getQueriesData<AuditPage>({ queryKey: LISTS })
        .flatMap(([, page]) => page?.items ?? [])
        .find((one) => one.id === id),
  });
}

/** The entry as the server has it now, and whether the signed head contains it. Asked for anew whenever it is shown. */
export function proofQuery(entry: AuditEntry) {
  return queryOptions({
    queryKey: ['audit', 'proof', entry.id],
    async queryFn({ signal }): Promise<Verdict> {
      const { sequence } = entry;
      if (sequence === null) throw new Error('an entry without a place has no proof');
      const [note, { items: keys }] = await Promise.all([
        take(client.api.GET(`${PATH}/checkpoint`, { parseAs: 'text', signal })),
        take(client.api.GET(`${PATH}/keys`, { signal })),
      ]);
      const size = Number(note.split('\n')[1]);
      const query = { sequence, ...(size >= sequence && { size }) };
      const proof = await take(client.api.GET(`${PATH}/proof/inclusion`, { params: { query }, signal }));
      return verifyEntry(entry, { note, keys, proof });
    },
    staleTime: 0,
    gcTime: 0,
  });
}

export interface Person {
  readonly id: string;
  readonly name: string;
}

/** The name of an account. Null for one that no longer exists, or is not to be seen. */
export function personQuery(userId: string) {
  return queryOptions({
    queryKey: ['audit', 'person', userId],
    async queryFn({ signal }): Promise<Person | null> {
      try {
        const user = await take(client.api.GET('/api/v1/users/{userId}', { params: { path: { userId } }, signal }));
        return { id: user.id, name: `${user.firstName} ${user.lastName}` };
      } catch (error) {
        if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return null;
        throw error;
      }
    },
    staleTime: Infinity,
  });
}
