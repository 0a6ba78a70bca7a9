import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideAnswer } from './ranges.ts';

const ETAG = '"tag"';
const MODIFIED = 'Sat, 28 Nov 2026 08:00:00 GMT';
const LATER = 'Sat, 28 Nov 2026 08:00:01 GMT';
const EARLIER = 'Sat, 28 Nov 2026 07:59:59 GMT';

/** `200`, `304`, or `206 first-last`. */
function ask(headers: Record<string, string>, { method = 'GET', sizeBytes = 100 } = {}): string {
  const it = { sizeBytes, etag: ETAG, modifiedAt: new Date('2026-11-28T08:00:00.900Z') };
  const answer = decideAnswer(method, headers, it);
  return answer.status === 206 ? `206 ${answer.start}-${answer.end}` : String(answer.status);
}

test('each row of RFC 9110 on ranges gets its answer', () => {
  for (const [range, expected] of [
    ['bytes=0-0', '206 0-0'],
    ['bytes=0-99', '206 0-99'],
    ['bytes=10-19', '206 10-19'],
    ['bytes=90-200', '206 90-99'],
    ['bytes=99-99', '206 99-99'],
    ['bytes=50-', '206 50-99'],
    ['bytes=-10', '206 90-99'],
    ['bytes=-200', '206 0-99'],
    ['BYTES = 1-2', '206 1-2'],
    ['bytes=100-', '416'],
    ['bytes=100-200', '416'],
    ['bytes=-0', '416'],
    ['bytes=0-9,10-19', '206 0-19'],
    ['bytes=10-19, 0-9', '206 0-19'],
    ['bytes=0-50,40-60', '206 0-60'],
    ['bytes=0-9,200-300', '206 0-9'],
    ['bytes=0-9,50-59', '200'],
    ['bytes=0-0,-1', '200'],
    ['bytes=200-300,400-', '416'],
    ['bytes=9-5', '200'],
    ['bytes=', '200'],
    ['bytes=a-b', '200'],
    ['bytes=--1', '200'],
    ['bytes=1', '200'],
    ['items=0-5', '200'],
    [`bytes=${Array.from({ length: 21 }, () => '0-1').join()}`, '200'],
    ['bytes=99999999999999999999-', '416'],
  ] as const)
    assert.equal(ask({ range }), expected, range);
});

test('no range can be satisfied of nothing, and HEAD knows none', () => {
  assert.equal(ask({ range: 'bytes=0-' }, { sizeBytes: 0 }), '416');
  assert.equal(ask({ range: 'bytes=-5' }, { sizeBytes: 0 }), '416');
  assert.equal(ask({}, { sizeBytes: 0 }), '200');
  assert.equal(ask({ range: 'bytes=0-1' }, { method: 'HEAD' }), '200');
});

test('each row of RFC 9110 on conditions gets its answer', () => {
  for (const [headers, expected] of [
    [{ 'if-none-match': ETAG }, '304'],
    [{ 'if-none-match': `W/${ETAG}` }, '304'],
    [{ 'if-none-match': `"x", ${ETAG}` }, '304'],
    [{ 'if-none-match': '*' }, '304'],
    [{ 'if-none-match': '"x"' }, '200'],
    [{ 'if-none-match': '"x"', 'if-modified-since': LATER }, '200'],
    [{ 'if-none-match': ETAG, 'if-modified-since': EARLIER }, '304'],
    [{ 'if-modified-since': MODIFIED }, '304'],
    [{ 'if-modified-since': LATER }, '304'],
    [{ 'if-modified-since': EARLIER }, '200'],
    [{ 'if-modified-since': 'yesterday' }, '200'],
    [{ 'if-modified-since': '2026-11-28T09:00:00Z' }, '200'],
    [{ 'if-match': ETAG }, '200'],
    [{ 'if-match': '*' }, '200'],
    [{ 'if-match': `"x", ${ETAG}` }, '200'],
    [{ 'if-match': `W/${ETAG}` }, '412'],
    [{ 'if-match': '"x"' }, '412'],
    [{ 'if-match': '"x"', 'if-unmodified-since': LATER }, '412'],
    [{ 'if-match': ETAG, 'if-unmodified-since': EARLIER }, '200'],
    [{ 'if-match': '"x"', 'if-none-match': ETAG }, '412'],
    [{ 'if-match': ETAG, 'if-none-match': ETAG }, '304'],
    [{ 'if-unmodified-since': EARLIER }, '412'],
    [{ 'if-unmodified-since': MODIFIED }, '200'],
    [{ range: 'bytes=0-4', 'if-range': ETAG }, '206 0-4'],
    [{ range: 'bytes=0-4', 'if-range': `W/${ETAG}` }, '200'],
    [{ range: 'bytes=0-4', 'if-range': '"x"' }, '200'],
    [{ range: 'bytes=0-4', 'if-range': MODIFIED }, '206 0-4'],
    [{ range: 'bytes=0-4', 'if-range': LATER }, '200'],
    [{ range: 'bytes=0-4', 'if-range': 'yesterday' }, '200'],
    [{ range: 'bytes=200-', 'if-range': '"x"' }, '200'],
    [{ range: 'bytes=200-', 'if-none-match': ETAG }, '304'],
    [{ range: 'bytes=0-4', 'if-match': '"x"' }, '412'],
  ] as const) {
    assert.equal(ask(headers), expected, JSON.stringify(headers));
    if (!('range' in headers))
      assert.equal(ask(headers, { method: 'HEAD' }), expected, `HEAD ${JSON.stringify(headers)}`);
  }
});
