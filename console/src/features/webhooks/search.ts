import { toCursor, toText } from '#app/app/search.ts';

export const deliveryStatuses = ['pending', 'succeeded', 'failed'] as const;

/** What the address says. `open` is a webhook or `new`; `tab`, `status` and `delivery` are of its drawer. */
export interface WebhooksSearch {
  readonly cursor?: string | undefined;
  readonly open?: string | undefined;
  readonly tab?: 'deliveries' | undefined;
  readonly status?: (typeof deliveryStatuses)[number] | undefined;
  readonly delivery?: string | undefined;
}

export function toWebhooksSearch(found: Readonly<Record<string, unknown>>): WebhooksSearch {
  const status = deliveryStatuses.find((one) => one === found['status']);
  return {
    ...toText(found, 'open', 'delivery'),
    ...toCursor(found),
    ...(found['tab'] === 'deliveries' && { tab: 'deliveries' as const }),
    ...(status && { status }),
  };
}
