import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cron as Croner } from 'croner';
import fc from 'fast-check';
import { parseCron } from './cron.ts';
import { nextInstant, type CronRecurrence, type Recurrence } from './next-instant.ts';

const DAY_MS = 86_400_000;
const NEW_YORK = 'America/New_York';
const BERLIN = 'Europe/Berlin';
const SANTIAGO = 'America/Santiago';
const CAIRO = 'Africa/Cairo';
const LORD_HOWE = 'Australia/Lord_Howe';
const CASABLANCA = 'Africa/Casablanca';
const APIA = 'Pacific/Apia';
const SAO_PAULO = 'America/Sao_Paulo';
const TEHRAN = 'Asia/Tehran';
const ALL_ZONES = Intl.supportedValuesOf('timeZone');
const ZONES = [NEW_YORK, BERLIN, SANTIAGO, CAIRO, LORD_HOWE, CASABLANCA, APIA, SAO_PAULO, TEHRAN, 'UTC'];

function cron(text: string, timeZone = 'UTC', options: Partial<CronRecurrence> = {}): CronRecurrence {
  const parsed = parseCron(text);
  if ('fault' in parsed) throw new Error(`${text}: ${parsed.fault.reason.en}`);
  return { cron: parsed.cron, timeZone, ...options };
}

/** The next instants, one after another, as `MM-DDTHH:MM` in UTC. */
function runs(recurrence: Recurrence, after: string, count: number): string[] {
  const found: string[] = [];
  for (let at: number | null = Date.parse(after); found.length < count;) {
    at = nextInstant(recurrence, at);
    if (at === null) break;
    found.push(new Date(at).toISOString().slice(5, 16));
  }
  return found;
}

interface Row {
  readonly zone: string;
  readonly rule: string;
  /** A year and instants of it. */
  readonly after: string;
  readonly runs: readonly string[];
  readonly why: string;
}

