import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mistakes } from '#testing/config.ts';
import { loadConfig, locateSettings } from './load.ts';

const id = 'client';
const secret = 'hunter2';

test('without variables there is no provider', () => {
  assert.deepEqual(loadConfig({}).signInProviders, []);
});

test('known services need no address, others need their issuer, and several can be used together', () => {
  const { signInProviders: providers } = loadConfig({
    BONYAN_OIDC_GOOGLE_CLIENT_ID: id,
    BONYAN_OIDC_GOOGLE_CLIENT_SECRET: secret,
    BONYAN_OIDC_MICROSOFT_CLIENT_ID: id,
    BONYAN_OIDC_MICROSOFT_CLIENT_SECRET: secret,
    BONYAN_OIDC_ACME_ISSUER: 'https://id.acme.example/application/o/bonyan/',
    BONYAN_OAUTH_GITHUB_URL: 'https://github.acme.example/',
    BONYAN_OIDC_ACME_CLIENT_ID: id,
    BONYAN_OIDC_ACME_CLIENT_SECRET: secret,
    BONYAN_OAUTH_GITHUB_CLIENT_ID: id,
    BONYAN_OAUTH_GITHUB_CLIENT_SECRET: secret,
    BONYAN_OAUTH_META_CLIENT_ID: id,
    BONYAN_OAUTH_META_CLIENT_SECRET: secret,
  });

  assert.deepEqual(
    providers.map(({ name, kind, url }) => [name, kind, url]),
    [
      ['github', 'github', 'https://github.acme.example'],
      ['meta', 'meta', 'https://www.facebook.com'],
      ['acme', 'oidc', 'https://id.acme.example/application/o/bonyan/'],
      ['google', 'oidc', 'https://accounts.google.com'],
      ['microsoft', 'oidc', 'https://login.microsoftonline.com/common/v2.0'],
    ],
  );
});

test('an address from Microsoft is never trusted, under any name and tenant', () => {
  const { signInProviders: providers } = loadConfig({
    BONYAN_OIDC_WORK_ISSUER: 'https://login.microsoftonline.com/some-tenant/v2.0',
    BONYAN_OIDC_WORK_CLIENT_ID: id,
    BONYAN_OIDC_WORK_CLIENT_SECRET: secret,
    BONYAN_OIDC_GOVERNMENT_ISSUER: 'https://login.microsoftonline.us/some-tenant/v2.0',
    BONYAN_OIDC_GOVERNMENT_CLIENT_ID: id,
    BONYAN_OIDC_GOVERNMENT_CLIENT_SECRET: secret,
    BONYAN_OIDC_OLD_ISSUER: 'https://sts.windows.net/some-tenant/',
    BONYAN_OIDC_OLD_CLIENT_ID: id,
    BONYAN_OIDC_OLD_CLIENT_SECRET: secret,
    BONYAN_OIDC_MICROSOFT_ISSUER: 'https://microsoft.behind.example/v2.0',
    BONYAN_OIDC_MICROSOFT_CLIENT_ID: id,
    BONYAN_OIDC_MICROSOFT_CLIENT_SECRET: secret,
    BONYAN_OIDC_LIKE_ISSUER: 'https://notmicrosoftonline.com',
    BONYAN_OIDC_LIKE_CLIENT_ID: id,
    BONYAN_OIDC_LIKE_CLIENT_SECRET: secret,
    BONYAN_OIDC_GOOGLE_CLIENT_ID: id,
    BONYAN_OIDC_GOOGLE_CLIENT_SECRET: secret,
  });

  assert.deepEqual(Object.fromEntries(providers.map(({ name, isTrustedOnEmail }) => [name, isTrustedOnEmail])), {
    google: true,
    government: false,
    like: true,
    microsoft: false,
    old: false,
    work: false,
  });
});

test('each missing or unsafe setting is reported by variable, and no secret is printed', () => {
  const found = mistakes({
    BONYAN_OIDC_ACME_CLIENT_ID: id,
    BONYAN_OIDC_ACME_CLIENT_SECRET: secret,
    BONYAN_OIDC_PLAIN_ISSUER: 'http://id.example',
    BONYAN_OIDC_PLAIN_CLIENT_ID: id,
    BONYAN_OIDC_PLAIN_CLIENT_SECRET: secret,
    BONYAN_OAUTH_GITHUB_CLIENT_ID: id,
    BONYAN_RETURN_ORIGINS: '*',
  });

  assert.deepEqual(
    found.map((line) => line.split(':')[0] ?? '').toSorted((a, b) => a.localeCompare(b)),
    [
      'BONYAN_OAUTH_GITHUB_CLIENT_SECRET',
      'BONYAN_OIDC_ACME_ISSUER',
      'BONYAN_OIDC_PLAIN_ISSUER',
      'BONYAN_RETURN_ORIGINS',
    ],
  );
  assert.ok(!found.join().includes(secret));
});

test('two providers with one name are refused', () => {
  const parts = (prefix: string) => ({ [`${prefix}_CLIENT_ID`]: id, [`${prefix}_CLIENT_SECRET`]: secret });
  const found = mistakes({
    ...parts('BONYAN_OAUTH_GITHUB'),
    ...parts('BONYAN_OIDC_GITHUB'),
    BONYAN_OIDC_GITHUB_ISSUER: 'https://github.example',
  });

  assert.deepEqual(
    found.map((line) => line.split(':')[0]),
    ['BONYAN_OIDC_GITHUB_*'],
  );
});

test('their variables are known, listed with the others, and their secrets are masked', () => {
  const environment = { BONYAN_OIDC_GOOGLE_CLIENT_ID: id, BONYAN_OIDC_GOOGLE_SECRET: secret };

  const located = locateSettings(environment, {}).filter(({ setting }) => setting.name.includes('GOOGLE'));

  assert.match(
    mistakes(environment).join('\n'),
    /^BONYAN_OIDC_GOOGLE_SECRET: .*such as BONYAN_OIDC_GOOGLE_CLIENT_SECRET/m,
  );
  assert.deepEqual(
    located.map(({ setting, text, source }) => [setting.name, text, source, setting.isSecret]),
    [
      ['BONYAN_OIDC_GOOGLE_ISSUER', 'https://accounts.google.com', 'default', false],
      ['BONYAN_OIDC_GOOGLE_CLIENT_ID', id, 'environment', false],
      ['BONYAN_OIDC_GOOGLE_CLIENT_SECRET', null, 'default', true],
    ],
  );
});
