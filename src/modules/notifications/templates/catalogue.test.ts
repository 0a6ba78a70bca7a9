import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageTemplate } from '#kernel/template.ts';
import { brandingOf } from '#testing/branding.ts';
import { testApp } from '#testing/app.ts';
import { shopTemplates } from '#testing/shop.ts';
import { requireSendable, toBuiltIns } from './catalogue.ts';

const valid = shopTemplates['shop.pickup'];
const declare = (name: string, change: Partial<MessageTemplate> = {}) => [
  { name: 'shop', templates: { [name]: { ...valid, ...change } } },
];

test('a template has one version for each channel and language: HTML for e-mail, else plain text', () => {
  const versions = toBuiltIns(declare('shop.pickup'));

  assert.deepEqual(
    versions.map(({ channel, language, bodyTemplate }) => [channel, language, bodyTemplate.startsWith('<h1>')]),
    [
      ['email', 'en', true],
      ['email', 'fa', true],
      ['inApp', 'en', false],
      ['inApp', 'fa', false],
    ],
  );
});

test('a template that cannot be sent is refused, with module, template and reason', () => {
  const unsent = { subject: 'Ready', body: '<p>{% if late %}{{ late }}{% endif %}{{ description }}</p>' };
  const mistakes: [{ name: string; templates: Record<string, MessageTemplate> }[], RegExp][] = [
    [declare('store.pickup'), /module shop .* template store\.pickup.* must begin with shop\./],
    [[...declare('shop.pickup'), ...declare('shop.pickup')], /template shop\.pickup.* module shop declares .* too/],
    [
      declare('shop.pickup', { channels: ['fax'] }),
      /template shop\.pickup.* channel fax is unknown; known: email, sms/,
    ],
    [
      declare('shop.pickup', { variables: {} }),
      /module shop .* template shop\.pickup.* email, en: the variable description/,
    ],
    [declare('shop.pickup', { fa: unsent, allowsLogic: true }), /template shop\.pickup.* email, fa: the variable late/],
    [declare('shop.pickup', { fa: unsent }), /template shop\.pickup.* email, fa: .*tag "if"/],
    [declare('shop.pickup', { en: { subject: '{{', body: 'x' } }), /template shop\.pickup.* email, en: /],
  ];

  for (const [modules, message] of mistakes)
    assert.throws(() => toBuiltIns(modules).forEach((one) => requireSendable(one, brandingOf())), message);
});

test('the start refuses a template with a mistake, and stores nothing', async (t) => {
  const app = await testApp(t);
  const [shop] = declare('shop.pickup', { variables: {} });
  assert.ok(shop);

  await assert.rejects(app.notifications.prepare([...app.modules, shop]), /shop\.pickup/);

  const { rows } = await app.database.pool.query(`select from notifications.template where name like 'shop.%'`);
  assert.equal(rows.length, 0);
});

for (const [what, change] of Object.entries({
  'a variable that is no longer declared': { variables: {} },
  'a sample of another kind': { variables: { description: [null] } },
}))
  test(`a start refuses ${what}, also where the texts are stored already`, async (t) => {
    const app = await testApp(t);
    await app.notifications.prepare([...app.modules, ...declare('shop.pickup')]);

    const next = [...app.modules, ...declare('shop.pickup', change)];

    await assert.rejects(app.notifications.prepare(next), /shop\.pickup/);
  });
