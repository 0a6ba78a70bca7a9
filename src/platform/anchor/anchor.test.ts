import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { auditPermissions } from '#modules/audit/contract.ts';
import { recordMany, reportOf } from '#modules/audit/fixture.ts';
import { testApp } from '#testing/app.ts';
import { createFileAnchor } from './file.ts';

test('notes left in a file come back in their order, each once', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-anchor-'));
  t.after(() => rm(folder, { recursive: true }));
  const { port } = createFileAnchor(join(folder, 'anchors'));

  const empty = await port.read();
  await port.put({ size: 1, note: 'one\n' });
  await port.put({ size: 1, note: 'one\n' });
  await port.put({ size: 2, note: 'two\n' });

  assert.deepEqual([empty, await port.read()], [[], ['one\n', 'two\n']]);
});

test('a signed head goes by mail and to a webhook, once for each head', async (t) => {
  const posted: { size: number; note: string }[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      posted.push(JSON.parse(body));
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const app = await testApp(t, {
    environment: {
      BONYAN_AUDIT_ANCHOR_WEBHOOK: `http://127.0.0.1:${port}/anchor`,
      BONYAN_AUDIT_ANCHOR_EMAIL: 'auditor@example.com',
    },
  });
  await recordMany(app, 2);

  const first = await app.audit.anchor();
  const second = await app.audit.anchor();

  const { body } = await app.http.inject({
    url: '/api/v1/audit/checkpoint',
    headers: { 'x-test-caller': app.signIn(auditPermissions.read).userId },
  });
  const [mail] = await app.mailbox('auditor@example.com');
  assert.deepEqual([first, second], [['webhook', 'e-mail'], []]);
  assert.deepEqual(posted, [{ size: 2, note: body }]);
  assert.equal(mail.text, body);
});

test('an anchor that does not answer is told of, keeps no other from its note, and is tried again', async (t) => {
  const app = await testApp(t, {
    environment: {
      BONYAN_AUDIT_ANCHOR_FILE: join(tmpdir(), 'bonyan-no-such-folder', 'anchors'),
      BONYAN_AUDIT_ANCHOR_EMAIL: 'auditor@example.com',
    },
  });
  await recordMany(app, 1);

  await assert.rejects(app.audit.anchor(), AggregateError);
  await assert.rejects(app.audit.anchor(), AggregateError);

  assert.equal((await app.mailbox('auditor@example.com')).length, 1);
  assert.equal((await reportOf(app)).isValid, true);
});
