import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { member, published, testApp } from 'bonyan/testing';
import { gadgetEvents, gadgetPermissions } from './contract.ts';
import { createGadgets } from './module.ts';

const { read, write } = gadgetPermissions;
const NEW = { title: 'The first one' };
const start = (t: TestContext) => testApp(t, { ownModules: [createGadgets] });

test('every user may add, list and delete', async (t) => {
  const app = await start(t);
  const sara = await member(app);

  const added = await sara.post('/gadgets', NEW);
  const listed = await sara.get('/gadgets');
  const deleted = await sara.delete(`/gadgets/${added.body.id}`);

  assert.deepEqual([added.status, added.body.title], [201, NEW.title]);
  assert.deepEqual(listed.body.items, [added.body]);
  assert.equal(deleted.status, 204);
  assert.equal((await sara.get('/gadgets')).body.totalCount, 0);
});

test('what belongs to another user looks as if it did not exist', async (t) => {
  const app = await start(t);
  const sara = app.signIn(read, write);
  const reza = app.signIn(read, write);
  const { body } = await sara.post('/gadgets', NEW);

  const { status, body: problem } = await reza.delete(`/gadgets/${body.id}`);

  assert.deepEqual([status, problem.code], [404, 'gadgets.not_found']);
  assert.equal((await reza.get('/gadgets')).body.totalCount, 0);
  assert.equal((await sara.get('/gadgets')).body.totalCount, 1);
});

test('adding needs the permission, and a text that people can see', async (t) => {
  const app = await start(t);

  const forbidden = await app.signIn(read).post('/gadgets', NEW);
  const invalid = await app.signIn(write).post('/gadgets', { title: ' ' });

  assert.deepEqual([forbidden.status, forbidden.body.permission], [403, write.code]);
  assert.deepEqual([invalid.status, invalid.body.errors[0].path], [400, '/title']);
});

test('adding is announced', async (t) => {
  const app = await start(t);
  const sara = app.signIn(write);

  const { body } = await sara.post('/gadgets', NEW);

  assert.deepEqual(await published(app, gadgetEvents.added), [{ gadgetId: body.id, ownerId: sara.userId }]);
});

test('deleting the account deletes the rows', async (t) => {
  const app = await start(t);
  const sara = await member(app);
  await sara.post('/gadgets', NEW);

  await sara.delete('/users/me');
  await app.drain();

  assert.equal((await app.database.pool.query('select from gadgets.gadget')).rowCount, 0);
});
