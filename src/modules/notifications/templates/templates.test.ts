import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { system } from '#kernel/access.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { brandingOf, sometime } from '#testing/branding.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { declareShop, shopTemplates } from '#testing/shop.ts';
import { notificationPermissions } from '../contract.ts';
import { requireSendable, toBuiltIns } from './catalogue.ts';
import { renderText } from './liquid.ts';
import { optionsOf, renderRaw, renderTemplate } from './render.ts';

const { read, write, templates, manageAll } = notificationPermissions;
const welcome = { name: 'shop.welcome', channel: 'email', language: 'default' };
const branding = brandingOf();
const words = { ...optionsOf({ channel: 'email', language: 'en' }, branding) };
const inEnglish = { language: 'en', timeZone: 'UTC', branding };

const admin = (app: TestApp) => app.signIn(read, write, templates, manageAll);

async function find(caller: ReturnType<typeof admin>, name: string, language: string, channel = 'email') {
  const { body } = await caller.get(`/notification-templates?name=${name}&language=${language}&channel=${channel}`);
  return body.items[0];
}

/** An app in which the module "shop" declares its templates too. */
async function shopApp(t: TestContext) {
  const app = await testApp(t);
  await declareShop(app);
  return app;
}

test('every template of every module renders in both languages, for each of its channels', async (t) => {
  const { modules } = await testApp(t);
  const builtIns = toBuiltIns(modules);

  assert.ok(builtIns.length > 50);
  for (const template of builtIns) {
    requireSendable(template, branding);
    const { subject, text, html } = renderTemplate(template, template.samples, optionsOf(template, branding));
    assert.ok(subject && text && !/[{}<]/.test(subject + text), template.name);
    if (template.channel !== 'email') continue;
    const direction = template.language === 'fa' ? 'rtl' : 'ltr';
    assert.match(html ?? '', new RegExp(`<html lang="${template.language}" dir="${direction}">`));
  }
});

test('a Persian mail counts in Persian digits, and leaves codes as they are typed', () => {
  const builtIns = toBuiltIns([{ name: 'shop', templates: shopTemplates }]);
  const template = builtIns.find(({ name, language }) => name === 'shop.code' && language === 'fa');
  assert.ok(template);

  const { text } = renderTemplate(template, template.samples, { ...words, language: 'fa' });

  assert.match(text, /۱۰ دقیقه/);
  assert.match(text, /482913/);
});

test('values in a mail are text, never markup, and cannot add a header', () => {
  const texts = { subjectTemplate: 'Hi {{ name }}', bodyTemplate: '<p>{{ name }}</p>' };
  const hostile = { name: '<script>alert(1)</script>\r\nBcc: x@example.com' };

  const { subject, html } = renderTemplate(texts, hostile, words);
  const raw = renderRaw(hostile.name, hostile.name, words, {});

  assert.ok(!html?.includes('<script>') && !raw.html?.includes('<script>'));
  assert.ok(!/[\r\n]/.test(subject + raw.subject));
});

test('templates can read only own properties and no files, and have limits of time and memory', () => {
  const cases: [string, string][] = [
    ['{{ items.constructor }}', 'notifications.template_variable_missing'],
    ['{{ name | raw }}', 'notifications.template_invalid'],
    ['{% include "/etc/passwd" %}', 'notifications.template_invalid'],
    ['{% render "x" %}', 'notifications.template_invalid'],
    ['{% assign x = 1 %}', 'notifications.template_invalid'],
    ['{% if name %}', 'notifications.template_invalid'],
    [
      `{% for i in (1..90000) %}{% for j in (1..90000) %}{{ i }}{% endfor %}{% endfor %}`,
      'notifications.template_invalid',
    ],
    ['{% for i in (1..99999999) %}{{ i }}{% endfor %}', 'notifications.template_invalid'],
    [`{% for i in (1..600) %}${'0123456789'.repeat(50)}{% endfor %}`, 'notifications.content_too_large'],
    ['x'.repeat(200_001 * 2), 'notifications.template_invalid'],
  ];
  for (const [text, code] of cases)
    assert.throws(
      () => renderText(text, { name: 'x', items: [] }, { ...inEnglish, asHtml: true }),
      { code },
      text.slice(0, 60),
    );
});

