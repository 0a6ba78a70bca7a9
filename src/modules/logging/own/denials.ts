import { setTimeout as sleep } from 'node:timers/promises';
import { system, traceIdOf } from '#kernel/access.ts';
import type { DeniedRequest } from '#platform/http/port.ts';
import type { IngestService } from '../ingest/service.ts';
import type { LoggingNeeds } from '../needs.ts';

const GATHER_MS = 500;
const RETRY_MS = 5000;
const ATTEMPTS = 24; // two minutes without a database
const MOST = 2000; // that wait; of more, only the number is stored

export interface DenialsNeeds extends Pick<LoggingNeeds, 'config' | 'detached' | 'nodeId' | 'now'> {
  readonly ingest: Pick<IngestService, 'ingestAll'>;
}

/** Stores the requests that were refused with 403. The requests do not wait for it. */
export function createDenials({ config, detached, nodeId, now, ingest }: DenialsNeeds) {
  let waiting: Record<string, unknown>[] = [];
  let left = 0;
  let isDraining = false;

  function note(denied: DeniedRequest): void {
    if (config.loggingOwn === 'off') return;
    if (waiting.length < MOST) waiting.push(toInput(denied));
    else left += 1;
    if (isDraining) return;
    isDraining = true;
    void detached(() => drain());
  }

  async function drain(): Promise<void> {
    await sleep(GATHER_MS, undefined, { ref: false });
    for (let attempt = 1; waiting.length > 0; attempt++) {
      const inputs = left > 0 ? [...waiting, tooMany(left)] : waiting;
      const taken = waiting.length;
      try {
        await ingest.ingestAll(system('logging'), inputs);
        attempt = 0;
      } catch {
        await sleep(RETRY_MS, undefined, { ref: false });
        if (attempt < ATTEMPTS) continue;
      }
      waiting = waiting.slice(taken);
      left = 0;
    }
    isDraining = false;
  }

  function toInput({ actor, method, route, code, permission }: DeniedRequest): Record<string, unknown> {
    const { type, id, sessionId, origin } = actor;
    return {
      ...base('Access was denied'),
      requestId: origin.requestId,
      traceId: traceIdOf(origin),
      actorType: type,
      actorId: id,
      sessionId,
      ip: origin.ip,
      userAgent: origin.userAgent,
      httpMethod: method,
      httpPath: route,
      httpStatusCode: 403,
      errorCode: code,
      payload: permission === null ? {} : { permission },
    };
  }

  const tooMany = (count: number) => ({ ...base('Access was denied more often than is stored'), payload: { count } });

  function base(message: string) {
    const [timestampUtc, outcome, sourceService] = [now().toISOString(), 'denied', 'bonyan'];
    return {
      level: 'warn',
      message,
      timestampUtc,
      outcome,
      sourceService,
      sourceModule: 'http',
      sourceInstance: nodeId,
    };
  }

  return { note };
}