const ROWS: readonly Row[] = [
  // New York, 2026-03-08: 02:00 becomes 03:00 at 07:00Z. 2026-11-01: 02:00 becomes 01:00 at 06:00Z.
  {
    zone: NEW_YORK,
    rule: '30 2 * * *',
    after: '2026-03-08T05:00Z',
    runs: ['03-08T07:00', '03-09T06:30'],
    why: '02:30 is skipped: once at the end of the gap',
  },
  {
    zone: NEW_YORK,
    rule: '0,30 2 * * *',
    after: '2026-03-08T05:00Z',
    runs: ['03-08T07:00', '03-09T06:00'],
    why: 'two skipped times are one run',
  },
  {
    zone: NEW_YORK,
    rule: '0 2,3 * * *',
    after: '2026-03-08T05:00Z',
    runs: ['03-08T07:00', '03-09T06:00'],
    why: '03:00 is the end of the gap and matches by itself: one run',
  },
  {
    zone: NEW_YORK,
    rule: '*/30 * * * *',
    after: '2026-03-08T06:20Z',
    runs: ['03-08T06:30', '03-08T07:00', '03-08T07:30'],
    why: 'the hour is *: nothing is made up',
  },
  {
    zone: NEW_YORK,
    rule: '15 * * * *',
    after: '2026-03-08T06:20Z',
    runs: ['03-08T07:15', '03-08T08:15'],
    why: 'the hour is *: 02:15 is not made up at 03:00',
  },
  {
    zone: NEW_YORK,
    rule: '30 1 * * *',
    after: '2026-11-01T04:00Z',
    runs: ['11-01T05:30', '11-02T06:30'],
    why: '01:30 comes twice: the first pass only',
  },
  {
    zone: NEW_YORK,
    rule: '*/30 1 * * *',
    after: '2026-11-01T04:00Z',
    runs: ['11-01T05:00', '11-01T05:30', '11-01T06:00', '11-01T06:30', '11-02T06:00'],
    why: 'minutes with a step: both passes',
  },
  {
    zone: NEW_YORK,
    rule: '15 * * * *',
    after: '2026-11-01T04:30Z',
    runs: ['11-01T05:15', '11-01T06:15', '11-01T07:15'],
    why: 'the hour is *: every hour that passes',
  },
  // Berlin, 2026-03-29: 02:00 becomes 03:00 at 01:00Z. 2026-10-25: 03:00 becomes 02:00 at 01:00Z.
  {
    zone: BERLIN,
    rule: '0 9 * * *',
    after: '2026-03-28T00:00Z',
    runs: ['03-28T08:00', '03-29T07:00'],
    why: 'the local time stays',
  },
  {
    zone: BERLIN,
    rule: '*/20 1-3 * * *',
    after: '2026-03-29T00:30Z',
    runs: ['03-29T00:40', '03-29T01:00', '03-29T01:20'],
    why: 'skipped times run at 03:00, which matches by itself: once',
  },
  {
    zone: BERLIN,
    rule: '10 1-2 * * *',
    after: '2026-03-29T00:20Z',
    runs: ['03-29T01:00', '03-29T23:10'],
    why: 'the hour is a range and not *: 02:10 runs at the end of the gap',
  },
  {
    zone: BERLIN,
    rule: '0,30 2 * * *',
    after: '2026-10-24T12:00Z',
    runs: ['10-25T00:00', '10-25T00:30', '10-26T01:00'],
    why: 'a list is not an interval: the first pass only',
  },
  {
    zone: BERLIN,
    rule: '0-30/15 2 * * *',
    after: '2026-10-24T12:00Z',
    runs: ['10-25T00:00', '10-25T00:15', '10-25T00:30', '10-25T01:00', '10-25T01:15'],
    why: 'a range with a step: both passes',
  },
  {
    zone: BERLIN,
    rule: '30 1-3 * * *',
    after: '2026-10-24T23:00Z',
    runs: ['10-24T23:30', '10-25T00:30', '10-25T01:30', '10-25T02:30'],
    why: 'hours in a range: both passes',
  },
  // Santiago, 2026-09-06: 00:00 becomes 01:00 at 04:00Z. 2026-04-05: 00:00 becomes 23:00 at 03:00Z.
  {
    zone: SANTIAGO,
    rule: '0 0 * * *',
    after: '2026-09-05T12:00Z',
    runs: ['09-06T04:00', '09-07T03:00'],
    why: 'midnight is skipped: the day begins at 01:00',
  },
  {
    zone: SANTIAGO,
    rule: '30 23 * * *',
    after: '2026-04-04T12:00Z',
    runs: ['04-05T02:30', '04-06T03:30'],
    why: '23:30 comes twice on 4 April: the first pass',
  },
  {
    zone: SANTIAGO,
    rule: '0 0 * * 0',
    after: '2026-09-01T00:00Z',
    runs: ['09-06T04:00', '09-13T03:00'],
    why: 'the skipped midnight is that of the Sunday',
  },
  // Cairo, 2026-04-24: 00:00 becomes 01:00 at 22:00Z. 2026-10-29: 24:00 becomes 23:00 at 21:00Z.
  {
    zone: CAIRO,
    rule: '15 0 * * 5',
    after: '2026-04-20T00:00Z',
    runs: ['04-23T22:00', '04-30T21:15'],
    why: '00:15 of the Friday is skipped',
  },
  {
    zone: CAIRO,
    rule: '0 23 * * *',
    after: '2026-10-29T12:00Z',
    runs: ['10-29T20:00', '10-30T21:00'],
    why: '23:00 comes twice: the first pass',
  },
  {
    zone: CAIRO,
    rule: '0 0 * * *',
    after: '2026-10-29T12:00Z',
    runs: ['10-29T22:00', '10-30T22:00'],
    why: 'midnight comes once, after both passes of 23 hours',
  },
  // Lord Howe, 2026-10-04: 02:00 becomes 02:30 at 15:30Z. 2026-04-05: 02:00 becomes 01:30 at 15:00Z.
  {
    zone: LORD_HOWE,
    rule: '15 2 * * *',
    after: '2026-10-03T12:00Z',
    runs: ['10-03T15:30', '10-04T15:15'],
    why: 'a gap of half an hour',
  },
  {
    zone: LORD_HOWE,
    rule: '45 1 * * *',
    after: '2026-04-04T12:00Z',
    runs: ['04-04T14:45', '04-05T15:15'],
    why: '01:45 comes twice',
  },
  {
    zone: LORD_HOWE,
    rule: '*/15 1 * * *',
    after: '2026-04-04T14:20Z',
    runs: ['04-04T14:30', '04-04T14:45', '04-04T15:00', '04-04T15:15', '04-05T14:30'],
    why: '01:30 and 01:45 again, not 01:00 and 01:15',
  },
  // Casablanca, around Ramadan of 2026: 15 February 03:00 becomes 02:00 at 02:00Z; 22 March 02:00 becomes 03:00 at 02:00Z.
  {
    zone: CASABLANCA,
    rule: '30 2 * * *',
    after: '2026-02-14T12:00Z',
    runs: ['02-15T01:30', '02-16T02:30'],
    why: 'the clocks go back in winter: the first pass',
  },
  {
    zone: CASABLANCA,
    rule: '30 2 * * *',
    after: '2026-03-21T12:00Z',
    runs: ['03-22T02:00', '03-23T01:30'],
    why: 'and forward again',
  },
  // Apia left out 30 December 2011: from 24:00 of the 29th at 10:00Z to 00:00 of the 31st.
  {
    zone: APIA,
    rule: '0 12 * * *',
    after: '2011-12-29T23:00Z',
    runs: ['12-30T22:00', '12-31T22:00'],
    why: 'a gap of a day is skipped',
  },
  {
    zone: APIA,
    rule: '0 0 * * *',
    after: '2011-12-29T23:00Z',
    runs: ['12-30T10:00', '12-31T10:00'],
    why: 'the 31st begins when the 29th ends',
  },
  // São Paulo, 2018-11-04: 00:00 becomes 01:00 at 03:00Z. 2018-02-18: 00:00 becomes 23:00 at 02:00Z.
  {
    zone: SAO_PAULO,
    rule: '0 0 4 11 *',
    after: '2018-11-01T00:00Z',
    runs: ['11-04T03:00'],
    why: 'midnight of that very day is skipped',
  },
  {
    zone: SAO_PAULO,
    rule: '0 */6 * * *',
    after: '2018-11-03T22:00Z',
    runs: ['11-04T03:00', '11-04T08:00'],
    why: 'a step in hours is not *: 00:00 runs at 01:00',
  },
  { zone: SAO_PAULO, rule: '59 23 17 2 *', after: '2018-02-17T12:00Z', runs: ['02-18T01:59'], why: 'the first pass' },
  // Tehran until 2022: 22 March 2021 00:00 becomes 01:00 at 20:30Z; 22 September 2021 00:00 becomes 23:00 at 19:30Z.
  {
    zone: TEHRAN,
    rule: '15 0 * * *',
    after: '2021-03-21T00:00Z',
    runs: ['03-21T20:30', '03-22T19:45'],
    why: '00:15 is skipped',
  },
  {
    zone: TEHRAN,
    rule: '30 23 * * *',
    after: '2021-09-21T00:00Z',
    runs: ['09-21T19:00', '09-22T20:00'],
    why: '23:30 comes twice',
  },
  {
    zone: TEHRAN,
    rule: '0 0 * * *',
    after: '2026-03-21T12:00Z',
    runs: ['03-21T20:30', '03-22T20:30'],
    why: 'no summer time since 2022',
  },
];

