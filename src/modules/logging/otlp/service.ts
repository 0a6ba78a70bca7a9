import type { Actor } from '#kernel/access.ts';
import { Problem } from '#kernel/problem.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { IngestService } from '../ingest/service.ts';
import { readJsonLogs } from './json.ts';
import { readLogs } from './protobuf.ts';
import { MAX_RECORDS, toInput, type OtlpRecord } from './records.ts';

/** What of an export was not stored. */
export interface PartialSuccess {
  readonly rejectedLogRecords: number;
  readonly errorMessage: string;
}

/** Takes the logs of OpenTelemetry, in protobuf and in JSON. */
export function createOtlp({ ingest }: { readonly ingest: Pick<IngestService, 'ingestAll'> }) {
  /**
   * One commit, however many records there are: an export has no key, so of one that was stored in parts the first ones
   * would be there twice when it is sent again. @throws `http.malformed`, `logging.batch_too_large`
   */
  async function take(actor: Actor, body: unknown): Promise<PartialSuccess> {
    const { rejected } = await ingest.ingestAll(actor, read(body).map(toInput), MAX_RECORDS);
    return { rejectedLogRecords: rejected.length, errorMessage: rejected[0]?.message ?? '' };
  }

  return { take };
}

export type OtlpService = ReturnType<typeof createOtlp>;

function read(body: unknown): OtlpRecord[] {
  if (!Buffer.isBuffer(body)) return readJsonLogs(body);
  try {
    return readLogs(body);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw Object.assign(httpErrors.malformed(), { cause: error });
  }
}
