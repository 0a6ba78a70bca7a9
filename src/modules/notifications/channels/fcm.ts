import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Outbound } from '#platform/outbound/port.ts';
import { ask, isAnswer, toFailure, toOurs, parseAnswer, pick } from './protocols/http-answers.ts';
import { Outage, type Outgoing, type MessageProvider } from './port.ts';
import { refusesDevice } from './addresses.ts';
import { required, type FromConfig } from './settings.ts';

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const EARLY_MS = 60_000; // a token that expires during the request is refused

export interface FcmNeeds {
  readonly outbound: Outbound;
  readonly url: string;
  readonly account: {
    readonly projectId: string;
    readonly clientEmail: string;
    /** PEM. */
    readonly privateKey: string;
    readonly tokenUrl: string;
  };
  readonly now: () => Date;
}

export const fromConfig: FromConfig = (config, { operated }, now) => ({
  channel: 'push',
  provider: createFcm({
    outbound: operated,
    url: config.fcmUrl,
    account: required(config.fcmServiceAccount, 'FCM_SERVICE_ACCOUNT'),
    now,
  }),
});

/**
 * Push to devices by Firebase Cloud Messaging, HTTP v1. It has no idempotency key; the message's id is sent as data.
 */
export function createFcm({ outbound, url, account, now }: FcmNeeds): MessageProvider {
  const tokens = createTokens({ outbound, account, now });
  return {
    name: 'fcm',
    refuses: refusesDevice,
    async send(message, signal) {
      const token = await tokens.take();
      const answer = await ask(outbound, 'provider', {
        method: 'POST',
        url: `${url}/v1/projects/${encodeURIComponent(account.projectId)}/messages:send`,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ message: toMessage(message) }),
        signal,
      });
      if (!isAnswer(answer)) return answer;
      const parsed = parseAnswer(answer);
      const reason = pick(parsed, 'error.details.0.errorCode') ?? pick(parsed, 'error.status');
      const error = `answered ${answer.status}: ${reason}`;
      if (reason === 'UNREGISTERED') return { outcome: 'bounced', error, suppress: true };
      // The device registered for another project; after a change of ours every device would be suppressed.
      if (reason === 'SENDER_ID_MISMATCH') return { outcome: 'bounced', error, suppress: false };
      // Our certificate for the devices of another service, such as APNs: other devices still receive messages.
      if (reason === 'THIRD_PARTY_AUTH_ERROR') return toOurs(error);
      if (answer.status === 401) tokens.discard();
      const failure = toFailure(answer, 'provider', now(), reason);
      return failure ?? { outcome: 'sent', messageId: pick(parsed, 'name') };
    },
  };
}

/** FCM accepts only strings in `data`. */
function toMessage({ id, recipient, subject, text, data }: Outgoing) {
  const texts = Object.entries({ ...data, id }).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return { token: recipient, notification: { title: subject, body: text }, data: Object.fromEntries(texts) };
}

/** Access tokens of the service account; concurrent messages share one request for a token. */
function createTokens({ outbound, account, now }: Omit<FcmNeeds, 'url'>) {
  const key = createPrivateKey(account.privateKey);
  let current: Promise<{ token: string; untilMs: number }> | null = null;

  async function take(): Promise<string> {
    current ??= fetchToken();
    const asked = current;
    try {
      const { token, untilMs } = await asked;
      if (now().getTime() < untilMs) return token;
    } catch (error) {
      if (current === asked) current = null;
      throw error;
    }
    if (current === asked) current = null;
    return take();
  }

  async function fetchToken() {
    const seconds = Math.floor(now().getTime() / 1000);
    const assertion = await new SignJWT({ scope: SCOPE })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
      .setIssuer(account.clientEmail)
      .setAudience(account.tokenUrl)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + 3600)
      .sign(key);
    const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
    const answer = await askForToken(new URLSearchParams(grant).toString());
    const [token, lifetime] = [pick(answer, 'access_token'), Number(pick(answer, 'expires_in') ?? 0)];
    if (token === null || !(lifetime * 1000 > EARLY_MS))
      throw new Outage('no access token came', { mayHaveArrived: false });
    return { token, untilMs: now().getTime() + lifetime * 1000 - EARLY_MS };
  }

  /** When this fails, no message was sent. */
  async function askForToken(body: string): Promise<unknown> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    try {
      const answer = await ask(outbound, 'provider', { method: 'POST', url: account.tokenUrl, headers, body });
      if (isAnswer(answer) && answer.status === 200) return parseAnswer(answer);
      throw new Error(isAnswer(answer) ? `answered ${answer.status}` : answer.error);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Outage(`no access token: ${message}`, { mayHaveArrived: false, cause: error });
    }
  }

  return { take, discard: () => void (current = null) };
}
