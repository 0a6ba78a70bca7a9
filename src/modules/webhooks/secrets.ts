import type { Keys, SealedColumn, Secrets } from '#platform/keys/port.ts';

const endpoint = { table: 'webhooks.endpoint', key: { id: 'uuid' }, purpose: 'webhooks' } as const;
const sealedUrls: SealedColumn = { ...endpoint, column: 'url_sealed' };
const sealedSecrets: SealedColumn = { ...endpoint, column: 'secret_sealed' };
const sealedPrevious: SealedColumn = { ...endpoint, column: 'previous_sealed' };

export const webhookSecrets: Secrets = { sealed: [sealedUrls, sealedSecrets, sealedPrevious], persistentMacs: [] };

/** Seals what is secret of an endpoint, each value for its row. `id` is the endpoint's. */
export function createSealing(keys: Keys) {
  const sealing = (column: SealedColumn) => ({
    seal: (id: string, clear: string) => keys.seal(column, id, clear),
    open: (id: string, sealed: Buffer) => keys.open(column, id, sealed).toString(),
  });
  return { url: sealing(sealedUrls), secret: sealing(sealedSecrets), previous: sealing(sealedPrevious) };
}

export type WebhookSealing = ReturnType<typeof createSealing>;
