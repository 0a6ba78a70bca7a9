import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { newId } from '#kernel/id.ts';
import { mailConformance } from './conformance.ts';
import { startSmtpServer } from './fixture.ts';
import { openSmtp } from './smtp.ts';

async function open(t: TestContext) {
  const server = await startSmtpServer(t);
  const { driver, close } = openSmtp(server.url, 'Bonyan <no-reply@example.com>');
  t.after(close);
  return { mail: driver.port, probe: driver.probe, received: server.received };
}

mailConformance('SMTP', open);

const letter = (to: string) => ({ id: newId(), to, subject: 'hello', text: 'hello', html: null });

test('SMTP: 450 is deferred, 550 bounced, and a cut connection is thrown', async (t) => {
  const { mail } = await open(t);

  assert.equal((await mail.send(letter('defer@example.com'))).outcome, 'deferred');
  assert.equal((await mail.send(letter('bounce@example.com'))).outcome, 'bounced');
  await assert.rejects(mail.send(letter('drop@example.com')));
});

test('SMTP: a repetition carries the same Message-ID', async (t) => {
  const { mail, received } = await open(t);
  const mailed = letter('sara@example.com');

  await mail.send(mailed);
  await mail.send(mailed);

  const ids = (await received('sara@example.com')).map(({ messageId }) => messageId);
  assert.deepEqual(ids, Array(2).fill(`<${mailed.id}@example.com>`));
});

test('SMTP: health says whether the server answers', async (t) => {
  const { probe } = await open(t);
  const away = openSmtp('smtp://127.0.0.1:9', 'no-reply@example.com');
  t.after(away.close);

  await probe();
  await assert.rejects(away.driver.probe());
});