test('conditions see plain numbers in every language, and only printed numbers have its digits', () => {
  const text =
    '{% if count == 1 %}one{% endif %}{% if left > 3 %} {{ left | plus: 1 }} of {{ year }}, {{ items[0].n }}{% endif %}';
  const variables = { count: 1, left: 12, year: 2026, items: [{ n: 0.5 }] };

  const [english, persian] = ['en', 'fa'].map((language) =>
    renderText(text, variables, { ...inEnglish, language, asHtml: false }),
  );

  assert.deepEqual([english, persian], ['one 13 of 2026, 0.5', 'one ۱۳ of ۲۰۲۶, ۰٫۵']);
});

test('a null value is missing, also within another value, except in a default or a condition', () => {
  const render = (text: string) => renderText(text, { a: { b: null }, note: null }, { ...inEnglish, asHtml: true });

  for (const [text, variable] of [
    ['{{ note }}', 'note'],
    ['{{ a.b }}', 'a.b'],
    ['{{ a.c }}', 'a.c'],
  ] as const)
    assert.throws(() => render(text), { code: 'notifications.template_variable_missing', details: { variable } }, text);

  assert.equal(render('{{ note | default: "-" }}{% if note %}{{ note }}{% endif %}'), '-');
});

test('a template is created, revised and read with its revisions; the same texts again do not create a revision', async (t) => {
  const app = await testApp(t);
  const sara = admin(app);

  const { status, body, headers } = await sara.post('/notifications/templates', {
    ...welcome,
    subjectTemplate: 'Welcome',
    bodyTemplate: '<p>Hello {{ name }}</p>',
  });
  const url = `/notifications/templates/${body.id}`;
  const revised = await sara.put(url, { bodyTemplate: '<p>Hi {{ name }}</p>' });
  const same = await sara.put(url, { ...welcome, bodyTemplate: '<p>Hi {{ name }}</p>' });
  const stale = await sara.put(url, { bodyTemplate: '<p>x</p>' }, { 'if-match': '"1"' });
  const shown = await sara.get(`/notification-templates/${body.id}`);

  assert.deepEqual([status, headers['location']], [201, `/api/v1/notification-templates/${body.id}`]);
  assert.deepEqual([body.revision, revised.body.revision, same.body.revision, stale.status], [1, 2, 2, 412]);
  assert.deepEqual(
    shown.body.revisions.map(({ revision }: { revision: number }) => revision),
    [2, 1],
  );
  assert.deepEqual([shown.body.variables, shown.body.subjectTemplate], [['name'], 'Welcome']);
});

test('a template may have conditions and loops only if it allows logic', async (t) => {
  const app = await shopApp(t);
  const sara = admin(app);
  const logic = { ...welcome, bodyTemplate: '{% if name %}{{ name }}{% endif %}' };

  const refused = await sara.post('/notifications/templates', logic);
  const { status, body } = await sara.post('/notifications/templates', { ...logic, allowsLogic: true });
  const put = (change: object) => sara.put(`/notifications/templates/${body.id}`, { bodyTemplate: 'x', ...change });
  const kept = await put({ bodyTemplate: logic.bodyTemplate });
  const taken = await put({ bodyTemplate: logic.bodyTemplate, allowsLogic: false });
  const plain = await put({ allowsLogic: false });

  assert.deepEqual([refused.status, refused.body.code], [400, 'notifications.template_invalid']);
  assert.deepEqual([status, body.allowsLogic, kept.body.allowsLogic], [201, true, true]);
  assert.deepEqual([taken.body.code, plain.body.allowsLogic], ['notifications.template_invalid', false]);
  assert.equal((await find(sara, 'shop.state', 'en')).allowsLogic, true);
});

test('an edit of a declared template may use only the declared variables, in every branch', async (t) => {
  const app = await shopApp(t);
  const sara = admin(app);
  const { id } = await find(sara, 'shop.code', 'en');
  const put = (bodyTemplate: string) => sara.put(`/notifications/templates/${id}`, { bodyTemplate, allowsLogic: true });

  const mistyped = await put('{{ cod }}');
  const hidden = await put('{% if minutes > 99 %}{{ cod }}{% endif %}{{ code }}');
  const broken = await put('{{ code.value }}');
  const own = { name: 'shop.code', channel: 'email', language: 'de', bodyTemplate: '{{ cod }}' };
  const translated = await sara.post('/notifications/templates', own);
  const right = await put('{{ code }} {{ minutes }}');

  for (const { status, body } of [mistyped, hidden, broken, translated])
    assert.deepEqual([status, body.code], [400, 'notifications.template_variable_missing']);
  assert.deepEqual([mistyped.body.variable, right.status], ['cod', 200]);
});

