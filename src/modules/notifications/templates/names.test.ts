import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { runScript } from '#testing/database.ts';
import { notificationPermissions } from '../contract.ts';

const { read, templates } = notificationPermissions;
const admin = (app: TestApp) => app.signIn(read, templates);
const texts = { channel: 'email', language: 'en', bodyTemplate: 'x' };

test('the name of a template is the same in any case, and cannot look like the name of one that a module sends', async (t) => {
  const app = await testApp(t);
  const post = (body: object) => admin(app).post('/notifications/templates', { ...texts, ...body });
  const made = await post({ name: 'Offer.Spring' });

  const answers = [
    await post({ name: 'offer.spring' }),
    await post({ name: 'Notifications.Incident', language: 'de' }),
    await post({ name: 'notifications.incldent', channel: 'sms' }),
    await post({ name: 'n0tif1cations.incident' }),
  ];
  const inGerman = await post({ name: 'OFFER.spring', language: 'de' });
  const { body: found } = await admin(app).get('/notification-templates?name=OFFER.SPRING');

  assert.deepEqual([made.status, inGerman.status], [201, 201]);
  for (const { status, body } of answers) assert.deepEqual([status, body.code], [409, 'notifications.template_exists']);
  assert.equal(found.totalCount, 2);
});

test('templates whose names became the same by an update survive it', async (t) => {
  const app = await testApp(t);
  const { pool } = app.database;
  await pool.query('alter table notifications.template drop column is_twin');
  const names = ['Offer', 'offer', 'Notifications.Incident'];
  for (const name of names)
    await pool.query(
      `insert into notifications.template (id, name, channel, language, subject_template, body_template)
        values ($1, $2, 'email', 'en', '', 'x')`,
      [newId(), name],
    );
  await runScript(
    app.databaseUrl,
    await readFile(new URL('../migrations/0014_canonical_name.sql', import.meta.url), 'utf8'),
  );

  const { body } = await admin(app).get('/notification-templates?name=OFFER');
  const again = await admin(app).post('/notifications/templates', { ...texts, name: 'OFFER' });
  await app.notifications.prepare(app.modules);
  const { body: reminder } = await admin(app).get('/notification-templates?name=notifications.incident');

  assert.deepEqual(body.items.map(({ name }: { name: string }) => name).toSorted(), ['Offer', 'offer']);
  assert.equal(again.body.code, 'notifications.template_exists');
  assert.ok(
    reminder.items.some(
      ({ name, isShipped }: { name: string; isShipped: boolean }) => isShipped && name === 'notifications.incident',
    ),
  );
});
