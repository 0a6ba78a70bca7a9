import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { newId } from '#kernel/id.ts';
import type { Mail, MailPort } from '#platform/mail/port.ts';

export interface MailUnderTest {
  readonly mail: MailPort;
  /** The mails that arrived for an address, oldest first. */
  received(to: string): Promise<{ subject: string; text: string }[]>;
}

/** The tests that every implementation must pass. */
export function mailConformance(name: string, open: (t: TestContext) => Promise<MailUnderTest>): void {
  const letter = (to: string): Mail => ({
    id: newId(),
    to,
    subject: 'سلام',
    text: 'متن فارسی',
    html: '<p dir="rtl">متن فارسی</p>',
  });

  test(`${name}: a mail arrives unchanged, also in Persian`, async (t) => {
    const { mail, received } = await open(t);

    const result = await mail.send(letter('sara@example.com'));

    assert.equal(result.outcome, 'sent');
    const [arrived] = await received('sara@example.com');
    assert.deepEqual([arrived?.subject, arrived?.text.trim()], ['سلام', 'متن فارسی']);
  });

  test(`${name}: a line break in a subject adds no recipient`, async (t) => {
    const { mail, received } = await open(t);

    await mail.send({ ...letter('sara@example.com'), subject: 'hello\r\nBcc: reza@example.com' });

    assert.equal((await received('sara@example.com')).length, 1);
    assert.equal((await received('reza@example.com')).length, 0);
  });
}