test('an edit that cannot be rendered is ignored: the message has the text of the program', async (t) => {
  const app = await shopApp(t);
  const email = app.randomEmail();
  await app.database.pool.query(
    `update notifications.template set body_template = '{{ cod }}', is_edited = true where name = 'shop.code'`,
  );

  await app.database.units.write(system('shop'), (unit: AnyUnit) =>
    app.notifications.send(unit, {
      template: 'shop.code',
      to: { email, language: 'en' },
      category: 'security',
      occurrence: sometime,
      variables: { code: '123456', minutes: 10 },
    }),
  );
  await app.drain();

  const [mail] = await app.mailbox(email);
  assert.match(mail?.text ?? '', /It works once/);
});

test('a template that exists already, is invalid, renamed or unknown is refused', async (t) => {
  const app = await testApp(t);
  const sara = admin(app);
  const { body } = await sara.post('/notifications/templates', { ...welcome, bodyTemplate: 'x' });
  const put = (change: object) => sara.put(`/notifications/templates/${body.id}`, { bodyTemplate: 'x', ...change });

  const codes = await Promise.all([
    sara.post('/notifications/templates', { ...welcome, bodyTemplate: 'x' }),
    sara.post('/notifications/templates', { ...welcome, name: 'other', bodyTemplate: '{{ x' }),
    put({ name: 'other' }),
    put({ channel: 'sms' }),
    sara.get('/notification-templates/01900000-0000-7000-8000-00000000dead'),
  ]);

  assert.deepEqual(
    codes.map(({ body: problem }) => problem.code),
    [
      'notifications.template_exists',
      'notifications.template_invalid',
      'notifications.template_exists',
      'notifications.template_channel_mismatch',
      'notifications.template_not_found',
    ],
  );
});

test('a cursor of another list is refused', async (t) => {
  const caller = admin(await testApp(t));
  const message = { channel: 'email', recipient: 'a@example.com', subject: 'x', body: 'x' };
  for (let count = 0; count < 2; count++) await caller.post('/notifications', message);
  const { nextCursor } = (await caller.get('/notifications?pageSize=1')).body;

  const { status, body } = await caller.get(`/notification-templates?cursor=${nextCursor}`);

  assert.equal(typeof nextCursor, 'string');
  assert.deepEqual([status, body.code], [400, 'http.cursor_invalid']);
});

test('a declared template can be edited, and deleting the edit restores the text of the program', async (t) => {
  const app = await shopApp(t);
  const sara = admin(app);
  const shipped = await find(sara, 'shop.pickup', 'fa');

  const refused = await sara.delete(`/notification-templates/${shipped.id}`);
  await sara.put(`/notifications/templates/${shipped.id}`, { bodyTemplate: '<p>ویرایش: {{ description }}</p>' });
  const edited = await find(sara, 'shop.pickup', 'fa');
  const removed = await sara.delete(`/notification-templates/${shipped.id}`);
  const back = await find(sara, 'shop.pickup', 'fa');

  assert.deepEqual([refused.status, refused.body.code], [409, 'notifications.template_shipped']);
  assert.deepEqual([edited.isEdited, edited.revision], [true, 2]);
  assert.deepEqual([removed.status, back.isEdited, back.revision], [204, false, 3]);
  assert.equal(back.bodyTemplate, shipped.bodyTemplate);
});

test('a new version of the program replaces texts that nobody edited, and is kept beside an edit', async (t) => {
  const app = await shopApp(t);
  const sara = admin(app);
  const [plain, edited] = [await find(sara, 'shop.pickup', 'en'), await find(sara, 'shop.pickup', 'fa')];
  await sara.put(`/notifications/templates/${edited.id}`, { bodyTemplate: 'mine {{ description }}' });
  const old = `update notifications.template set shipped_body = 'old' where id = any($1)`;
  await app.database.pool.query(old, [[plain.id, edited.id]]);
  await app.database.pool.query(`update notifications.template set body_template = 'old' where id = $1`, [plain.id]);

  await Promise.all([declareShop(app), declareShop(app)]);

  const after = await find(sara, 'shop.pickup', 'en');
  assert.deepEqual([after.bodyTemplate, after.revision], [plain.bodyTemplate, 2]);
  assert.equal((await find(sara, 'shop.pickup', 'fa')).bodyTemplate, 'mine {{ description }}');
  await sara.delete(`/notification-templates/${edited.id}`);
  assert.equal((await find(sara, 'shop.pickup', 'fa')).bodyTemplate, edited.bodyTemplate);
});

