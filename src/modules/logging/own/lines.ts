import { setTimeout as sleep } from 'node:timers/promises';
import { system } from '#kernel/access.ts';
import type { IngestService } from '../ingest/service.ts';
import type { LoggingNeeds } from '../needs.ts';

const GATHER_MS = 500;
const RETRY_MS = 5000;
const MAX_AT_ONCE = 1000;
const NAME = 'bonyan';

export interface OwnLinesNeeds extends Pick<LoggingNeeds, 'lines' | 'config' | 'detached' | 'nodeId'> {
  readonly ingest: Pick<IngestService, 'ingestAll'>;
}

/**
 * Stores the log lines of this process. Nothing that this does writes a line: a failure keeps the lines for the next
 * attempt, and the pool tells once that the database is away.
 */
export function createOwnLines({ lines, config, detached, nodeId, ingest }: OwnLinesNeeds) {
  let isDraining = false;

  function start(): void {
    if (lines === null || config.loggingOwn === 'off') return;
    lines.onLine(() => {
      if (isDraining) return;
      isDraining = true;
      void detached(() => drain());
    });
  }

  async function drain(): Promise<void> {
    await sleep(GATHER_MS, undefined, { ref: false });
    const wasStored = await storeAll();
    if (!wasStored) await sleep(RETRY_MS, undefined, { ref: false });
    isDraining = false;
    if (!wasStored) start();
  }

  /** False when lines are left that could not be stored. */
  async function storeAll(): Promise<boolean> {
    for (let taken = lines?.take(); taken && taken.lines.length > 0; taken = lines?.take()) {
      const lost =
        taken.lost > 0 ? [{ level: 'warn', message: `${taken.lost} log lines were lost`, sourceService: NAME }] : [];
      const inputs = [...lost, ...taken.lines.map((line) => toInput(line, nodeId))];
      for (let from = 0; from < inputs.length; from += MAX_AT_ONCE) {
        try {
          await ingest.ingestAll(system('logging'), inputs.slice(from, from + MAX_AT_ONCE));
        } catch {
          lines?.giveBack(taken.lines.slice(from));
          return false;
        }
      }
    }
    return true;
  }

  return { start };
}

/** A line of pino as an event. */
function toInput(line: string, nodeId: string): Record<string, unknown> {
  const { level, time, msg, err, requestId, traceId, route, method, status, ...payload } = JSON.parse(line) as Record<
    string,
    unknown
  >;
  const { type } = (err ?? {}) as Record<string, unknown>; // the log hides fields named `code`
  return {
    level,
    timestampUtc: time,
    message: typeof msg === 'string' && msg !== '' ? msg : 'no text',
    sourceService: NAME,
    sourceInstance: nodeId,
    requestId,
    traceId: traceId ?? undefined, // null outside a trace
    httpMethod: method,
    httpPath: route,
    httpStatusCode: status,
    errorCode: type,
    payload: { ...payload, ...(err !== undefined && { err }) },
  };
}
