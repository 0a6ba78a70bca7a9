import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { parseCloudEvent } from './parse-event.ts';

const event = {
  specversion: '1.0',
  id: newId(),
  source: '/bonyan/probe',
  type: 'probe.happened.v1',
  subject: 'k1',
  time: '2024-02-29T23:59:59.123456Z',
  datacontenttype: 'application/json',
  logxid: '18446744073709551615',
  logpos: '9999999999999999',
  data: {},
};

test('an event at the limits of what PostgreSQL takes is parsed', () => {
  assert.equal(parseCloudEvent(JSON.stringify(event))?.xid, event.logxid);
});

for (const [name, fields] of Object.entries<Partial<typeof event>>({
  'with NUL in its key': { subject: 'k\0' },
  'with NUL in its type': { type: 'probe\0' },
  'of the year 0': { time: '0000-01-01T00:00:00Z' },
  'of 30 February': { time: '2026-02-30T00:00:00Z' },
  'of hour 24': { time: '2026-02-28T24:00:00Z' },
  'of month 13': { time: '2026-13-01T00:00:00Z' },
  'with a transaction beyond 64 bits': { logxid: '18446744073709551616' },
}))
  test(`an event ${name} is refused`, () => {
    assert.equal(parseCloudEvent(JSON.stringify({ ...event, ...fields })), null);
  });