test('each row of the table of clock changes gives the instants that its reason demands', () => {
  for (const { zone, rule, after, runs: wanted, why } of ROWS)
    assert.deepEqual(runs(cron(rule, zone), after, wanted.length), wanted, `${zone} ${rule}: ${why}`);
});

test('gap and fold can be set for a schedule', () => {
  const half = (options: Partial<CronRecurrence>) => cron('0,30 2 * * *', BERLIN, options);
  const march = '2026-03-28T12:00Z';
  const october = '2026-10-24T12:00Z';
  assert.deepEqual(runs(half({ gap: 'shift' }), march, 2), ['03-29T01:00', '03-29T01:30']);
  assert.deepEqual(runs(half({ gap: 'skip' }), march, 1), ['03-30T00:00']);
  assert.deepEqual(runs(half({ fold: 'last' }), october, 2), ['10-25T01:00', '10-25T01:30']);
  assert.deepEqual(runs(half({ fold: 'both' }), october, 4), [
    '10-25T00:00',
    '10-25T00:30',
    '10-25T01:00',
    '10-25T01:30',
  ]);
  assert.deepEqual(runs(cron('*/30 2 * * *', BERLIN, { fold: 'first' }), october, 3), [
    '10-25T00:00',
    '10-25T00:30',
    '10-26T01:00',
  ]);
});

