import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toNetwork } from './network.ts';

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
