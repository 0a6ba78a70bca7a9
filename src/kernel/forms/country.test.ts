import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countryOfLanguage, parseCountry } from './country.ts';

test('a country has the code of ISO 3166 in capital letters, and what is no country has none', () => {
  const found = ['IR', 'ir', 'de', 'ZZ', 'XQ', 'IRN', '98', '', 'i\u0131'].map(parseCountry);

  assert.deepEqual(found, ['IR', 'IR', 'DE', null, null, null, null, null, null]);
});

test('a language names its country, or that of most of its speakers', () => {
  const found = ['fa', 'fa-AF', 'de-CH', 'ja', 'fa-u-ca-gregory', 'xx', 'fa-a', ''].map(countryOfLanguage);

  assert.deepEqual(found, ['IR', 'AF', 'CH', 'JP', 'IR', null, null, null]);
});
