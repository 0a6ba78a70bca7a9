import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countryOfLanguage, parseCountry } from './country.ts';

test('a country has the code of ISO 3166 in capital letters, and what is no country has none', () => {
  const found = ['IR', 'ir', 'de', 'ZZ', 'XQ', 'IRN', '98', '', 'i\u0131', 'EU', 'UK', 'AC', 'AQ', 'XK'].map(
    parseCountry,
  );

  assert.deepEqual(found, ['IR', 'IR', 'DE', ...Array.from({ length: 9 }, () => null), 'AQ', 'XK']);
});

test('a tag of a language names a country, and Persian is that of Iran', () => {
  const found = ['fa', 'fa-AF', 'de-CH', 'en', 'ja', 'fa-u-ca-gregory', 'xx', 'fa-a', ''].map(countryOfLanguage);

  assert.deepEqual(found, ['IR', 'AF', 'CH', null, null, 'IR', null, null, null]);
});
