import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { testApp } from '#testing/app.ts';
import { member } from '#testing/accounts.ts';
import { everything } from '#testing/authorization.ts';
import { runScript } from '#testing/database.ts';

const offer = { name: 'shop.offer', channel: 'email', bodyTemplate: 'x' };

test('a language has one form in every place where it enters', async (t) => {
  const app = await testApp(t);
  const admin = everything(app);
  const { email } = await member(app);
  const message = { channel: 'email', recipient: email, subject: 'x', body: 'x' };
  const target = { channel: 'email', recipient: 'team@example.com', language: 'FA' };
  const route = { severity: 'low', roles: [], userIds: [], channels: [], targets: [target] };

  const made = await admin.post('/notifications/templates', { ...offer, language: 'FA-ir' });
  const again = await admin.post('/notifications/templates', { ...offer, language: 'fa-IR' });
  const listed = await admin.get('/notification-templates?language=FA-IR&name=shop.offer');
  const revised = await admin.put(`/notifications/templates/${made.body.id}`, { bodyTemplate: 'y', language: 'fa-ir' });
  const sent = await admin.post('/notifications', { ...message, language: 'FA-ir' });
  const routing = await admin.put('/notifications/routing', { routes: [route] });
  const invited = await admin.post('/users', {
    email: app.randomEmail(),
    firstName: 'a',
    lastName: 'b',
    language: 'FA',
  });

  assert.deepEqual([made.status, made.body.language], [201, 'fa-IR']);
  assert.deepEqual([again.status, again.body.code], [409, 'notifications.template_exists']);
  assert.deepEqual([listed.body.totalCount, revised.status], [1, 200]);
  assert.equal(sent.body.language, 'fa-IR');
  assert.equal(routing.body.routes[0].targets[0].language, 'fa');
  assert.equal(invited.body.language, 'fa');
});

test('a person or template without a language gets that of the installation, in every place', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_LANGUAGE: 'fa' } });
  const admin = everything(app);
  const name = { firstName: 'a', lastName: 'b' };
  const german = { 'accept-language': 'de' };
  const textOf = async (address: string) => (await app.mailbox(address))[0];
  const [registered, spoken, invited] = [app.randomEmail(), app.randomEmail(), app.randomEmail()];
  const [named, raw] = [app.randomEmail(), app.randomEmail()];
  const person = { ...name, password: 'correct horse battery' };
  await app.anonymous.post('/users/register', { ...person, email: registered }, german);
  await app.anonymous.post('/users/register', { ...person, email: spoken }, { 'accept-language': 'en' });
  const { body: guest } = await admin.post('/users', { ...name, email: invited });
  const template = { ...offer, language: 'default', bodyTemplate: '<p>{{ count }} x {{ day | date }}</p>' };
  const { body: made } = await admin.post('/notifications/templates', template);
  const variables = { count: 12, day: '2026-11-30' };
  const mail = { channel: 'email', category: 'general' };

  const byTemplate = await admin.post('/notifications', { ...mail, recipient: named, templateId: made.id, variables });
  await admin.post('/notifications', { ...mail, recipient: raw, subject: '', body: '123' });
  const preview = await admin.post(`/notification-templates/${made.id}/preview`, { variables });
  await app.drain();

  assert.match((await textOf(registered)).html, /<html lang="fa" dir="rtl">/);
  assert.match((await textOf(spoken)).html, /<html lang="en" dir="ltr">/);
  assert.equal(guest.language, 'fa');
  assert.match((await textOf(named)).html, /<html lang="fa" dir="rtl">[^]*۱۲ x ۹ آذر ۱۴۰۵/);
  assert.match((await textOf(raw)).html, /<html lang="fa" dir="rtl">/);
  assert.match(preview.body.text, /۱۲ x ۹ آذر ۱۴۰۵/);
  assert.equal(byTemplate.body.language, 'default');
});

test('templates whose languages became the same by an update survive it, and one of them is used', async (t) => {
  const app = await testApp(t);
  const { pool } = app.database;
  await pool.query('drop index notifications.template_language');
  const store = async (name: string, language: string) => {
    const sql = `insert into notifications.template (id, name, channel, language, subject_template, body_template)
      values ($1, $2, 'email', $3, '', $3)`;
    await pool.query(sql, [newId(), name, language]);
  };
  await pool.query('drop index notifications.template_name');
  await pool.query('create unique index template_name on notifications.template (platform.canonical_name(name), id)');
  for (const language of ['FA', 'fa', 'Fa', 'EN-us']) await store('shop.offer', language);
  await store('Shop.Offer', 'fA');
  await store('notifications.incident', 'FA');
  await store('Shop.Late', 'fa'); // a twin of a template that was deleted later
  await pool.query("update notifications.template set is_twin = true where name = 'Shop.Late'");
  await store('Shop.Late', 'FA');
  await runScript(
    app.databaseUrl,
    await readFile(new URL('../migrations/0016_language_tag.sql', import.meta.url), 'utf8'),
  );

  const admin = everything(app);
  const { body } = await admin.get('/notification-templates?name=shop.offer');
  const persian = body.items.find(({ language }: { language: string }) => language === 'fa');
  const english = body.items.find(({ language }: { language: string }) => language === 'en-US');
  const message = { channel: 'email', recipient: 'a@example.com', templateId: english.id, language: 'fa' };
  const { body: sent } = await admin.post('/notifications', message);
  const again = await admin.post('/notifications/templates', { ...offer, language: 'fa' });

  const languages = body.items.map(({ language }: { language: string }) => language).toSorted();
  assert.deepEqual(languages, ['FA', 'Fa', 'en-US', 'fA', 'fa']);
  assert.equal(sent.templateId, persian.id);
  assert.equal(again.body.code, 'notifications.template_exists');
});
