import { Type, type Static } from 'typebox';
import type { StoredEvent } from '../cursor.ts';

export const CONTENT_TYPE = 'application/cloudevents+json';

const PLACE = 'An extension: the place of the event in the log of its installation';

/** CloudEvents 1.0, structured mode. `logxid` and `logpos` are extensions: the event's place in the log. */
export const CloudEvent = Type.Object({
  specversion: Type.Literal('1.0'),
  id: Type.String({
    pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
    description: 'The same in each repetition of the event',
  }),
  source: Type.String({ description: 'The installation and the module that has published it' }),
  type: Type.String({ description: 'Its name and version' }),
  subject: Type.String({ description: 'Its key: events with the same key arrive in order' }),
  time: Type.String({
    pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?Z$',
    description: 'When it happened, in UTC',
  }),
  datacontenttype: Type.Literal('application/json'),
  traceparent: Type.Optional(Type.String({ description: 'W3C trace context of the request that has caused it' })),
  logxid: Type.String({ pattern: '^\\d{1,20}$', description: PLACE }),
  logpos: Type.String({ pattern: '^\\d{1,16}$', description: PLACE }),
  data: Type.Unknown(),
});

/** Leaves out the id of the request, which is for our own trail. */
export function toCloudEvent(event: StoredEvent, prefix: string): Buffer {
  const wire: Static<typeof CloudEvent> = {
    specversion: '1.0',
    id: event.id,
    source: toSource(event.type, prefix),
    type: event.type,
    subject: event.key,
    time: event.at.replace(' ', 'T').replace(/\+00$/, 'Z'), // in microseconds: id and time are the key of the inbox
    datacontenttype: 'application/json',
    ...(event.origin.traceparent !== null && { traceparent: event.origin.traceparent }),
    logxid: event.xid,
    logpos: String(event.pos),
    data: event.body,
  };
  return Buffer.from(JSON.stringify(wire));
}

export function toSource(type: string, prefix: string): string {
  const [module = ''] = type.split('.');
  return `/${prefix}/${module}`;
}
