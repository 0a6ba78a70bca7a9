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
const AROUND_MS = 10_000; // ids begin with the time of the process, entries have that of the database

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

/** One entry. The API has no path for it: it is among those of the moment that its id begins with. */
export function entryQuery(id: string, queries: QueryClient) {
  return queryOptions({
    queryKey: ['audit', 'one', id],
    async queryFn({ signal }): Promise<AuditEntry> {
      const at = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
      const around = Number.isFinite(at) ? new Date(at) : null;
      const query = {
        pageSize: 100,
        ...(around && { from: away(around, -AROUND_MS), to: away(around, AROUND_MS) }),
      };
      let cursor: string | null = null;
      do {
        const page: AuditPage = await take(
          client.api.GET(PATH, { params: { query: { ...query, ...(cursor !== null && { cursor }) } }, signal }),
        );
        const found = page.items.find((one) => one.id === id);
        if (found) return found;
        cursor = page.nextCursor;
      } while (cursor !== null);
      throw new ApiError({ type: 'about:blank', status: 404, code: 'audit.entry_unknown', title: id });
    },
    placeholderData: () =>
      queries
        .getQueriesData<AuditPage>({ queryKey: LISTS })
        .flatMap(([, page]) => page?.items ?? [])
        .find((one) => one.id === id),
  });
}

function away(from: Date, ms: number): string {
  return new Date(from.getTime() + ms).toISOString();
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
