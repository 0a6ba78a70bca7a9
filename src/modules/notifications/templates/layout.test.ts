import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { notificationPermissions } from '../contract.ts';

const { read, write, templates } = notificationPermissions;

test('a text without a language is laid out in the direction of the first letter of its body', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write);
  const cases: [string, string, string][] = [
    ['سلام', 'خرید نان', 'rtl'],
    ['', '۱۲۳ – «سلام» Sara', 'rtl'],
    ['', 'שלום', 'rtl'],
    ['Bread', 'سلام', 'rtl'],
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

test('no mail that is sent has an address that runs a program', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write, templates);
  const recipient = app.randomEmail();
  const bodyTemplate = '<p><a href="{{ link }}">One</a> <a href="https://example.com/two">two</a></p>';
  const template = { name: 'shop.link', channel: 'email', language: 'en', subjectTemplate: 'x', bodyTemplate };
  const { body: made } = await sara.post('/notifications/templates', template);

  await sara.post('/notifications', {
    channel: 'email',
    recipient,
    templateId: made.id,
    variables: { link: 'java\tscript:alert(1)' },
  });
  await app.drain();

  const [mail] = await app.mailbox(recipient);
  assert.match(mail.html, /href="#"[^]+https:\/\/example\.com\/two/);
  assert.doesNotMatch(mail.html, /script:/);
});

test('a text of another direction than its reader’s language keeps its own, and a template has that of its language', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write, templates);
  const mail = { channel: 'email', subject: 'Bonyan: x', language: 'en' };
  const [raw, written] = [app.randomEmail(), app.randomEmail()];
  const template = { name: 'shop.offer', channel: 'email', language: 'az-Arab', bodyTemplate: '<p>Hello</p>' };
  const { body: made } = await sara.post('/notifications/templates', template);

  await sara.post('/notifications', { ...mail, recipient: raw, body: 'سلام سارا' });
  await sara.post('/notifications', { channel: 'email', recipient: written, templateId: made.id });
  await app.drain();

  assert.match((await app.mailbox(raw))[0].html, /<html lang="en" dir="rtl">/);
  assert.match((await app.mailbox(written))[0].html, /<html lang="az-Arab" dir="rtl">/);
});