test('special days, names, seconds and shortcuts are found', () => {
  const after = '2026-01-15T12:00Z';
  assert.deepEqual(runs(cron('0 0 L * *'), after, 3), ['01-31T00:00', '02-28T00:00', '03-31T00:00']);
  assert.deepEqual(runs(cron('0 0 LW * *'), after, 3), ['01-30T00:00', '02-27T00:00', '03-31T00:00']);
  assert.deepEqual(runs(cron('0 0 15W * *'), after, 3), ['02-16T00:00', '03-16T00:00', '04-15T00:00']);
  assert.deepEqual(runs(cron('0 0 1W * *'), after, 2), ['02-02T00:00', '03-02T00:00']);
  assert.deepEqual(runs(cron('0 0 * * 5L'), after, 2), ['01-30T00:00', '02-27T00:00']);
  assert.deepEqual(runs(cron('0 0 * * fri#2'), after, 2), ['02-13T00:00', '03-13T00:00']);
  assert.deepEqual(runs(cron('0 0 * jul sat-sun'), after, 3), ['07-04T00:00', '07-05T00:00', '07-11T00:00']);
  assert.deepEqual(runs(cron('0 0 * * sat-wed'), after, 6), [
    '01-17T00:00',
    '01-18T00:00',
    '01-19T00:00',
    '01-20T00:00',
    '01-21T00:00',
    '01-24T00:00',
  ]);
  assert.deepEqual(runs(cron('30 0 12 * * *'), '2026-01-15T12:00:00Z', 1), ['01-15T12:00']);
  assert.deepEqual(runs(cron('@weekly'), after, 1), ['01-18T00:00']);
  assert.deepEqual(runs(cron('0 0 29 2 *'), after, 1), ['02-29T00:00']);
  assert.deepEqual(runs(cron('0 0 * 2 5#5'), after, 1), ['02-29T00:00']);
});

test('day of month and day of week together mean either, and a field that begins with * demands nothing', () => {
  assert.deepEqual(runs(cron('0 0 13 * 5'), '2026-11-12T00:00Z', 2), ['11-13T00:00', '11-20T00:00']);
  assert.deepEqual(runs(cron('0 0 */2 * 1'), '2026-11-01T00:00Z', 2), ['11-09T00:00', '11-23T00:00']);
});

