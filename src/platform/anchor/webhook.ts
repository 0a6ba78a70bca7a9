import type { Driver } from '#platform/resilience/port.ts';
import type { Anchor } from './port.ts';

const TIMEOUT_MS = 10_000;

/** Sends each note as JSON by POST, to an address that the operator configured. What was sent cannot be read back. */
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
    probe: async () => {}, // asking would be a message
  };
}
