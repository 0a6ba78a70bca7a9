import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { FastifyContextConfig, FastifyReply, FastifyRequest } from 'fastify';
import type { Claim } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { pickLanguage } from '#kernel/language.ts';
import type { Pool } from '#platform/database/pool.ts';
import { sealedAnswers } from '#platform/database/flush.ts';
import type { Keys } from '#platform/keys/port.ts';
import { httpErrors } from './port.ts';
import { toFieldError } from './validation.ts';

const KEY = /^[\x21-\x7e]{1,255}$/;
const LAPSE_SECONDS = 60; // longer than any handler may run: a claim without an answer by then had no effect

const CLAIM = `
  with mine as (
    insert into platform.idempotency as i (caller, key, fingerprint, token) values ($1, $2, $3, $4)
    on conflict (caller, key) do update set fingerprint = $3, token = $4, claimed_at = now()
      where i.answer is null and i.claimed_at < now() - make_interval(secs => ${LAPSE_SECONDS})
         or i.claimed_at < now() - interval '24 hours'
    returning token
  )
  select null as fingerprint, null as answer from mine
  union all
  select i.fingerprint, i.answer from platform.idempotency i where i.caller = $1 and i.key = $2 and not exists (select 1 from mine)`;

type KeyRule = Partial<Pick<FastifyContextConfig, 'access' | 'idempotency'>>;

/** Whether the calls of a route can be repeated safely. */
export function takesIdempotencyKey(method: string | string[], { access = 'public', idempotency }: KeyRule): boolean {
  return method === 'POST' && access !== 'public' && idempotency !== 'refused';
}

/** Whether a route refuses the key, so that nobody relies on it. */
export function refusesIdempotencyKey(method: string | string[], { idempotency }: KeyRule): boolean {
  return method === 'POST' && idempotency === 'refused';
}

/**
 * Makes a POST repeatable. The key is claimed before the handler runs; the handler's unit stores the answer together
 * with its effect; a repeated request gets the stored answer.
 */
export function createIdempotency(pool: Pool, keys: Keys) {
  async function before(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const { 'idempotency-key': key } = request.headers;
    if (key === undefined) return undefined;
    if (request.routeOptions.config.idempotency === 'refused') throw httpErrors.idempotencyRefused();
    if (request.actor.type === 'anonymous') return undefined;
    const language = pickLanguage(request.headers['accept-language']);
    if (typeof key !== 'string' || !KEY.test(key))
      throw httpErrors.invalid({ in: 'headers', errors: [toFieldError('/idempotency-key', 'pattern', language)] });

    const claim: Claim = { caller: request.actor.apiKeyId ?? request.actor.id, key, token: newId() };
    const fingerprint = fingerprintOf(request);
    const { rows } = await pool.query<{ fingerprint: Buffer | null; answer: Buffer | null }>(CLAIM, [
      claim.caller,
      key,
      fingerprint,
      claim.token,
    ]);
    const held = rows[0];
    // Another request claims it in this moment.
    if (!held) throw httpErrors.idempotencyRunning({ retryAfterSeconds: 1 });
    if (held.fingerprint === null) {
      request.actor = { ...request.actor, claim };
      return undefined;
    }
    if (!held.fingerprint.equals(fingerprint)) throw httpErrors.idempotencyConflict();
    if (held.answer === null) throw httpErrors.idempotencyRunning({ retryAfterSeconds: 1 });
    reply.header('idempotency-replayed', 'true');
    const answer: unknown = JSON.parse(keys.open(sealedAnswers, [claim.caller, key], held.answer).toString());
    return reply.code(successStatus(request)).send(answer ?? undefined);
  }

  /** After a request without effect (a refusal, an error) the key is free again. */
  async function after({ actor }: FastifyRequest): Promise<void> {
    const claim = actor?.claim;
    if (!claim) return;
    await pool.query(
      'delete from platform.idempotency where caller = $1 and key = $2 and token = $3 and answer is null',
      [claim.caller, claim.key, claim.token],
    );
  }

  return { before, after };
}

/**
 * The same for requests that mean the same: the members of a body and the parameters of a query have no order, and a
 * number, a text and a blank have several spellings. A body that the route does not read, nor checks, means nothing.
 */
function fingerprintOf({ method, url, body, routeOptions }: FastifyRequest): Buffer {
  const [path = ''] = url.split('?');
  const parameters = new URLSearchParams(url.slice(path.length));
  parameters.sort(); // keeps the order of values with the same name
  const hash = createHash('sha256').update(`${method} ${path}?${parameters.toString()}\n`);
  if (!routeOptions.schema?.body) return hash.digest();
  return hash.update(Buffer.isBuffer(body) ? body : (canonicalize(body ?? null) ?? '')).digest();
}

function successStatus(request: FastifyRequest): number {
  const { response } = request.routeOptions.schema ?? {};
  const status = Object.keys((response as Record<string, unknown> | undefined) ?? {}).find((code) =>
    code.startsWith('2'),
  );
  return Number(status ?? 200);
}
