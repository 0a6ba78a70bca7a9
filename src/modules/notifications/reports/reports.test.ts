import assert from 'node:assert/strict';
import { test } from 'node:test';
import { member } from '#testing/accounts.ts';
import { startSmtpServer } from '#testing/servers/smtp-server.ts';
import { testApp } from '#testing/app.ts';
import { notificationPermissions } from '../contract.ts';

const { read, write, templates, reports } = notificationPermissions;
const raw = { channel: 'email', subject: 'Hello', body: '=1+1' };

test('reports show totals, success and latency, and the details behind them', async (t) => {
  const smtp = await startSmtpServer(t);
  const app = await testApp(t, { environment: { SMTP_URL: smtp.url } });
  const sara = app.signIn(read, write, reports);
  for (const recipient of ['one@example.com', 'two@example.com', 'three@example.com', 'bounce@example.com'])
    await sara.post('/notifications', { ...raw, recipient });
  await app.drain();

  const { body } = await sara.get('/notifications/reports/summary?channel=email');
  const failed = (await sara.get('/notifications/reports/details?status=failed')).body;
  const none = (await sara.get('/notifications/reports/summary?channel=sms')).body;

  assert.equal(body.totalCount, 4);
  assert.deepEqual(body.totals, [
    { channel: 'email', status: 'failed', count: 1 },
    { channel: 'email', status: 'sent', count: 3 },
  ]);
  assert.equal(body.successRate, 0.75);
  for (const [latency] of [body.latency.byChannel, body.latency.byProvider, body.latency.byHour])
    assert.ok(latency.count === 3 && latency.p50Ms > 0 && latency.p50Ms <= latency.p99Ms);
  const [detail] = failed.items;
  assert.deepEqual([failed.totalCount, detail.recipient, detail.attemptCount], [1, 'b***@example.com', 1]);
  assert.match(detail.lastError, /550|refused/);
  assert.deepEqual([none.totalCount, none.successRate], [0, null]);
});

test('reports distinguish templates, and apply each of their filters', async (t) => {
  const smtp = await startSmtpServer(t);
  const app = await testApp(t, { environment: { SMTP_URL: smtp.url } });
  const sara = app.signIn(read, write, templates, reports);
  for (const name of ['shop.welcome', 'shop.farewell']) {
    const template = { name, channel: 'email', language: 'en', bodyTemplate: 'x' };
    const { body } = await sara.post('/notifications/templates', template);
    for (const recipient of ['one@example.com', 'two@example.com', 'bounce@example.com'])
      await sara.post('/notifications', { channel: 'email', recipient, templateId: body.id, category: 'product' });
  }
  await sara.post('/notifications', { ...raw, recipient: 'one@example.com' });
  await app.drain();
  // The summary counts whole hours.
  const [past, future] = [-2, 2].map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString());
  const summary = async (query: string) => (await sara.get(`/notifications/reports/summary?${query}`)).body;
  const countOf = async (query: string) => {
    const { totalCount } = (await sara.get(`/notifications/reports/details?${query}`)).body;
    assert.equal((await summary(query)).totalCount, totalCount, query);
    return totalCount;
  };

  const { latency } = await summary('');
  const counts = latency.byTemplate.map(({ key, count }: { key: string; count: number }) => [key, count]);
  assert.deepEqual(counts, [['shop.farewell', 2], ['shop.welcome', 2]]); // prettier-ignore
  assert.equal(await countOf('template=shop.welcome'), 3);
  assert.equal(await countOf('template=shop.welcome&status=failed'), 1);
  assert.equal(await countOf('category=product'), 6);
  assert.equal(await countOf('category=general'), 1);
  assert.equal(await countOf('provider=smtp&status=sent'), 5);
  assert.equal(await countOf('provider=twilio'), 0);
  assert.deepEqual([await countOf(`from=${past}&to=${future}`), await countOf(`to=${past}`)], [7, 0]);
  assert.equal(await countOf(`from=${future}`), 0);
});

test('deliveries to one account are those to its channels, and to nobody else', async (t) => {
  const app = await testApp(t);
  const [sara, reza] = [await member(app), await member(app)];
  const operator = app.signIn(read, write, reports);
  for (const channel of ['email', 'inApp'])
    await operator.post('/notifications', { channel, subject: 'Hello', body: 'x', recipient: sara.id });
  await operator.post('/notifications', { ...raw, recipient: reza.email });
  await app.drain();
  const found = async (query: string) => {
    const { items } = (await operator.get(`/notifications/reports/details?${query}`)).body;
    return (items as { channel: string; category: string }[])
      .filter(({ category }) => category === 'general')
      .map(({ channel }) => channel);
  };
  const { body: csv } = await app.http.inject({
    url: `/api/v1/notifications/reports/details.csv?userId=${sara.id}&channel=inApp`,
    headers: { 'x-test-caller': operator.userId },
  });

  assert.deepEqual(await found(`userId=${sara.id}`), ['inApp', 'email']);
  assert.deepEqual(await found(`userId=${sara.id}&channel=email&status=sent`), ['email']);
  assert.deepEqual(await found(`userId=${reza.id}&channel=inApp`), []);
  assert.equal((await operator.get('/notifications/reports/details?userId=someone')).status, 400);
  assert.equal(csv.trim().split('\n').length, 2);
});

test('a cell of the CSV that a spreadsheet would run as a formula is text', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write, reports);
  for (const start of ['=', '+', '-'])
    await sara.post('/notifications', { ...raw, recipient: `${start}1@example.com` });
  const { body } = await sara.post('/notifications', { ...raw, recipient: 'sara@example.com' });
  await app.drain();
  await app.database.pool.query(`update notifications.attempt set error = '@SUM(1)' where message_id = $1`, [body.id]);

  const { body: csv } = await app.http.inject({
    url: '/api/v1/notifications/reports/details.csv',
    headers: { 'x-test-caller': sara.userId },
  });

  for (const cell of ["'=***@example.com", "'+***@example.com", "'-***@example.com", "'@SUM(1)"])
    assert.ok(csv.includes(`,${cell},`), cell);
  assert.doesNotMatch(csv, /(^|,)"?[=+@-]/m);
});

test('details are paged, and the CSV has all that match', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(read, write, reports);
  for (let index = 0; index < 5; index++)
    await sara.post('/notifications', { ...raw, recipient: `p${index}@example.com` });

  const first = (await sara.get('/notifications/reports/details?pageSize=3')).body;
  const second = (await sara.get(`/notifications/reports/details?pageSize=3&cursor=${first.nextCursor}`)).body;
  const csv = await app.http.inject({
    url: '/api/v1/notifications/reports/details.csv?channel=email',
    headers: { 'x-test-caller': sara.userId },
  });

  assert.deepEqual([first.items.length, second.items.length, first.totalCount], [3, 2, 5]);
  assert.match(String(csv.headers['content-type']), /^text\/csv/);
  const lines = csv.body.trim().split('\r\n');
  assert.equal(lines.length, 6);
  assert.match(lines[0] ?? '', /^\ufeff?id,createdAt,channel,/);
  assert.ok(lines.slice(1).every((line) => line.includes('p***@example.com')));
});
