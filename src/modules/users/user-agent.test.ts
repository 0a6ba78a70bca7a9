import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toDevice } from './user-agent.ts';

test('a device is a known browser or one short word, and never a text or a link that a stranger wrote', () => {
  const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36';
  const devices: Record<string, string> = {
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Edg/120`]: 'Microsoft Edge on Windows',
    [`Mozilla/5.0 (X11; CrOS x86_64) ${chrome}`]: 'Chrome on Chrome OS',
    'curl/8.5.0': 'curl',
    'python-requests/2.31': 'python-requests',
    okhttp: 'okhttp',
    'Your account is locked. Visit https://evil.example/x/1 (Windows NT 10.0)': 'Your',
    'evil.example/x': 'unknown device',
    'https://evil.example/x': 'unknown device',
    'a-word-that-is-longer-than-any-name-of-a-program': 'unknown device',
    '<b>x</b>': 'unknown device',
    '': 'unknown device',
  };

  for (const [userAgent, device] of Object.entries(devices)) assert.equal(toDevice(userAgent), device, userAgent);
});
