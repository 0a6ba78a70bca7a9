import type { Driver } from '#platform/resilience/port.ts';
import type { Anchor } from './port.ts';

const TIMEOUT_MS = 10_000;

/** Posts each note as JSON to the configured address. Notes cannot be read back. */
export function createWebhookAnchor(url: string): Driver<Anchor> {
  return {
    name: 'audit anchor webhook',
    idempotent: ['put', 'read'],
    port: {
      async put(checkpoint) {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(checkpoint),
          redirect: 'error',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        await response.body?.cancel();
        if (!response.ok) throw new Error(`the webhook answered ${response.status}`);
      },
      read: async () => null,
    },
    probe: async () => {}, // a request would look like a note
  };
}
