import { discard } from '#platform/resilience/streams.ts';
import type { Driver } from '#platform/resilience/port.ts';
import type { ScanPort } from './port.ts';

/** Without a scanner: every file is `unscanned`, which is not `clean`. */
export function createNoScan(): Driver<ScanPort> {
  return {
    name: 'scan',
    idempotent: [],
    consumes: { scan: 0 },
    probe: async () => {},
    port: {
      async scan(source) {
        discard(source);
        return { verdict: 'unscanned' };
      },
    },
  };
}
