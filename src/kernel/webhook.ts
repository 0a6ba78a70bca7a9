import { createHmac, timingSafeEqual } from 'node:crypto';

const TOLERANCE_SECONDS = 300;

export interface SignedWebhook {
  readonly id: string;
  /** Since 1970, as it stands in `webhook-timestamp`. */
  readonly seconds: string;
  readonly body: string | Buffer;
}

/** One signature of the Standard Webhooks specification, `v1,…`; `secret` is `whsec_` and base64. */
export function sign(secret: string, { id, seconds, body }: SignedWebhook): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${seconds}.`).update(body);
  return `v1,${mac.digest('base64')}`;
}

/** True when one of the signatures is ours and the time is within five minutes of `now`. */
export function isSigned(secret: string, signatures: string, signed: SignedWebhook, now: Date): boolean {
  const awaySeconds = Math.abs(now.getTime() / 1000 - Number(signed.seconds));
  if (!/^\d{1,12}$/.test(signed.seconds) || awaySeconds > TOLERANCE_SECONDS) return false;
  const right = sign(secret, signed);
  return signatures.split(' ').some((signature) => isEqual(signature, right));
}

/** In constant time. */
export function isEqual(given: string, right: string): boolean {
  const [left, other] = [Buffer.from(given), Buffer.from(right)];
  return left.length === other.length && timingSafeEqual(left, other);
}
