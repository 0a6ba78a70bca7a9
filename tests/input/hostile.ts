import fc from 'fast-check';

const HUGE = 'x'.repeat(20_000);

/** Texts that have broken other programs, for any place that takes text. */
export const hostileTexts: readonly string[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'a\udfffb',
  '\uffff\ufffe',
  '\u0001\u001b[31m',
  '\u0085\u2028\u2029',
  '\u202eevil\u202c',
  '\u2066\u2069\u200f\u200e\u200b\ufeff',
  'سلام، می‌خواهم ۱۲۳',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  'e\u0301'.repeat(300),
  HUGE,
  `${'a'.repeat(20_000)}\u0001`,
  '%',
  '\\',
  "'; drop schema users cascade; --",
  '$1',
  '{{constructor}}',
  '<script>alert(1)</script>',
  '\r\nBcc: all@example.com',
  '../../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  'NaN',
  'Infinity',
  '-Infinity',
  '1e400',
  '-0',
  '0x10',
  '9223372036854775808',
  '99999999999999999999999999999999999999',
];

/** Instants and days at the limits of calendars and databases. */
export const hostileTimes: readonly string[] = [
  '0000-01-01',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+14:00',
  '0001-01-01T00:00:00Z',
  '9999-12-31',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59-14:00',
  '9999-12-31T23:59:59.9999999999Z',
  '275760-09-13T00:00:00Z',
  '+275760-09-13T00:00:00.000Z',
  '-000001-01-01T00:00:00Z',
  '2016-12-31T23:59:60Z',
  '2026-06-30T12:59:60Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:00:00+23:59',
  '2026-01-01T00:00:00-23:59',
  '2026-01-01T00:00:00+14:59',
  '2026-01-01T00:00:00+0530',
  '2026-01-01T00:00:00+05',
  '2026-01-01T00:00:00',
  '2026-01-01t00:00:00z',
  '2026-01-01 00:00:00Z',
  '2026-01-01\u00a000:00:00Z',
  '2026-01-01\u300000:00:00Z',
  `2026-01-01T00:00:00.${'1'.repeat(200)}Z`,
  '2026-02-29',
  '2026-02-30T00:00:00Z',
  '2024-02-29',
  '2026-13-01',
  '1582-10-10',
  'infinity',
  '-infinity',
  'now',
  'epoch',
  '۲۰۲۶-۰۱-۰۱',
];

/** Ids in forms that only some parsers accept. */
export const hostileIds: readonly string[] = [
  'urn:uuid:01900000-0000-7000-8000-000000000001',
  '{01900000-0000-7000-8000-000000000001}',
  '01900000000070008000000000000001',
  '01900000-0000-7000-8000-000000000001 ',
  '01900000-0000-7000-8000-00000000000g',
  '00000000-0000-0000-0000-000000000000',
  'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
];

/** Cursors: malformed, of another list, and well-formed with invalid values. */
export const hostileCursors: readonly string[] = [
  'x',
  '=',
  toCursor(null),
  toCursor({}),
  toCursor([]),
  toCursor(['__proto__', {}, []]),
  toCursor(['constructor:desc', 'x', 'x']),
  ...['createdAt:desc', 'dueDate:asc', 'dueDate:desc', 'priority:desc', 'inbox:desc'].flatMap((order) =>
    [
      '0000-01-01',
      '2026-02-30',
      '9999-12-31',
      'infinity',
      '-infinity',
      'x\u0000',
      '\ud800',
      '9',
      '-1',
      "'",
      ...hostileIds,
    ].flatMap((value) => [
      toCursor([order, value, '01900000-0000-7000-8000-000000000001']),
      toCursor([order, value, '01900000-0000-7000-8000-000000000001\u0000']),
    ]),
  ),
  toCursor(['createdAt:desc', '01900000-0000-7000-8000-000000000001', 'urn:uuid:01900000-0000-7000-8000-000000000001']),
];

/** Parts of a path or query with wrong percent-encoding. */
export const brokenEncodings: readonly string[] = [
  '%00',
  '%',
  '%zz',
  '%c0%80',
  '%ed%a0%80',
  '%ff',
  '%2e%2e%2f',
  '%252e',
  '+',
];

/** Header values that an HTTP parser accepts: Latin-1 without control characters. */
export const hostileHeaders: Readonly<Record<string, readonly string[]>> = {
  'if-match': ['', '*', '"', '""', 'W/"1"', '"1", "2"', '"-1"', '"9999999999999999999"', '"1e3"', '1', '\u00ff'],
  'idempotency-key': ['', ' ', 'a b', 'ü', 'x'.repeat(256), 'a, b', '__proto__'],
  'x-request-id': ['', ' ', 'x'.repeat(65), '<script>', '\u00e9', '${jndi:ldap://x}', "';--"],
  traceparent: [
    '',
    '00',
    '00-0-0-00',
    `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`,
    `ff-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  ],
  'accept-language': ['', '*', 'fa;q=NaN', ';;;,,,', 'fa;q=1e999', 'x'.repeat(5000), 'fa-\u00ff;q=-1'],
  authorization: [
    '',
    'Bearer',
    'Bearer ',
    'Bearer a.b.c',
    `Bearer ${'a'.repeat(9000)}`,
    'Basic Og==',
    'Bearer bny_x_y',
  ],
  'content-type': [
    '',
    'text/plain',
    'application/xml',
    'application/json; charset=utf-7',
    ';;;',
    'application/json\u00ff',
    'multipart/form-data',
  ],
  accept: ['', 'text/html', 'image/*;q=0'],
  'user-agent': ['', '\u00a0\u0085', 'Mozilla/5.0 ('.repeat(500)],
  cookie: ['', '=;=;', '__proto__=1'],
  'x-forwarded-for': ['', '::', "1.2.3.4, ' or 1=1", 'x'.repeat(500)],
  host: ['localhost', 'localhost:99999', '[::1', 'evil.example', '\u00ff'],
};

export const hostileText = fc.oneof(
  fc.constantFrom(...hostileTexts, ...hostileTimes, ...hostileIds, ...hostileCursors),
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.string({ unit: 'grapheme', maxLength: 100 }),
);

/** Any JSON value, to replace another one. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    0.5,
    1e308,
    -1e308,
    2 ** 53,
    -(2 ** 63),
    1e21,
    [],
    {},
    [[]],
    [null],
  ),
  fc.constantFrom<unknown>(
    nested(500),
    { toString: 'x' },
    { constructor: { name: 'x' } },
    JSON.parse('{"__proto__":{"isAdmin":true}}'),
  ),
  fc.array(hostileText, { maxLength: 30 }),
  fc.dictionary(hostileText, fc.constant(1), { maxKeys: 3 }),
  fc.jsonValue(),
);

export function nested(depth: number): unknown {
  return JSON.parse('['.repeat(depth) + ']'.repeat(depth));
}

function toCursor(content: unknown): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}
