import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openProviders } from './open.ts';

const TENANT = 'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0';

test('a provider has the identities of its own issuer alone, or of each tenant if it is for all of them', () => {
  const isIssuer = (url: string, issuer: string) => {
    const config = { name: 'x', kind: 'oidc', url, clientId: 'c', clientSecret: 's', isTrustedOnEmail: true } as const;
    return openProviders([config], [])[0]?.isIssuer(issuer);
  };

  const answers = [
    isIssuer('https://accounts.google.com', 'https://accounts.google.com'),
    isIssuer('https://login.microsoftonline.com/common/v2.0', TENANT),
    isIssuer('https://accounts.google.com', 'https://accounts.google.com/'),
    isIssuer('https://accounts.google.com', TENANT),
    isIssuer(TENANT, 'https://login.microsoftonline.com/common/v2.0'),
    isIssuer('https://login.microsoftonline.com/common/v2.0', `${TENANT}/x`),
  ];

  assert.deepEqual(answers, [true, true, false, false, false, false]);
});
