import { Compile } from 'typebox/compile';
import type { StoredEvent } from '../cursor.ts';
import { CloudEvent } from './cloud-event.ts';

const isCloudEvent = Compile(CloudEvent);

/** Null when the text is not one of our events, or is damaged. */
export function parseCloudEvent(text: string): StoredEvent | null {
  const wire = parseJson(text);
  if (!isCloudEvent.Check(wire) || Number.isNaN(Date.parse(wire.time))) return null;
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