test('an expression that cannot be read, or never comes, is refused with its field', () => {
  const faults: Record<string, string | null> = {
    '': null,
    '* * * *': null,
    '* * * * * * *': null,
    '60 * * * *': 'minute',
    '* 24 * * *': 'hour',
    '61 * * * * *': 'second',
    '0 0 0 * *': 'dayOfMonth',
    '0 0 32 * *': 'dayOfMonth',
    '0 0 31 2 *': 'dayOfMonth',
    '0 0 30,31 2 *': 'dayOfMonth',
    '0 0 31 4,6 *': 'dayOfMonth',
    '0 0 32W * *': 'dayOfMonth',
    '0 0 * 13 *': 'month',
    '0 0 * foo *': 'month',
    '0 0 * * 8': 'dayOfWeek',
    '0 0 * * 5#6': 'dayOfWeek',
    '5-1 * * * *': 'minute',
    '*/0 * * * *': 'minute',
    '1,,2 * * * *': 'minute',
    '1-2-3 * * * *': 'minute',
    '-1 * * * *': 'minute',
  };
  for (const [text, field] of Object.entries(faults)) {
    const parsed = parseCron(text);
    assert.ok('fault' in parsed, text);
    assert.equal(parsed.fault.field, field, text);
  }
});

test('days, weeks and months keep the local time of their first instant, and seconds are exact', () => {
  const every = (unit: 'seconds' | 'days' | 'weeks' | 'months', from: string, count = 1) =>
    ({ every: count, unit, from: Date.parse(from), timeZone: BERLIN }) as const;
  assert.deepEqual(runs(every('days', '2026-03-28T01:30Z'), '2026-03-28T01:30Z', 2), ['03-29T01:00', '03-30T00:30']);
  assert.deepEqual(runs(every('weeks', '2026-10-18T07:00Z', 2), '2026-10-18T07:00Z', 2), [
    '11-01T08:00',
    '11-15T08:00',
  ]);
  assert.deepEqual(runs(every('months', '2026-01-31T08:00Z'), '2026-02-01T00:00Z', 3), [
    '02-28T08:00',
    '03-31T07:00',
    '04-30T07:00',
  ]);
  assert.deepEqual(runs(every('seconds', '2026-10-25T00:00Z', 5400), '2026-10-25T00:00Z', 2), [
    '10-25T01:30',
    '10-25T03:00',
  ]);
  assert.deepEqual(runs(every('days', '2027-01-01T00:00Z'), '2026-01-01T00:00Z', 1), ['01-01T00:00']);
});

const value = (low: number, high: number) => fc.integer({ min: low, max: high }).map(String);
const field = (low: number, high: number) =>
  fc.oneof(
    fc.constant('*'),
    value(low, high),
    fc.uniqueArray(value(low, high), { minLength: 2, maxLength: 3 }).map((values) => values.join(',')),
    fc.integer({ min: 2, max: Math.min(20, high) }).map((step) => `*/${step}`),
    fc
      .tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }))
      .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
  );
const expression = fc
  .tuple(
    field(0, 59),
    field(0, 23),
    fc.oneof(field(1, 28), fc.constantFrom('L', 'LW', '15W')),
    field(1, 12),
    fc.oneof(field(0, 6), fc.constantFrom('5L', '1#2')),
  )
  .map((fields) => fields.join(' '));
const FROM = Date.parse('1970-01-02T00:00Z');
const TO = Date.parse('2100-01-01T00:00Z');
const instant = fc.integer({ min: FROM, max: TO });
const changes = fc.record({
  gap: fc.constantFrom('end' as const, 'shift' as const, 'skip' as const, null),
  fold: fc.constantFrom('first' as const, 'last' as const, 'both' as const, null),
});

test('for every expression, zone and year the next instant is later, and nothing lies between', () => {
  fc.assert(
    fc.property(
      expression,
      fc.oneof(fc.constantFrom(...ZONES), fc.constantFrom(...ALL_ZONES)),
      instant,
      changes,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (text, zone, after, options, share) => {
        const rule = cron(text, zone, options);
        const next = nextInstant(rule, after);
        if (next === null) return;
        assert.ok(next > after);
        // From any instant before it, it is the next one too: no instant was passed over, and the previous one is not later than `after`.
        assert.equal(nextInstant(rule, after + Math.floor((next - 1 - after) * share)), next);
        const second = nextInstant(rule, next);
        assert.ok(second === null || second > next);
      },
    ),
    { numRuns: 3000 },
  );
});

