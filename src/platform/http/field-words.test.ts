import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorObject } from 'ajv';
import { toFieldErrors } from './validation.ts';

test('a field error says what is allowed, in the words and the digits of the language', () => {
  const errors = [
    ['minLength', { limit: 12 }],
    ['maximum', { limit: 1000 }],
    ['type', { type: 'integer' }],
    ['type', { type: ['string', 'null'] }],
    ['format', { format: 'email' }],
    ['enum', { allowedValues: ['sms', 'email'] }],
    ['const', { allowedValue: true }],
  ].map(([keyword, params]) => ({ keyword, params, instancePath: '/x', schemaPath: '' }) as ErrorObject); // as ajv gives

  const [english, persian] = (['en', 'fa'] as const).map((language) =>
    toFieldErrors(errors, language).map(({ message }) => message),
  );

  assert.deepEqual(english, [
    'must have at least 12 characters',
    'must be at most 1,000',
    'must be of type integer',
    'must be of type string or null',
    'must be a valid email',
    'must be one of sms, email',
    'must be true',
  ]);
  assert.deepEqual(persian, [
    'باید حداقل ۱۲ کاراکتر داشته باشد',
    'باید حداکثر ۱٬۰۰۰ باشد',
    'باید از نوع عدد صحیح باشد',
    'باید از نوع متن یا null باشد',
    'باید یک ایمیل معتبر باشد',
    'باید یکی از این‌ها باشد: sms, email',
    'باید true باشد',
  ]);
});
