import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHttpUrl } from './http-url.ts';

test('addresses of web pages are taken as they are typed', () => {
  for (const url of [
    'https://example.com',
    'HTTP://example.com:8080/a?b=c#d',
    'https://نمونه.ایران/صفحه',
    'https://fa.example/wiki/می\u200cشود',
  ])
    assert.equal(parseHttpUrl(url), url);
});

test('what a browser would not open as a page, or would show as another one, is no such address', () => {
  for (const url of [
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://example.com',
    '//example.com',
    'example.com',
    'https://',
    'https:///example.com',
    'https:\\\\example.com',
    'https://bank.example@evil.example',
    'https://exa mple.com',
    ' https://example.com',
    'https://example.com/\u202egpj.exe',
    'java\nscript:alert(1)',
    'https://[::1',
    'https://exa\u200cmple.com',
    'https://نمو\u200cنه.ایران',
    'https://example.com/a\u200cb',
  ])
    assert.equal(parseHttpUrl(url), null, JSON.stringify(url));
});
