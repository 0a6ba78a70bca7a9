import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { member, published, runJob, subjects, testApp } from 'bonyan/testing';
import { invoiceEvents, invoicePermissions } from './contract.ts';
import { createInvoices } from './module.ts';

const { read, write } = invoicePermissions;
const DAY_MS = 86_400_000;
const NEW = { customer: 'نشر سپیده', amount: 125_000, currency: 'EUR', dueOn: '2100-01-31' };
const start = (t: TestContext) => testApp(t, { ownModules: [createInvoices] });

test('an invoice is a draft, then issued, then paid; each step is announced once', async (t) => {
  const app = await start(t);
  const sara = await member(app);

  const { status, body: draft } = await sara.post('/invoices', NEW);
  const early = await sara.put(`/invoices/${draft.id}/pay`);
  const steps = [];
  for (const step of ['issue', 'issue', 'pay', 'pay', 'issue'])
    steps.push((await sara.put(`/invoices/${draft.id}/${step}`)).body.status);

  assert.deepEqual([status, draft.status, draft.amount], [201, 'draft', NEW.amount]);
  assert.deepEqual([early.status, early.body.code], [409, 'invoices.not_issued']);
  assert.deepEqual(steps, ['issued', 'issued', 'paid', 'paid', 'paid']);
  const ref = { invoiceId: draft.id, ownerId: sara.id };
  assert.deepEqual(await published(app, invoiceEvents.issued), [ref]);
  assert.deepEqual(await published(app, invoiceEvents.paid), [ref]);
  assert.equal((await sara.get('/invoices?status=paid')).body.totalCount, 1);
  assert.equal((await sara.get('/invoices?status=draft')).body.totalCount, 0);
});

test('completing the todo issues the drafts that wait for it, and no others', async (t) => {
  const app = await start(t);
  const sara = await member(app);
  const { body: todo } = await sara.post('/todos', { description: 'طراحی جلد' });
  const { body: waiting } = await sara.post('/invoices', { ...NEW, todoId: todo.id });
  await sara.post('/invoices', NEW);

  await sara.put(`/todos/${todo.id}/complete`);
  await app.drain();

  const { body } = await sara.get('/invoices?status=issued');
  assert.deepEqual(
    body.items.map(({ id }: { id: string }) => id),
    [waiting.id],
  );
});

test('the owner of an overdue invoice gets one mail', async (t) => {
  const app = await start(t);
  const sara = await member(app);
  const dueOn = new Date().toISOString().slice(0, 10);
  const { body } = await sara.post('/invoices', { ...NEW, dueOn });
  await sara.post('/invoices', { ...NEW, customer: 'a draft', dueOn });
  await sara.put(`/invoices/${body.id}/issue`);
  const before = await subjects(app, sara.email);

  await runJob(app, 'invoices.remind');
  const inTime = await subjects(app, sara.email);
  app.pass(2 * DAY_MS);
  await runJob(app, 'invoices.remind');
  await runJob(app, 'invoices.remind');

  assert.deepEqual(inTime, before);
  assert.deepEqual(await subjects(app, sara.email), [`Not paid yet: ${NEW.customer}`, ...before]);
});

test('the invoice of another user looks as if it did not exist', async (t) => {
  const app = await start(t);
  const sara = app.signIn(read, write);
  const reza = app.signIn(read, write);
  const { body } = await sara.post('/invoices', NEW);

  for (const step of ['issue', 'pay']) {
    const { status, body: problem } = await reza.put(`/invoices/${body.id}/${step}`);
    assert.deepEqual([status, problem.code], [404, 'invoices.not_found']);
  }
  assert.equal((await reza.get('/invoices')).body.totalCount, 0);
});

test('making an invoice needs the permission', async (t) => {
  const app = await start(t);

  const { status, body } = await app.signIn(read).post('/invoices', NEW);

  assert.deepEqual([status, body.permission], [403, write.code]);
});

test('the export has the invoices, and deleting the account deletes them', async (t) => {
  const app = await start(t);
  const sara = await member(app);
  const { body } = await sara.post('/invoices', NEW);
  const own = app.modules.find(({ name }) => name === 'invoices');

  const exported = await own?.privacy.export(sara.id);
  await sara.delete('/users/me');
  await app.drain();

  assert.deepEqual(exported, [body]);
  assert.equal((await app.database.pool.query('select from invoices.invoice')).rowCount, 0);
});
