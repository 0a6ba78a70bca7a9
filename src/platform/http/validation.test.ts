import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { compileAllSchemas, createSerializerCompiler, createValidatorCompiler } from './validation.ts';

test('every schema of every route can be compiled', async (t) => {
  await testApp(t);

  assert.doesNotThrow(compileAllSchemas);
});

const route = { method: 'GET', url: '/', httpPart: 'body', httpStatus: '200' };
const compilers = { request: createValidatorCompiler(), response: createSerializerCompiler() };

const wrong = [
  { type: 'text' },
  { type: 'object', properties: { a: { minLength: -1 } } },
  { type: 'string', pattern: '(' },
  { type: 'object', properties: { a: { $ref: '#/nowhere' } } },
  { type: 'object', patternProperties: { '(': { type: 'string' } } },
];

for (const [part, compile] of Object.entries(compilers))
  test(`a wrong schema of a ${part} is refused with its route, before any request`, () => {
    for (const schema of wrong) assert.throws(() => compile({ ...route, schema }), JSON.stringify(schema));
  });
