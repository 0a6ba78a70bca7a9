import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSmtpServer } from '#platform/mail/fixture.ts';
import { testApp } from '#testing/app.ts';
import { notificationPermissions } from './contract.ts';

const { read, write, reports } = notificationPermissions;
const raw = { channel: 'email', subject: 'Hello', body: '=1+1' };

test('reports tell totals, success and latency, and the details behind them', async (t) => {
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

test('details are paged, and come as CSV with all that match', async (t) => {
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
