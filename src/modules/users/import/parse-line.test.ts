import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetadataBounds } from '../metadata/bounds.ts';
import { checkLine, readLine, type LineRules, type ParsedPerson, type Refusal } from './parse-line.ts';

const HASH = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';
const SARA = {
  externalId: 'a-1',
  email: 'sara@example.com',
  emailVerified: true,
  firstName: 'سارا',
  lastName: 'محمدی',
};
const rules: LineRules = {
  metadata: createMetadataBounds({ public: { type: 'object', properties: { plan: { type: 'string' } } } }),
  providerOf: (issuer) => (issuer === 'https://acme.example' ? 'acme' : null),
  now: () => new Date('2026-01-01T00:00:00Z'),
};

function parseText(text: string): ParsedPerson | Refusal {
  const read = readLine(text);
  return 'code' in read ? read : checkLine(read, rules);
}

function parse(more: object) {
  return parseText(JSON.stringify({ ...SARA, ...more }));
}

test('a person has the address in the form of accounts, and no hash unless one is given', () => {
  const { emailVerified: isVerified, ...rest } = SARA;
  const plain = {
    ...rest,
    isVerified,
    phone: null,
    spelling: SARA.email,
    passwordHash: null,
    isDisabled: false,
    roles: [],
    metadata: null,
    identities: [],
  };

  assert.deepEqual(parse({ email: 'Sara@Example.COM' }), plain);
  assert.deepEqual(parse({ passwordHash: `bcrypt$${HASH}` }), { ...plain, passwordHash: HASH });
  assert.deepEqual(parse({ publicMetadata: { plan: null }, unsafeMetadata: {} }), plain);
});

const refused: readonly (readonly [what: string, more: object, code: string, reason: RegExp])[] = [
  ['a field that is not known', { mobile: '1' }, 'unknown_field', /mobile/],
  ['a number without its country', { phone: '09121234567' }, 'invalid', /phone/],
  ['an address that is none', { email: 'sara' }, 'invalid', /email/],
  ['a name of the wrong type', { firstName: 3 }, 'invalid', /firstName/],
  ['an instant that is none', { createdAt: '2026-02-30' }, 'invalid', /createdAt/],
  ['a language that texts do not have', { language: 'xx' }, 'invalid', /language/],
  ['a hash of no form', { passwordHash: 'md5$secret' }, 'hash_invalid', /form/],
  ['a hash of Firebase alone', { passwordHash: { hash: 'aaaa', salt: 'bbbb' } }, 'hash_invalid', /Firebase/],
  ['another mailbox as the verified one', { email: 'sa\u00adra@example.com' }, 'invalid', /email/],
  ['an instant to come', { createdAt: '2027-01-01T00:00:00Z' }, 'invalid', /createdAt/],
  ['an unknown issuer', { identities: [{ issuer: 'https://x.example', subject: '1' }] }, 'provider_unknown', /issuer/],
  [
    'an identity without a verified address',
    { emailVerified: false, identities: [{ issuer: 'https://acme.example', subject: '1' }] },
    'identity_unproved',
    /verified/,
  ],
  ['own fields against their schema', { publicMetadata: { plan: 1 } }, 'metadata_invalid', /^publicMetadata: .*plan/],
];

for (const [what, more, code, reason] of refused)
  test(`${what} refuses the line by its outside id`, () => {
    const refusal = parse(more);
    assert.ok('code' in refusal, 'it is refused');
    assert.deepEqual([refusal.externalId, refusal.code], ['a-1', code]);
    assert.match(refusal.reason, reason);
    assert.doesNotMatch(refusal.reason, /secret/);
  });

test('own fields of great depth refuse the line, and nothing else', () => {
  const text = JSON.stringify({ ...SARA, unsafeMetadata: { deep: 'DEEP' } });

  const refusal = parseText(text.replace('"DEEP"', '['.repeat(20_000) + ']'.repeat(20_000)));

  assert.ok('code' in refusal && refusal.code === 'metadata_invalid');
  assert.match(refusal.reason, /deeper than 8/);
});

test('what the database cannot hold as it is, and a name that is none, refuse the line', () => {
  const texts = ['a\\u0000b', '\\ud800', '\\udc00x'];
  const lines = [
    ...texts.map((text) => `{"externalId":"a-1","firstName":"${text}"}`),
    ...texts.map((text) => `{"externalId":"a-1","unsafeMetadata":{"a":[{"${text}":1}]}}`),
    ...texts.map((text) => `{"externalId":"${text}"}`),
    '{"externalId":"a-1","unsafeMetadata":{"a":{"__proto__":{"isAdmin":true}}}}',
    '{"externalId":"a-1","__proto__":{"email":"sara@example.com"}}',
    '{"externalId":7}',
    '{"externalId":""}',
    '{}',
  ];

  for (const text of lines) {
    const refusal = parseText(text);
    assert.ok('code' in refusal && refusal.code === 'invalid' && ['a-1', null].includes(refusal.externalId), text);
  }
});

test('what is no JSON object is refused without an outside id', () => {
  for (const text of ['', '{', '[]', 'null', '"a"'])
    assert.deepEqual(parseText(text), { externalId: null, code: 'not_json', reason: 'no JSON object' });
});
