import type { Actor } from '#kernel/access.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { IngestService } from '../ingest/service.ts';
import { MAX_EVENTS } from '../schemas.ts';
import { readJsonLogs } from './json.ts';
import { readLogs } from './protobuf.ts';
import { toInput, type OtlpRecord } from './records.ts';

/** What of an export was not stored. */
export interface PartialSuccess {
  readonly rejectedLogRecords: number;
  readonly errorMessage: string;
}

/** Takes the logs of OpenTelemetry, in protobuf and in JSON. */
export function createOtlp({ ingest }: { readonly ingest: Pick<IngestService, 'ingestAll'> }) {
  /** @throws `http.malformed` */
  async function take(actor: Actor, body: unknown): Promise<PartialSuccess> {
    const inputs = read(body).map(toInput);
    let rejected = 0;
    let first = '';
    // An export may have more records than a batch.
    for (let from = 0; from === 0 || from < inputs.length; from += MAX_EVENTS) {
      const verdict = await ingest.ingestAll(actor, inputs.slice(from, from + MAX_EVENTS));
      rejected += verdict.rejected.length;
      first ||= verdict.rejected[0]?.message ?? '';
    }
    return { rejectedLogRecords: rejected, errorMessage: first };
  }

  return { take };
}

export type OtlpService = ReturnType<typeof createOtlp>;

function read(body: unknown): OtlpRecord[] {
  if (!Buffer.isBuffer(body)) return readJsonLogs(body);
  try {
    return readLogs(body);
  } catch (error) {
    throw Object.assign(httpErrors.malformed(), { cause: error });
  }
}
