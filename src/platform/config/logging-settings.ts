import { httpUrl, integer, list, oneOf, secret, setting } from './setting-kinds.ts';

/** Of the module that stores log events. */
export const loggingSettings = {
  loggingKeepDays: setting('BONYAN_LOGGING_KEEP_DAYS', '30', integer(1, 3650), 'days for which log events are kept'),
  loggingKeepDaysByLevel: setting(
    'BONYAN_LOGGING_KEEP_DAYS_BY_LEVEL',
    '',
    daysByLevel,
    'the same for some levels, such as trace=1,debug=3,error=90',
  ),
  loggingRedact: setting(
    'BONYAN_LOGGING_REDACT',
    '[]',
    patterns,
    'JSON list of regular expressions; what they match is removed from log events before they are stored',
  ),
  loggingMaxBytes: setting(
    'BONYAN_LOGGING_MAX_BYTES',
    '33554432',
    integer(8_388_608, 1_073_741_824),
    'bytes of log events that one process has under way at once; further calls get 429',
  ),
  loggingMinFreeBytes: setting(
    'BONYAN_LOGGING_MIN_FREE_BYTES',
    '1073741824',
    integer(0, Number.MAX_SAFE_INTEGER),
    'bytes that the disk of the bundled PostgreSQL must have free: with fewer, log events get 503, and the rest goes on',
  ),
  loggingOwn: setting(
    'BONYAN_LOGGING_OWN',
    'on',
    oneOf('on', 'off'),
    'on: the log lines and events of this system are stored as log events too',
  ),
  clickHouseUrl: secret(
    'CLICKHOUSE_URL',
    null,
    httpUrl,
    'http:// or https:// address of ClickHouse 24 or newer, with user, password and database, to which log events move; the same on all nodes; default: they stay in PostgreSQL',
  ),
  loggingPostgresDays: setting(
    'BONYAN_LOGGING_POSTGRES_DAYS',
    '1',
    integer(0, 3650),
    'with CLICKHOUSE_URL: whole days before today for which PostgreSQL keeps log events too, also while ClickHouse is away',
  ),
};

function daysByLevel(value: string): ReadonlyMap<string, number> {
  const items = list(value).map((item) => /^(trace|debug|info|warn|error|fatal)=([1-9]\d{0,3})$/.exec(item));
  if (items.some((item) => item === null)) throw new Error('expected levels and days such as debug=3,error=90');
  return new Map(items.map((item) => [item?.[1] ?? '', Number(item?.[2])]));
}

function patterns(value: string): RegExp[] {
  const refusal = 'expected a JSON list of regular expressions such as ["IR[0-9]{24}"]';
  try {
    const texts: unknown = JSON.parse(value);
    if (!Array.isArray(texts) || !texts.every((text) => typeof text === 'string')) throw new Error(refusal);
    return texts.map((text) => new RegExp(text, 'gu'));
  } catch (error) {
    throw new Error(refusal, { cause: error });
  }
}
