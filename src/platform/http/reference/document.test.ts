import assert from 'node:assert/strict';
import { test } from 'node:test';
import { polish } from './document.ts';

const answer = (schema: object) => ({
  get: { responses: { 200: { content: { 'application/json': { schema } } } } },
});
const schemaOf = (document: ReturnType<typeof polish>, path: string) =>
  document['paths'][path].get.responses[200].content['application/json'].schema;

const order = (price: object) => ({ type: 'object', title: 'Order', properties: { price } });

test('two schemas with one title, whose fields have other types, do not overwrite each other', () => {
  const document = polish({
    paths: { '/ours': answer(order({ type: 'integer' })), '/theirs': answer(order({ type: 'string' })) },
  });

  assert.deepEqual(schemaOf(document, '/ours'), { $ref: '#/components/schemas/Order' });
  assert.equal(document['components'].schemas.Order.properties.price.type, 'integer');
  assert.equal(schemaOf(document, '/theirs').properties.price.type, 'string');
});

test('a schema is the same in a request and an answer, whatever its fields are called', () => {
  const note = { type: 'object', title: 'Note', properties: { description: { type: 'string' } } };
  const other = { ...note, properties: { description: { type: 'integer' } } };
  const document = polish({
    paths: {
      '/answer': answer(note),
      '/request': answer({ ...note, additionalProperties: false, description: 'What is sent' }),
      '/other': answer(other),
    },
  });

  assert.deepEqual(schemaOf(document, '/request'), schemaOf(document, '/answer'));
  assert.equal(schemaOf(document, '/other').properties.description.type, 'integer');
});