test('the local time of each instant matches its expression, or a change of the clock is the reason', () => {
  const simple = fc.tuple(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 23 }));
  fc.assert(
    fc.property(simple, fc.constantFrom(...ZONES), instant, ([minute, hour], zone, after) => {
      const next = nextInstant(cron(`${minute} ${hour} * * *`, zone), after) ?? 0;
      const local = Temporal.Instant.fromEpochMilliseconds(next).toZonedDateTimeISO(zone);
      if (local.minute === minute && local.hour === hour) return;
      const change = local.subtract({ nanoseconds: 1 }).getTimeZoneTransition('next');
      assert.equal(change?.epochMilliseconds, next, `${minute} ${hour} ${zone} ${local.toString()}`);
    }),
    { numRuns: 2000 },
  );
});

/**
 * Where croner decides otherwise: times that a change of the clock skips or repeats (so instants within two days of one are not
 * compared), a step in the day of month beside a day of week, and a day of month `L` or `W` beside a day of week.
 */
test('outside of the listed differences croner finds the same instants, in every zone', () => {
  const day = fc.oneof(fc.constant('*'), value(1, 28));
  const weekday = fc.oneof(
    fc.constantFrom('*', 'mon-fri', 'SUN', 'tue,sat'),
    field(0, 6).filter((text) => !text.startsWith('*/')),
  );
  const month = fc.oneof(field(1, 12), fc.constantFrom('jan', 'mar-MAY', 'feb,dec'));
  const daily = fc.tuple(field(0, 59), field(0, 23), day, month, weekday);
  const monthly = fc.tuple(value(0, 59), value(0, 23), fc.constant('L'), month, fc.constant('*'));
  const counted = fc.tuple(value(0, 59), value(0, 23), fc.constant('*'), month, fc.constantFrom('1#2', '5#1', '3#4'));
  const seconds = fc.tuple(field(0, 59), daily).map(([second, fields]) => [second, ...fields]);
  const compared = fc.oneof(daily, monthly, counted, seconds).map((fields) => fields.join(' '));
  let alike = 0;
  fc.assert(
    fc.property(
      compared,
      instant,
      fc.oneof(fc.constantFrom(...ZONES), fc.constantFrom(...ALL_ZONES)),
      (text, after, zone) => {
        const mode = text.split(' ').length === 6 ? '6-part' : '5-part';
        const croner = new Croner(text, { timezone: zone, mode, paused: true });
        const wanted = croner.nextRun(new Date(after))?.getTime() ?? null;
        const found = nextInstant(cron(text, zone), after);
        const near = [after, wanted, found].filter((at) => at !== null);
        if (near.some((at) => isNearChange(zone, at))) return;
        alike++;
        assert.equal(found, wanted, `${text} in ${zone} after ${new Date(after).toISOString()}`);
      },
    ),
    { numRuns: 4000 },
  );
  assert.ok(alike > 2000, `${alike} were compared`);
});

function isNearChange(zone: string, at: number): boolean {
  const before = Temporal.Instant.fromEpochMilliseconds(at - 2 * DAY_MS).toZonedDateTimeISO(zone);
  const change = before.getTimeZoneTransition('next');
  return change !== null && change.epochMilliseconds < at + 2 * DAY_MS;
}

test('ten thousand schedules are computed again in a second', () => {
  const rules = Array.from({ length: 10_000 }, (_, at) =>
    cron(`${at % 60} ${at % 24} ${1 + (at % 28)} * *`, ZONES[at % ZONES.length]),
  );
  const after = Date.parse('2026-11-28T00:00Z');
  for (const rule of rules.slice(0, 100)) nextInstant(rule, after);
  const began = performance.now();

  const found = rules.map((rule) => nextInstant(rule, after));

  assert.ok(found.every((next) => next !== null && next > after));
  assert.ok(performance.now() - began < 1000, `${performance.now() - began} ms`);
});
