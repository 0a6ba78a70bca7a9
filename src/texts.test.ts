import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';

const PERSIAN = /[\u0600-\u06ff]/;
const NONE = { errors: {}, permissions: {} };

test('each error and each permission of a module has texts in both languages', async (t) => {
  const { modules } = await testApp(t);
  for (const { name, errors = [], permissions = [], texts = NONE } of modules) {
    assert.deepEqual(Object.keys(texts.errors).toSorted(), errors.map(({ code }) => code).toSorted(), name);
    assert.deepEqual(Object.keys(texts.permissions).toSorted(), permissions.map(({ code }) => code).toSorted(), name);
    for (const { fa, means } of Object.values(texts.errors))
      assert.ok(PERSIAN.test(fa) && PERSIAN.test(means.fa) && means.en.length > 20, fa);
    for (const text of Object.values(texts.permissions)) assert.match(text, PERSIAN);
  }
});

test('codes of errors, permissions and events begin with the name of their module', async (t) => {
  const { modules } = await testApp(t);
  for (const { name, errors = [], permissions = [], publishes = [] } of modules) {
    const codes = [
      ...errors.map(({ code }) => code),
      ...permissions.map(({ code }) => code),
      ...publishes.map((event) => event.name),
    ];
    assert.deepEqual(
      codes.filter((code) => !code.startsWith(`${name}.`)),
      [],
    );
  }
});

test('a problem is explained in both languages, and its title is in the requested one', async (t) => {
  const app = await testApp(t);

  const english = await app.anonymous.get('/todos', { 'accept-language': 'de, en;q=0.5' });
  const persian = await app.anonymous.get('/todos', { 'accept-language': 'fa-IR, en;q=0.5' });
  const page = await app.http.inject(english.body.type);

  assert.equal(english.body.title, page.json().title.en);
  assert.equal(persian.body.title, page.json().title.fa);
  assert.match(persian.body.title, PERSIAN);
});