test('a deleted template can be created again, and messages keep the revision that they were rendered from', async (t) => {
  const app = await testApp(t);
  const sara = admin(app);
  const { body: first } = await sara.post('/notifications/templates', { ...welcome, bodyTemplate: 'one' });
  const { body: message } = await sara.post('/notifications', {
    channel: 'email',
    recipient: 'reza@example.com',
    templateId: first.id,
  });

  const removed = await sara.delete(`/notification-templates/${first.id}`);
  const gone = await sara.post('/notifications', {
    channel: 'email',
    recipient: 'reza@example.com',
    templateId: first.id,
  });
  const again = await sara.post('/notifications/templates', { ...welcome, bodyTemplate: 'two' });

  assert.deepEqual([removed.status, gone.body.code, again.status], [204, 'notifications.template_not_found', 201]);
  const kept = (await sara.get(`/notifications/${message.id}`)).body;
  assert.deepEqual([kept.templateId, kept.templateRevision], [first.id, 1]);
});

test('the language falls back from fa-IR to fa to default, and to the template that was named', async (t) => {
  const app = await testApp(t);
  const sara = admin(app);
  const named: Record<string, string> = {};
  for (const language of ['default', 'fa', 'de']) {
    const { body } = await sara.post('/notifications/templates', { ...welcome, language, bodyTemplate: language });
    named[language] = body.id;
  }
  const languageOf = async (templateId: string | undefined, language?: string) =>
    (await sara.post('/notifications', { channel: 'email', recipient: 'x@example.com', templateId, language })).body
      .language;

  assert.equal(await languageOf(named['default'], 'fa-IR'), 'fa');
  assert.equal(await languageOf(named['default'], 'DE-at'), 'de');
  assert.equal(await languageOf(named['de'], 'tr'), 'default');
  assert.equal(await languageOf(named['de']), 'de');
});

test('a preview renders without sending, and names a missing variable', async (t) => {
  const app = await shopApp(t);
  const sara = admin(app);
  const { id } = await find(sara, 'shop.code', 'en');

  const variables = { code: '1' };
  const shown = await sara.post(`/notification-templates/${id}/preview`, { variables: { ...variables, minutes: 5 } });
  const missing = await sara.post(`/notification-templates/${id}/preview`, { variables });

  assert.deepEqual([shown.status, shown.body.subject], [200, '1']);
  assert.deepEqual(
    [missing.status, missing.body.code, missing.body.variable],
    [400, 'notifications.template_variable_missing', 'minutes'],
  );
});

test('a preview of a draft shows texts that are not saved, and stores nothing', async (t) => {
  const app = await shopApp(t);
  const sara = admin(app);
  const { id, revision } = await find(sara, 'shop.code', 'en');
  const preview = (draft: object, variables: object = {}) =>
    sara.post(`/notification-templates/${id}/preview`, { draft, variables });
  const draft = { subjectTemplate: 'New {{ thing }}', bodyTemplate: 'For {{ name }}', allowsLogic: false };

  const shown = await preview(draft, { thing: 'lamp', name: 'Sara' });
  const missing = await preview(draft, { thing: 'lamp' });
  const broken = await preview({ ...draft, bodyTemplate: '{{ name' });
  const withLogic = await preview({ ...draft, bodyTemplate: '{% if name %}x{% endif %}' }, { thing: 'lamp' });
  const endless = await preview(
    { ...draft, allowsLogic: true, bodyTemplate: '{% for a in (1..99999999) %}{{ a }}{% endfor %}' },
    { thing: 'lamp' },
  );

  assert.equal(shown.status, 200);
  assert.deepEqual([shown.body.subject, shown.body.variables], ['New lamp', ['name', 'thing']]);
  assert.match(shown.body.text, /For Sara/);
  assert.deepEqual(
    [missing.body.code, broken.body.code, withLogic.body.code, endless.status],
    [
      'notifications.template_variable_missing',
      'notifications.template_invalid',
      'notifications.template_invalid',
      400,
    ],
  );
  assert.equal((await find(sara, 'shop.code', 'en')).revision, revision);
});
