import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { notificationPermissions } from '../contract.ts';

const { read, write } = notificationPermissions;

test('a text without a language is laid out in the direction of its first letter', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const cases: [string, string, string][] = [
    ['سلام', 'خرید نان', 'rtl'],
    ['', '۱۲۳ – «سلام» Sara', 'rtl'],
    ['', 'שלום', 'rtl'],
    ['Bread', 'سلام', 'ltr'],
    ['', '123', 'ltr'],
    ['', 'Hello سلام', 'ltr'],
  ];

  for (const [subject, body, direction] of cases) {
    const recipient = app.randomEmail();
    await sara.post('/notifications', { channel: 'email', recipient, subject, body });
    await app.drain();
    const [mail] = await app.mailbox(recipient);
    assert.match(mail.html, new RegExp(`<html lang="(en|fa)" dir="${direction}">`), body);
  }
});
