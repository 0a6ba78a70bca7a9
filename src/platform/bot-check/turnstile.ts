import { hash } from 'node:crypto';
import type { Log } from '#platform/log/port.ts';
import type { Outbound } from '#platform/outbound/port.ts';
import { BotCheckAway, type BotCheck } from './port.ts';

const MAX_LENGTH = 2048; // of a token, as the service says
const TIMEOUT_MS = 5000;
const TOLD_EVERY_MS = 60_000;
const OF_THE_TOKEN = new Set(['missing-input-response', 'invalid-input-response', 'timeout-or-duplicate']);

interface TurnstileNeeds {
  readonly outbound: Pick<Outbound, 'send'>;
  readonly url: string;
  readonly siteKey: string;
  readonly secret: string;
  readonly log: Pick<Log, 'warn'>;
  readonly now: () => Date;
}

/** Tokens of Cloudflare Turnstile, or of a service that checks tokens in the same way. */
export function createTurnstile({ outbound, url, siteKey, secret, log, now }: TurnstileNeeds): BotCheck {
  let toldMs = -Infinity;

  return {
    kind: 'turnstile',
    siteKey,
    challenge: async () => null,
    async verify(proof, ip) {
      if (proof.length > MAX_LENGTH) return null;
      const body = new URLSearchParams({ secret, response: proof, ...(ip !== null && { remoteip: ip }) }).toString();
      const answer = await ask(body).catch((error: unknown) => {
        tell(error);
        throw new BotCheckAway('the service that checks tokens gave no answer', { cause: error });
      });
      return answer.success === true ? hash('sha256', proof, 'base64url') : null;
    },
  };

  /** Once a minute: people who sign in cannot know why, and strangers cannot fill the log. */
  function tell(error: unknown): void {
    const atMs = now().getTime();
    if (atMs - toldMs < TOLD_EVERY_MS) return;
    toldMs = atMs;
    log.warn({ err: error }, 'proofs against bots cannot be checked; requests that need one get 503');
  }

  /** @throws Error when the service says that it is not the token that is wrong */
  async function ask(body: string): Promise<{ success?: unknown }> {
    const { status, body: bytes } = await outbound.send({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (status >= 500 || status === 429) throw new Error(`it answered ${status}`);
    const answer: unknown = JSON.parse(bytes.toString());
    if (typeof answer !== 'object' || answer === null) throw new Error('it answered no object');
    const { 'error-codes': codes = [] } = answer as { 'error-codes'?: unknown };
    const others = (Array.isArray(codes) ? codes : [codes]).map(String).filter((code) => !OF_THE_TOKEN.has(code));
    if (others.length > 0) throw new Error(`it answered ${others.join(', ').slice(0, 200)}`);
    return answer;
  }
}
