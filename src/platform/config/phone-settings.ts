import { parseCountry } from '#kernel/forms/country.ts';
import { integer, list, oneOf, setting } from './setting-kinds.ts';

/** Phone numbers as addresses of accounts, and what their codes may cost. */
export const phoneSettings = {
  phoneRegion: setting(
    'BONYAN_PHONE_REGION',
    null,
    country,
    'country of phone numbers that are written without one, such as IR; by default that of the language, if it has one',
  ),
  smsDailyCosts: setting(
    'BONYAN_SMS_DAILY_COSTS',
    null,
    amounts,
    'what codes by SMS may cost a day, by country, such as IR=5000,*=100 (* for all others together): once for numbers of accounts and once for all others; other countries get none; by default 1000 for BONYAN_PHONE_REGION',
  ),
  smsCosts: setting(
    'BONYAN_SMS_COSTS',
    '*=1',
    amounts,
    'what one SMS costs, by country, in the same unit, such as IR=1,*=20',
  ),
  signUpByCode: setting(
    'BONYAN_SIGN_UP_BY_CODE',
    'off',
    (value) => oneOf('on', 'off')(value) === 'on',
    'on: who asks for a code to sign in, with an address without an account, gets an account',
  ),
  smsPerNetwork: setting(
    'BONYAN_SMS_PER_NETWORK',
    '100',
    integer(1, 1_000_000),
    'codes by SMS that are asked for from one network in an hour',
  ),
};

function country(value: string): string {
  const code = parseCountry(value);
  if (code !== null) return code;
  throw new Error('expected a country by ISO 3166-1, such as IR');
}

function amounts(value: string): ReadonlyMap<string, number> {
  const items = list(value).map((item) => /^([A-Za-z]{2}|\*)=([1-9]\d{0,8})$/.exec(item));
  const entries = items.map(
    (item) => [item?.[1] === '*' ? '*' : parseCountry(item?.[1] ?? ''), Number(item?.[2])] as const,
  );
  if (entries.some(([code]) => code === null)) throw new Error('expected countries and amounts such as IR=5000,*=100');
  return new Map(entries.map(([code, amount]) => [code ?? '', amount]));
}
