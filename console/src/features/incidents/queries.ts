import { keepPreviousData, queryOptions, useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { ifMatch, take, type AlertRule, type Incident, type NewAlertRule, type NewSilence } from '#client';
import { given } from '#app/app/search.ts';
import { client } from '#app/server/client.ts';
import type { StatusFilter } from './search.ts';

export const INCIDENTS = '/api/v1/logging/alerts/incidents';
export const SILENCES = '/api/v1/logging/alerts/silences';
export const RULES = '/api/v1/logging/alerts/rules';
const HOUR_MS = 3_600_000;

interface PageAsked {
  readonly pageSize: number;
  readonly cursor?: string;
}

export function toPageAsked(cursor: string | undefined, pageSize: number): PageAsked {
  return { pageSize, ...given({ cursor }) };
}

export function toIncidentsAsked(status: StatusFilter, page: PageAsked) {
  return { ...page, ...(status !== 'all' && { status }) };
}

export function incidentsQuery(query: ReturnType<typeof toIncidentsAsked>) {
  return queryOptions({
    queryKey: ['incidents', 'list', query],
    queryFn: ({ signal }) => take(client.api.GET(INCIDENTS, { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function incidentQuery(id: string) {
  return queryOptions({
    queryKey: ['incidents', 'one', id],
    queryFn: ({ signal }) => take(client.api.GET(`${INCIDENTS}/{id}`, { params: { path: { id } }, signal })),
  });
}

export function silencesQuery(query: PageAsked) {
  return queryOptions({
    queryKey: ['silences', 'list', query],
    queryFn: ({ signal }) => take(client.api.GET(SILENCES, { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** There is no operation for one silence: it is one of a page that was read. */
export function silenceQuery(id: string, queries: QueryClient, page: PageAsked) {
  return queryOptions({
    queryKey: ['silences', 'one', id, page],
    queryFn: async () =>
      (await queries.fetchQuery(silencesQuery(page))).items.find((silence) => silence.id === id) ?? null,
  });
}

export function rulesQuery(query: PageAsked) {
  return queryOptions({
    queryKey: ['rules', 'list', query],
    queryFn: ({ signal }) => take(client.api.GET(RULES, { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function ruleQuery(id: string) {
  return queryOptions({
    queryKey: ['rules', 'one', id],
    queryFn: ({ signal }) => take(client.api.GET(`${RULES}/{id}`, { params: { path: { id } }, signal })),
  });
}

/** The newest lines that match. */
export function relatedQuery(query: string, from: string, to: string) {
  return queryOptions({
    queryKey: ['incidents', 'related', query, from, to],
    queryFn: ({ signal }) =>
      take(client.api.GET('/api/v1/logging/events', { params: { query: { query, from, to, pageSize: 10 } }, signal })),
  });
}

/** What the server has answered is what is shown. */
function useChange<V, R>(mutationFn: (values: V) => Promise<R>, keys: readonly string[]) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
}

export interface IncidentChange {
  readonly id: string;
  readonly verb: 'acknowledge' | 'resolve';
  readonly note: string;
}

export function useChangeIncident() {
  return useChange<IncidentChange, Incident>(
    ({ id, verb, note }) => {
      const options = { params: { path: { id } }, body: note.trim() === '' ? {} : { note } };
      return verb === 'acknowledge'
        ? take(client.api.POST(`${INCIDENTS}/{id}/acknowledge`, options))
        : take(client.api.POST(`${INCIDENTS}/{id}/resolve`, options));
    },
    ['incidents'],
  );
}

export function useCreateSilence() {
  return useChange((body: NewSilence) => take(client.api.POST(SILENCES, { body })), ['silences']);
}

export function useEndSilence() {
  return useChange(
    (id: string) => take(client.api.DELETE(`${SILENCES}/{id}`, { params: { path: { id } } })),
    ['silences'],
  );
}

/** @throws `ApiError` 412 if somebody else has changed the rule since it was read */
export function useSaveRule() {
  return useChange<{ readonly base: AlertRule | null; readonly body: NewAlertRule }, AlertRule>(
    ({ base, body }) =>
      base
        ? take(client.api.PUT(`${RULES}/{id}`, { params: { path: { id: base.id }, header: ifMatch(base) }, body }))
        : take(client.api.POST(RULES, { body })),
    ['rules'],
  );
}

export function useDeleteRule() {
  return useChange(
    (rule: AlertRule) =>
      take(client.api.DELETE(`${RULES}/{id}`, { params: { path: { id: rule.id }, header: ifMatch(rule) } })),
    ['rules'],
  );
}

/** Over the events of the last hours. */
export function useTestRule() {
  return useMutation({
    mutationFn: ({ id, hours }: { readonly id: string; readonly hours: number }) => {
      const to = Date.now();
      const body = { from: new Date(to - hours * HOUR_MS).toISOString(), to: new Date(to).toISOString() };
      return take(client.api.POST(`${RULES}/{id}/test`, { params: { path: { id } }, body }));
    },
  });
}
