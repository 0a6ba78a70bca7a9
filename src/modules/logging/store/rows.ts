import { newId } from '#kernel/id.ts';
import { tokensOf } from '#kernel/text.ts';
import type { Keys } from '#platform/keys/port.ts';
import { levels, type LogEvent } from '../contract.ts';
import { CHECKSUM_PURPOSE } from '../secrets.ts';
import type { NormalEvent } from '../transform/normalise.ts';

const MAX_TOKENS = 16_000; // the positions of a tsvector end at 16,383
const MAX_POSITIONS = 255; // of one word
const GAP = 2; // between fields, so that no phrase spans two of them
const ESCAPED = /[\\\n\r\t]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The fields in the order of the checksum, which must not change. */
const SIGNED = [
  'id', 'receivedAt', 'timestampUtc', 'level', 'message', 'sourceService', 'sourceModule', 'sourceInstance', 'traceId',
  'spanId', 'requestId', 'tenantId', 'actorType', 'actorId', 'outcome', 'sessionId', 'ip', 'userAgent', 'deviceInfo',
  'httpMethod', 'httpPath', 'httpStatusCode', 'errorCode', 'errorStackHash', 'tags', 'pattern', 'fingerprint',
] as const; // prettier-ignore
export const COPIED = [...SIGNED, 'payload', 'checksum', 'tokens'] as const;

/** What an event is signed as: the stored texts, with the payload byte by byte. */
export type SignedEvent = Pick<LogEvent, (typeof SIGNED)[number]> & { readonly payloadText: string };

/** An event on its way into the database. */
export interface ReceivedEvent {
  readonly event: SignedEvent;
  /** A line of COPY, with its end. */
  readonly line: string;
  /** Each once. */
  readonly words: readonly string[];
}

/** Gives an event its id, its checksum and its words. */
export function toReceived(keys: Pick<Keys, 'mac'>, normal: NormalEvent, receivedAt: Date): ReceivedEvent {
  const event = { ...normal, id: newId(), receivedAt: receivedAt.toISOString() };
  const checksum = checksumOf(keys, event);
  const fields = SIGNED.map((name) => {
    if (name === 'level') return String(toLevelNumber(event.level));
    if (name === 'tags') return escape(toArray(event.tags));
    const value = event[name];
    return value === null ? '\\N' : escape(String(value));
  });
  const words = wordsOf(event);
  const line = [...fields, escape(event.payloadText), `\\\\x${checksum.toString('hex')}`, toVector(words)].join('\t');
  return { event, line: `${line}\n`, words: [...words.keys()] };
}

/** HMAC-SHA-256 over the event in its stored form. */
export function checksumOf(keys: Pick<Keys, 'mac'>, event: SignedEvent): Buffer {
  return keys.mac(CHECKSUM_PURPOSE, canonicalOf(event));
}

function canonicalOf(event: SignedEvent): string {
  return JSON.stringify([...SIGNED.map((name) => event[name]), event.payloadText]);
}

export function toLevelNumber(level: LogEvent['level']): number {
  return levels.indexOf(level) + 1;
}

export function fromLevelNumber(level: number): LogEvent['level'] {
  return levels[level - 1] ?? 'info';
}

function escape(text: string): string {
  return text.search(ESCAPED) === -1 ? text : text.replace(ESCAPED, (letter) => ESCAPES[letter] ?? letter);
}

function toArray(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

/** Words with their places, as PostgreSQL reads a tsvector. They have no letters to escape. */
export function toVector(words: ReadonlyMap<string, string>): string {
  return [...words.values()].join(' ');
}

/** The words that searches find, each with its places. */
export function wordsOf(event: SignedEvent): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  const counts = new Map<string, number>();
  let place = 0;
  for (const text of searchedTexts(event)) {
    for (const token of tokensOf(text)) {
      if (++place > MAX_TOKENS) break;
      const count = (counts.get(token) ?? 0) + 1;
      if (count > MAX_POSITIONS) continue;
      counts.set(token, count);
      const known = places.get(token);
      places.set(token, known === undefined ? `${token}:${place}` : `${known},${place}`);
    }
    place += GAP;
  }
  return places;
}

function searchedTexts({ message, httpPath, errorCode, tags, payloadText, ...event }: SignedEvent): string[] {
  const payload = payloadText === '{}' ? [] : textsIn(JSON.parse(payloadText));
  const others = [event.sourceService, event.sourceModule, httpPath, errorCode, ...tags];
  return [message, ...others.filter((text) => text !== null), ...payload];
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return value === null || typeof value !== 'object' ? [] : Object.values(value).flatMap(textsIn);
}
