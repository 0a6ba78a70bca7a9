import { ECDH } from 'node:crypto';
import { parseEmail } from '#kernel/forms/email-address.ts';
import { parsePhone } from '#kernel/forms/phone.ts';
import type { Channel } from '../contract.ts';
import type { ProviderChannel } from './port.ts';

const CHAT = /^(-?\d{1,20}|@[A-Za-z]\w{3,31})$/;
const TOKEN = /^[\w:.-]{20,4096}$/;
const MAX_URL = 2048;

/** The parts of a browser's `PushSubscription`. */
export interface BrowserSubscription {
  readonly endpoint: string;
  /** P-256, uncompressed, 65 bytes. */
  readonly publicKey: Buffer;
  /** 16 bytes. */
  readonly secret: Buffer;
}

export function refusesEmail(recipient: string): string | null {
  return parseEmail(recipient) !== null ? null : 'expected an e-mail address';
}

export function refusesPhone(recipient: string): string | null {
  return parsePhone(recipient) !== null ? null : 'expected a number in E.164, such as +989121234567';
}

export function refusesChat(recipient: string): string | null {
  return CHAT.test(recipient) ? null : 'expected the id of a chat, or @channel';
}

export function refusesDevice(recipient: string): string | null {
  return TOKEN.test(recipient) ? null : 'expected a device token';
}

export function refusesUrl(recipient: string): string | null {
  const isFine =
    recipient.length <= MAX_URL && URL.canParse(recipient) && ['http:', 'https:'].includes(new URL(recipient).protocol);
  return isFine ? null : 'expected an address that begins with https://';
}

export function refusesSubscription(recipient: string): string | null {
  return parseSubscription(recipient) ? null : 'expected a push subscription as JSON';
}

export function parseSubscription(recipient: string): BrowserSubscription | null {
  const { endpoint, keys } = parseObject(recipient);
  const { p256dh, auth } = (keys ?? {}) as { p256dh?: unknown; auth?: unknown };
  if (typeof endpoint !== 'string' || typeof p256dh !== 'string' || typeof auth !== 'string') return null;
  const [publicKey, secret] = [Buffer.from(p256dh, 'base64url'), Buffer.from(auth, 'base64url')];
  if (refusesUrl(endpoint) !== null || !isPoint(publicKey) || secret.length !== 16) return null;
  return { endpoint, publicKey, secret };
}

/** The one form of an address of the channel; what the channel refuses stays as it is, without spaces around it. */
export function toAddress(channel: Channel, typed: string): string {
  const form = channel === 'email' ? parseEmail(typed) : channel === 'sms' ? parsePhone(typed) : null;
  return form ?? typed.trim();
}

/** For channels whose messages are captured: they have no provider to check the address. */
export const refusesOf: Readonly<Record<ProviderChannel, (recipient: string) => string | null>> = {
  email: refusesEmail,
  sms: refusesPhone,
  push: (recipient) => refusesSubscription(recipient) && refusesDevice(recipient),
  slack: orDefault(refusesUrl),
  teams: orDefault(refusesUrl),
  telegram: refusesChat,
  webhook: refusesUrl,
};

/** The recipient that means the hook of the settings. */
export const DEFAULT_HOOK = 'default';

function orDefault(refuses: (recipient: string) => string | null) {
  return (recipient: string) => (recipient === DEFAULT_HOOK ? null : refuses(recipient));
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed !== null && typeof parsed === 'object' ? { ...parsed } : {};
  } catch {
    return {}; // a device token, or invalid
  }
}

/** Whether the point is on the curve: with another point the shared secret could be guessed. */
function isPoint(key: Buffer): boolean {
  try {
    return key.length === 65 && ECDH.convertKey(key, 'prime256v1').length > 0;
  } catch {
    return false;
  }
}
