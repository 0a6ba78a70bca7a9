import { setImmediate as immediate } from 'node:timers/promises';
import type { Static } from 'typebox';
import type { Actor } from '#kernel/access.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { Component } from '#platform/health/port.ts';
import { loggingErrors } from '../contract.ts';
import type { LoggingNeeds } from '../needs.ts';
import { MAX_EVENTS, type BatchVerdict, type IngestHealth } from '../schemas.ts';
import { toReceived, type ReceivedEvent } from '../store/rows.ts';
import type { TransformService } from '../transform/service.ts';
import { createBytesInFlight } from './bytes-in-flight.ts';
import { createGroupCommit, type GroupCommitNeeds } from './group-commit.ts';
import { readLines } from './lines.ts';

// Events of a batch between which other requests have their turn: a whole one takes some tenths of a second of the event
// loop, and several in one turn pass the delay from which on the server refuses requests with 503.
const JUDGED_IN_TURN = 250;

export interface IngestNeeds extends Pick<LoggingNeeds, 'keys' | 'config' | 'diskRefusal'>, GroupCommitNeeds {
  readonly transforms: Pick<TransformService, 'judge'>;
}

/** Takes events, and answers when they are committed. */
export function createIngest(needs: IngestNeeds) {
  const { keys, config, transforms, diskRefusal, now } = needs;
  const commits = createGroupCommit(needs);
  const { loggingMinFreeBytes: minFreeBytes } = config;
  const refusal = () => diskRefusal(minFreeBytes);
  const bytes = createBytesInFlight(config.loggingMaxBytes, refusal);

  /** @throws `database.disk_full` while there is still space for what searches and retention write. */
  async function commit(actor: Actor, received: readonly ReceivedEvent[], answer: unknown): Promise<void> {
    const refused = refusal();
    if (refused) throw refused;
    await commits.add(actor, received, answer);
  }

  /** Why events cannot be stored; null if they can. */
  function trouble(): string | null {
    if (!refusal()) return commits.state().lastError;
    return `the disk of the database has less than ${minFreeBytes} bytes free (BONYAN_LOGGING_MIN_FREE_BYTES), or was full just now`;
  }

  /** @throws `http.invalid` */
  async function ingestOne(actor: Actor, input: unknown): Promise<{ id: string }> {
    const at = now();
    const judged = transforms.judge(input, at);
    if ('fault' in judged) throw httpErrors.invalid({ in: 'body', errors: [judged.fault] });
    const received = toReceived(keys, judged.event, at);
    const answer = { id: received.event.id };
    await commit(actor, [received], answer);
    return answer;
  }

  /**
   * Each is judged by itself; what is refused is named, and costs the others nothing. The others are in one commit.
   * @throws `logging.batch_too_large` for more than `most`.
   */
  async function ingestAll(actor: Actor, inputs: readonly unknown[], most = MAX_EVENTS): Promise<BatchVerdict> {
    if (inputs.length > most) throw loggingErrors.batchTooLarge({ limit: most });
    const at = now();
    const verdict: BatchVerdict = { accepted: [], rejected: [] };
    const received: ReceivedEvent[] = [];
    for (const [index, input] of inputs.entries()) {
      if (index % JUDGED_IN_TURN === JUDGED_IN_TURN - 1) await immediate();
      const judged = input instanceof SyntaxError ? NOT_JSON : transforms.judge(input, at);
      if ('fault' in judged) {
        const { path, message } = judged.fault;
        verdict.rejected.push({ index, code: loggingErrors.eventInvalid.code, message: `${path} ${message}`.trim() });
        continue;
      }
      const one = toReceived(keys, judged.event, at);
      received.push(one);
      verdict.accepted.push({ index, id: one.event.id });
    }
    await commit(actor, received, verdict);
    return verdict;
  }

  /** A JSON batch, or lines of JSON. */
  const ingestBody = async (actor: Actor, body: { readonly events: readonly unknown[] } | Buffer) =>
    ingestAll(actor, Buffer.isBuffer(body) ? readLines(body) : body.events);

  function health(): Static<typeof IngestHealth> {
    const { lastCommitAt } = commits.state();
    const lastError = trouble();
    const status = lastError === null ? 'healthy' : 'degraded';
    return { status, bytesInFlight: bytes.now(), maxBytesInFlight: bytes.max, lastCommitAt, lastError };
  }

  const component: Component = {
    name: 'logging.ingest',
    isRequired: false,
    async probe() {
      const lastError = trouble();
      if (lastError !== null) throw new Error(`events could not be stored: ${lastError}`);
    },
  };

  return { ingestOne, ingestAll, ingestBody, admit: bytes.admit, health, component, waiting: commits.waiting };
}

export type IngestService = ReturnType<typeof createIngest>;

const NOT_JSON = { fault: { path: '', code: 'format', message: 'the line is not JSON' } };
