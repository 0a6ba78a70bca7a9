import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import type { StoredEvent } from '../cursor.ts';
import { CloudEvent } from './cloud-event.ts';

const isCloudEvent = Compile(CloudEvent);

const MAX_XID = 2n ** 64n - 1n;

/** Null when the text is not one of our events, is damaged, or has what PostgreSQL cannot take. */
export function parseCloudEvent(text: string): StoredEvent | null {
  const wire = parseJson(text);
  if (!isCloudEvent.Check(wire) || !isStorable(wire)) return null;
  return {
    pos: Number(wire.logpos),
    xid: wire.logxid,
    id: wire.id,
    at: wire.time,
    type: wire.type,
    key: wire.subject,
    origin: { requestId: '', traceparent: wire.traceparent ?? null },
    body: wire.data,
  };
}

function isStorable({ subject, type, time, logxid }: Static<typeof CloudEvent>): boolean {
  const hasNul = subject.includes('\0') || type.includes('\0');
  return !hasNul && isTime(time) && BigInt(logxid) <= MAX_XID;
}

/** `Date.parse` moves 30 February into March; PostgreSQL refuses it, and the year 0. */
function isTime(time: string): boolean {
  const ms = Date.parse(time);
  if (Number.isNaN(ms) || time.startsWith('0000')) return false;
  const toSecond = 'YYYY-MM-DDThh:mm:ss'.length;
  return new Date(ms).toISOString().slice(0, toSecond) === time.slice(0, toSecond);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
