import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operationsOf, type Schema } from '#testing/api/operations.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { everything } from '#testing/authorization.ts';
import { member } from '#testing/accounts.ts';

type Caller = Awaited<ReturnType<typeof member>>;
const PASSWORD = 'correct horse battery';

/** Every place where somebody gives a name that others read. */
const PLACES: Record<string, (app: TestApp, name: string, own: Caller) => ReturnType<Caller['post']>> = {
  'a new role': (app, name) => everything(app).post('/authorization/roles', { name }),
  'a changed role': async (app, name) => {
    const { body } = await everything(app).post('/authorization/roles', { name: app.randomEmail().slice(0, 12) });
    return everything(app).put(`/authorization/roles/${body.id}`, { name, permissions: [] });
  },
  'a registration': (app, name) =>
    app.anonymous.post('/users/register', {
      email: app.randomEmail(),
      firstName: name,
      lastName: 'Amini',
      password: PASSWORD,
    }),
  'an invitation': (app, name) =>
    everything(app).post('/users', { email: app.randomEmail(), firstName: 'Sara', lastName: name }),
  'a changed account': (app, name, { id }) => everything(app).put(`/users/${id}`, { firstName: name }),
  'an API key': (_, name, own) => own.post('/users/api-keys', { name, scopes: ['todos.read'] }),
  'a profile': async (_, name, own) => {
    await own.post('/profiles/me');
    return own.put('/profiles/me/basic', { firstName: name, lastName: name, displayName: name, location: name });
  },
  'an interest': async (_, name, own) => {
    await own.post('/profiles/me');
    return own.post('/profiles/me/interests', { interests: [name] });
  },
  'a label': (_, name, own) => own.post('/todos', { description: 'x', labels: [name] }),
};

test('no name that people read can hide characters, in any place', { timeout: 60_000 }, async (t) => {
  const app = await testApp(t);
  const own = await member(app);

  for (const [place, give] of Object.entries(PLACES)) {
    for (const hidden of [
      '\u200b',
      '\u200d',
      '\u2060',
      '\u00ad',
      '\ufeff',
      '\u3164',
      '\u202e',
      '\u0007',
      '\u{e0041}',
      '\u2800',
      '\ue000',
    ]) {
      const { status, body } = await give(app, `na${hidden}me`, own);
      assert.deepEqual([status, body?.code], [400, 'http.invalid'], `${place}: ${JSON.stringify(hidden)}`);
    }
    const { status } = await give(app, `می‌خواهم ${place}`, own);
    assert.ok(status < 300, `${place}: half-space`);
  }
  for (const name of ['shop.na\u200bme', 'shоp.name']) {
    const template = { name, channel: 'email', language: 'en', bodyTemplate: 'x' };
    assert.equal((await everything(app).post('/notifications/templates', template)).status, 400);
  }
});

/** Every place where somebody writes a longer text that others see. */
const TEXTS: Record<string, (app: TestApp, text: string, own: Caller) => ReturnType<Caller['post']>> = {
  'a todo': (_, description, own) => own.post('/todos', { description }),
  'a changed todo': async (_, description, own) => {
    const { body } = await own.post('/todos', { description: 'x' });
    return own.patch(`/todos/${body.id}`, { description });
  },
  'a biography': async (_, bio, own) => {
    await own.post('/profiles/me');
    return own.patch('/profiles/me/bio', { bio });
  },
  'the subject of a message': (app, subject, own) =>
    everything(app).post('/notifications', { channel: 'email', recipient: own.email, subject, body: 'x' }),
  'a template': (app, bodyTemplate) =>
    everything(app).post('/notifications/templates', {
      name: app.randomEmail().slice(0, 12),
      channel: 'email',
      language: 'en',
      bodyTemplate,
    }),
};

test('no text is accepted of which nobody would see anything, in any place', async (t) => {
  const app = await testApp(t);
  const own = await member(app);

  for (const [place, give] of Object.entries(TEXTS)) {
    for (const text of ['\u200b', '\u200c\u200f', '\u3164 \u2800', '\u00ad\n\t', '\ufe0f', '\u{e0041}', ' \u2060 ']) {
      const { status, body } = await give(app, text, own);
      assert.deepEqual([status, body?.code], [400, 'http.invalid'], `${place}: ${JSON.stringify(text)}`);
    }
    for (const text of ['می‌خواهم', 'ـ', '👩‍👩‍👧', 'two\nlines', '\u200fسلام'])
      assert.ok((await give(app, text, own)).status < 300, `${place}: ${text}`);
  }
});

test('every reason and note that somebody gives has something in it that others see', async (t) => {
  const operations = operationsOf((await testApp(t)).openApi());
  const written = operations.flatMap(({ name, body }) =>
    Object.entries<Schema>(body?.['properties'] ?? {}).flatMap(([field, { enum: words, pattern = '' }]) =>
      /^(reason|note)$/.test(field) && words === undefined ? [{ field: `${field} of ${name}`, pattern }] : [],
    ),
  );

  const blind = written.filter(({ pattern }) => new RegExp(pattern, 'u').test('\u200b'.repeat(20)));

  assert.ok(written.length > 6, String(written.length));
  assert.deepEqual(blind, []);
});

/** Every place where texts are searched or labels compared: stores one, and answers how many are found. */
const SEARCHES: Record<string, (app: TestApp, stored: string) => Promise<(text: string) => Promise<number>>> = {
  accounts: async (app, stored) => {
    await everything(app).post('/users', { email: app.randomEmail(), firstName: stored, lastName: 'Amini' });
    return (text) => found(everything(app), '/users?search=', text);
  },
  todos: async (app, stored) => {
    const own = everything(app);
    await own.post('/todos', { description: `… ${stored} …` });
    return (text) => found(own, '/todos?search=', text);
  },
  profiles: async (app, stored) => {
    await everything(app).post('/profiles/me', { displayName: `… ${stored} …` });
    return (text) => found(everything(app), '/profiles/reports/admin?search=', text);
  },
  labels: async (app, stored) => {
    const own = everything(app);
    await own.post('/todos', { description: 'x', labels: [stored, 'other'] });
    return (text) => found(own, '/todos?label=', text);
  },
  'the audit trail': async (app, stored) => {
    await everything(app).post('/authorization/roles', { name: stored });
    return (text) => found(everything(app), '/audit?action=authorization.role&text=', text);
  },
};

async function found(caller: Pick<Caller, 'get'>, path: string, text: string): Promise<number> {
  return (await caller.get(path + encodeURIComponent(text))).body.items.length;
}

test('a search finds a text in every spelling of its letters, in every place', async (t) => {
  const app = await testApp(t);

  for (const [place, store] of Object.entries(SEARCHES))
    for (const [stored = '', ...spellings] of [
      ['İdari', 'idari', 'IDARI', 'ıdari'],
      ['ΟΔΟΣ', 'οδος', 'οδοσ'],
      ['كاغذي', 'کاغذی', 'کـــاغذی'],
      ['می‌خواهم', 'میخواهم', 'مي‌خواهم', 'می‌خواهَم'],
      ['کتابها', 'کتاب‌ها', 'كتابها'],
      ['كار', 'کار', 'کارِ'],
      ['گزارش ۱۴۰۵', 'گزارش 1405', 'گزارش ١٤٠٥'],
      ['آش', 'اش', 'أش'],
    ]) {
      const search = await store(app, stored);
      for (const text of [stored, ...spellings]) assert.equal(await search(text), 1, `${place}: ${stored} by ${text}`);
    }
});
