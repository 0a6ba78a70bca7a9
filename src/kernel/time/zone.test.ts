import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTimeZone, toInstant } from './zone.ts';

test('only time zones that the runtime knows are accepted', () => {
  const known = ['Asia/Tehran', 'UTC', 'asia/tehran'];
  const unknown = ['Europe/Nowhere', '+03:30', '', '../etc', 'IST', 'PST', 'US/Pacific-New'];

  assert.deepEqual([...known, ...unknown].filter(isTimeZone), known);
});

test('a local time becomes its first instant, or the end of the gap that skips it', () => {
  const berlin = (clock: string) =>
    toInstant(new Date(`${clock}:00Z`), 'Europe/Berlin')
      .toISOString()
      .slice(0, 16);
  assert.equal(berlin('2026-07-01T12:00'), '2026-07-01T10:00');
  assert.equal(berlin('2026-03-29T02:30'), '2026-03-29T01:00');
  assert.equal(berlin('2026-10-25T02:30'), '2026-10-25T00:30');
  assert.equal(toInstant(new Date('2011-12-30T12:00:00Z'), 'Pacific/Apia').toISOString(), '2011-12-30T10:00:00.000Z');
  assert.equal(
    toInstant(new Date('2018-11-04T00:30:00Z'), 'America/Sao_Paulo').toISOString(),
    '2018-11-04T03:00:00.000Z',
  );
});
