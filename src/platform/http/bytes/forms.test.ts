import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import Fastify from 'fastify';
import { Problem } from '#kernel/problem.ts';
import { takeForms } from './forms.ts';
import type { FormPart } from '../port.ts';

const BOUNDARY = 'x-boundary';
const TYPE = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

const field = (name: string, value: string) => `content-disposition: form-data; name="${name}"\r\n\r\n${value}`;
const fileOf = (name: string, content: string) =>
  `content-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: text/plain\r\n\r\n${content}`;
const formOf = (...parts: string[]) =>
  `${parts.map((part) => `--${BOUNDARY}\r\n${part}\r\n`).join('')}--${BOUNDARY}--\r\n`;
const digestOf = (text: string) => createHash('sha256').update(text);

test('the parts of a form arrive in order, with names byte for byte', async (t) => {
  const { send } = await listening(t);
  const name = 'کتاب‌ها/../%00 "1.txt';

  const { body } = await send(
    formOf(field('folder', 'عکس‌ها'), fileOf(name.replaceAll('"', '\\"'), 'سلام'), field('b', '')),
  );

  assert.deepEqual(body, [
    ['folder', 'عکس‌ها'],
    ['file', name, 'text/plain', 'سلام'],
    ['b', ''],
  ]);
});

test('a form that cannot be read, has too many parts or too long fields is refused, whatever was read before', async (t) => {
  const { send } = await listening(t);
  const whole = formOf(fileOf('a.txt', 'x'.repeat(100_000)));

  const answers = {
    cut: await send(whole.slice(0, -80_000)),
    empty: await send(''),
    text: await send('no form'),
    'without a boundary': await send(whole, { 'content-type': 'multipart/form-data; charset=utf-8' }),
    'many fields': await send(formOf(...Array.from({ length: 30 }, (_, at) => field(`f${at}`, 'x')))),
    'two files': await send(formOf(fileOf('a.txt', 'x'), fileOf('b.txt', 'x'))),
    'a long field': await send(formOf(field('a', 'x'.repeat(20_000)))),
    JSON: await send('{}', { 'content-type': 'application/json' }),
  };

  const codes = Object.fromEntries(Object.entries(answers).map(([name, { body }]) => [name, body]));
  assert.deepEqual(codes, {
    cut: 'http.malformed',
    empty: 'http.malformed',
    text: 'http.malformed',
    'without a boundary': 'http.malformed',
    'many fields': 'http.too_large',
    'two files': 'http.too_large',
    'a long field': 'http.too_large',
    JSON: 'http.unsupported_media_type',
  });
});

test('a route that takes no form refuses one', async (t) => {
  const { send } = await listening(t);

  assert.equal((await send(formOf(field('a', 'b')), TYPE, '/other')).body, 'http.unsupported_media_type');
});

test('Content-Digest is compared with the whole body, or with the file in it', async (t) => {
  const { send } = await listening(t);
  const form = formOf(fileOf('a.txt', 'سلام'));
  const sha512 = createHash('sha512').update(form).digest('base64');
  const ask = async (digest: string) => (await send(form, { ...TYPE, 'content-digest': digest })).body;

  assert.equal((await ask(`sha-256=:${digestOf(form).digest('base64')}:`)).length, 1);
  assert.equal((await ask(`sha-256=:${digestOf('سلام').digest('base64')}:`)).length, 1);
  assert.equal((await ask(`unixsum=:AAAA:, sha-512=:${sha512}:`)).length, 1);
  assert.equal(await ask(`sha-256=:${digestOf('other').digest('base64')}:`), 'http.digest_mismatch');
  assert.equal(
    await ask(`sha-256=:${digestOf(form).digest('base64')}:, sha-512=:${sha512.replace(/./, '?')}:`),
    'http.malformed',
  );
  assert.equal(await ask('sha-256=abc'), 'http.malformed');
});

test('a client that disconnects in the middle fails the content that is being read', async (t) => {
  const { port, failures } = await listening(t);
  const socket = connect(port, '127.0.0.1');
  socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-type: ${TYPE['content-type']}\r\ncontent-length: 100000\r\n\r\n`);
  socket.write(formOf(fileOf('a.txt', 'x'.repeat(2000))).slice(0, 1000));
  await once(socket, 'connect');
  setImmediate(() => socket.destroy());

  const [{ error }] = (await once(failures, 'failed')) as [{ error: Error }];
  assert.match(error.message, /disconnected|aborted/);
});

/** A route that answers the parts of its form, or the code of its refusal. */
async function listening(t: TestContext) {
  const http = Fastify();
  const failures = new EventTarget();
  takeForms(http);
  http.setErrorHandler((error, _request, reply) => {
    failures.dispatchEvent(Object.assign(new Event('failed'), { error }));
    void reply.code(400).send(JSON.stringify(error instanceof Problem ? error.code : String(error)));
  });
  http.post('/', { config: { access: 'public', takes: 'form' } }, async (request) => {
    const form = request.readForm();
    const parts: (readonly string[])[] = [];
    const file = { sha256: '' };
    for await (const part of form.parts) parts.push(await toTexts(part, file));
    form.checkDigest(file);
    return parts;
  });
  http.post('/other', { config: { access: 'public' } }, () => []);
  t.after(() => http.close());
  await http.listen({ port: 0, host: '127.0.0.1' });
  const address = http.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  async function send(payload: string, headers: Record<string, string> = TYPE, path = '/') {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: payload, headers });
    // oxlint-disable-next-line no-explicit-any -- a list, or a code
    return { status: answer.status, body: (await answer.json()) as any };
  }

  return { send, port, failures };
}

async function toTexts(part: FormPart, found: { sha256: string }): Promise<string[]> {
  if (part.kind === 'field') return [part.name, part.value];
  const content = await buffer(part.content);
  found.sha256 = createHash('sha256').update(content).digest('hex');
  return [part.name, part.fileName, part.contentType, content.toString()];
}
