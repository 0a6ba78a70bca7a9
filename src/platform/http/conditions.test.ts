import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { todoPermissions } from '#modules/todos/contract.ts';
import { testApp } from '#testing/app.ts';
import { createDocumentHandler, toEntityTags } from './conditions.ts';

const { read, write } = todoPermissions;

test('entity tags are read as RFC 9110 writes them', () => {
  const tags = (header: string) => {
    const found = toEntityTags(header);
    return found && [...found];
  };

  for (const [header, expected] of [
    ['*', null],
    [' * ', null],
    ['"1"', ['1']],
    ['W/"1"', ['1']],
    ['"1", "2"', ['1', '2']],
    [' "1" ,W/"2","a,b" ', ['1', '2', 'a,b']],
    ['"1",,"2",', ['1', '2']],
    ['""', ['']],
    ['', []],
    ['1', []],
    ['"1', []],
    ['"1" "2"', []],
    ['w/"1"', []],
    ['"1", *', []],
  ] as const)
    assert.deepEqual(tags(header), expected, header);
});

test('a change is made only to the version that the request names, in every form of the headers', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const change = async (headers: Record<string, string>) => {
    const { body: todo } = await sara.post('/todos', { description: 'Buy bread' });
    const { status, body } = await sara.patch(`/todos/${todo.id}`, { description: 'Buy milk' }, headers);
    const { body: after } = await sara.get(`/todos/${todo.id}`);
    assert.equal(after.description, status === 200 ? 'Buy milk' : 'Buy bread');
    return status === 200 ? 200 : [status, body.code, body.version];
  };
  const failed = [412, 'http.precondition_failed', 1];

  for (const [headers, expected] of [
    [{ 'if-match': '"1"' }, 200],
    [{ 'if-match': 'W/"1"' }, 200], // a proxy that compresses answers weakens tags
    [{ 'if-match': '"7", "1"' }, 200],
    [{ 'if-match': '*' }, 200],
    [{ 'if-none-match': '"2"' }, 200],
    [{ 'if-match': '"1"', 'if-none-match': '"2"' }, 200],
    [{ 'if-match': '"2"' }, failed],
    [{ 'if-match': 'W/"2", "3"' }, failed],
    [{ 'if-match': '1' }, failed],
    [{ 'if-match': '"01x"' }, failed],
    [{ 'if-match': '' }, failed],
    [{ 'if-none-match': '*' }, failed],
    [{ 'if-none-match': '"1"' }, failed],
    [{ 'if-none-match': 'W/"1"' }, failed],
    [{ 'if-match': '"1"', 'if-none-match': '"1"' }, failed],
  ] as const)
    assert.deepEqual(await change(headers), expected, JSON.stringify(headers));
});

test('a reader who has the current version gets 304 without a body', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const { body: todo } = await sara.post('/todos', { description: 'Buy bread' });

  for (const path of [`/api/v1/todos/${todo.id}`, '/openapi.json', '/asyncapi.json']) {
    const headers = { 'x-test-caller': sara.userId };
    const etag = String((await app.http.inject({ url: path, headers })).headers['etag']);
    const again = async (tags: string, method: 'GET' | 'HEAD' = 'GET') => {
      const answer = await app.http.inject({ method, url: path, headers: { ...headers, 'if-none-match': tags } });
      return [answer.statusCode, answer.body.length > 0, answer.headers['etag']];
    };

    assert.match(etag, /^"[\w-]+"$/, path);
    assert.deepEqual(await again(etag), [304, false, etag]);
    assert.deepEqual(await again(etag, 'HEAD'), [304, false, etag]);
    assert.deepEqual(await again(`"x", W/${etag}`), [304, false, etag]);
    assert.deepEqual(await again('*'), [304, false, etag]);
    assert.deepEqual(await again('"x"'), [200, true, etag]);
    assert.deepEqual(await again('x'), [200, true, etag]);
  }
});

test('a document that does not change is made once', async () => {
  let made = 0;
  const http = Fastify();
  http.get(
    '/',
    createDocumentHandler(() => ({ made: (made += 1) })),
  );

  const answers = [await http.inject('/'), await http.inject('/')];

  assert.deepEqual(
    answers.map(({ body }) => body),
    ['{"made":1}', '{"made":1}'],
  );
});
