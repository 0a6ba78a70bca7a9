import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { ifMatch, take, type NewWebhook, type Webhook, type WebhookChange } from '#client';
import { given } from '#app/app/search.ts';
import { client } from '#app/server/client.ts';
import type { WebhooksSearch } from './search.ts';

export const PATH = '/api/v1/webhooks';
const ONE = `${PATH}/{webhookId}` as const;
export const DELIVERIES = `${ONE}/deliveries` as const;
const PENDING_MS = 2000;
const QUIET_MS = 10_000;
const DELIVERIES_SHOWN = 50;

export function webhooksQuery(query: { readonly pageSize: number; readonly cursor?: string }) {
  return queryOptions({
    queryKey: ['webhooks', 'list', query],
    queryFn: ({ signal }) => take(client.api.GET(PATH, { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: QUIET_MS,
  });
}

export function webhookQuery(webhookId: string) {
  return queryOptions({
    queryKey: ['webhooks', 'one', webhookId],
    queryFn: ({ signal }) => take(client.api.GET(ONE, { params: { path: { webhookId } }, signal })),
  });
}

/** The newest deliveries; renewed every 2 s while one waits. */
export function deliveriesQuery(webhookId: string, status: WebhooksSearch['status']) {
  const params = { path: { webhookId }, query: { pageSize: DELIVERIES_SHOWN, ...given({ status }) } };
  return queryOptions({
    queryKey: ['webhooks', 'deliveries', webhookId, status],
    queryFn: ({ signal }) => take(client.api.GET(DELIVERIES, { params, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.items.some((delivery) => delivery.status === 'pending') ? PENDING_MS : QUIET_MS,
  });
}

/** Renews all that is shown of webhooks after a change. */
function useChange<V, R>(mutationFn: (variables: V) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => queries.invalidateQueries({ queryKey: ['webhooks'] }) });
}

/** The answer has the secret, and no other has. */
export function useCreate() {
  return useChange((body: NewWebhook) => take(client.api.POST(PATH, { body })));
}

/** @throws `ApiError` 412 if somebody else has changed it since it was read */
export function useEdit() {
  return useChange(({ base, change }: { readonly base: Webhook; readonly change: WebhookChange }) =>
    take(client.api.PATCH(ONE, { params: { path: { webhookId: base.id }, header: ifMatch(base) }, body: change })),
  );
}

export function useDelete() {
  return useChange((base: Webhook) =>
    take(client.api.DELETE(ONE, { params: { path: { webhookId: base.id }, header: ifMatch(base) } })),
  );
}

export function useRotate() {
  return useChange(({ base, overlapHours }: { readonly base: Webhook; readonly overlapHours: number }) =>
    take(
      client.api.POST(`${ONE}/rotate-secret`, {
        params: { path: { webhookId: base.id }, header: ifMatch(base) },
        body: { overlapHours },
      }),
    ),
  );
}

export function useTest() {
  return useChange((webhookId: string) => take(client.api.POST(`${ONE}/test`, { params: { path: { webhookId } } })));
}

export function useReplay(webhookId: string) {
  return useChange((deliveryId: string) =>
    take(client.api.POST(`${DELIVERIES}/{deliveryId}/replay`, { params: { path: { webhookId, deliveryId } } })),
  );
}

export function useReplayFailed(webhookId: string) {
  return useChange(() => take(client.api.POST(`${DELIVERIES}/replay-failed`, { params: { path: { webhookId } } })));
}
