import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAddressFilter, parseAddress, toNetwork } from './network.ts';

const sameNetwork = {
  '203.0.113.9': ['203.0.113.9', '::ffff:203.0.113.9', '::FFFF:cb00:7109', '203.0.113.9:55012', '64:ff9b::203.0.113.9'],
  '2001:db8:0:1::/64': [
    '2001:db8:0:1::1',
    '2001:DB8:0000:0001:ffff:ffff:ffff:ffff',
    '[2001:db8:0:1::2]:443',
    '[2001:db8:0:1::2]',
  ],
  '2001:db8:0:2::/64': ['2001:db8:0:2::1'],
  'fe80:0:0:0::/64': ['fe80::1%eth0', 'fe80::2'],
  '127.0.0.1': ['127.0.0.1', '::ffff:127.0.0.1'],
  '0:0:0:0::/64': ['::1'],
  unknown: ['', 'unknown', 'localhost', '203.0.113.256', '2001:db8::g', '1.2.3.4.5', '203.0.113.9, 198.51.100.1'],
};

test('a network is an IPv4 address or the /64 of an IPv6 address, in every spelling', () => {
  const found = Object.values(sameNetwork).map((spellings) => [...new Set(spellings.map(toNetwork))]);

  assert.deepEqual(
    found,
    Object.keys(sameNetwork).map((network) => [network]),
  );
});

test('an address has one spelling, and what is none has none', () => {
  const spellings = {
    '203.0.113.9': ['203.0.113.9', '::ffff:203.0.113.9', '::FFFF:cb00:7109', '203.0.113.9:55012'],
    '2001:db8::1': [
      '2001:db8::1',
      '2001:DB8:0:0:0:0:0:1',
      '[2001:db8::1]',
      '[2001:db8::1]:443',
      '2001:0db8::0001%eth0',
    ],
  };

  for (const [address, texts] of Object.entries(spellings))
    assert.deepEqual(new Set(texts.map(parseAddress)), new Set([address]));
  for (const text of ['', 'unknown', '1', '127.1', '0x7f000001', '2130706433', '1.2.3.4, 5.6.7.8', '[::1', ':80'])
    assert.equal(parseAddress(text), null, text);
});

test('a filter of addresses and ranges takes an address in every spelling', () => {
  const isWithin = createAddressFilter(['127.0.0.1', '10.0.0.0/8', '2001:db8::/32', '::ffff:192.0.2.0/120']);

  for (const text of ['127.0.0.1', '::ffff:127.0.0.1', '10.1.2.3:8080', '[2001:DB8::1]:443', '192.0.2.9'])
    assert.ok(isWithin(text), text);
  for (const text of ['127.0.0.2', '11.0.0.1', '2001:db9::1', 'unknown', '', '10.0.0.0/8'])
    assert.ok(!isWithin(text), text);
});
