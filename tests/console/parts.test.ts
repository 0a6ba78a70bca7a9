import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import type { TestApp } from '../../src/testing/app.ts';
import { noBrowser } from '../../src/testing/browser.ts';
import { formOf, releasedFile } from '../../src/testing/files/uploads.ts';
import { openConsole } from './open.ts';
import { asUser } from './people.ts';
import { saveDownloads } from './saving.ts';

const READERS = { subjectType: 'role', subjectValue: 'user', canRead: true };

test('a list that is a part of a page or drawer is exported too, by its own path', { skip: noBrowser }, async (t) => {
  const { app, page, email, signIn, goTo, violations } = await openConsole(t, 'en');
  await signIn();
  const { saved } = await saveDownloads(t, page);
  const { me, shop, hook, job, file } = await fill(app, email);
  const lists = {
    'account/sessions': '/users/sessions',
    'account/keys': '/users/api-keys',
    'account/organisations': '/organisations',
    integrity: '/audit/keys',
    'observability?tab=events': '/observability/events/catalog',
    [`users?open=${me}&tab=access`]: `/users/${me}/sessions`,
    [`users?open=${me}&tab=audit`]: '/audit',
    [`users?open=${me}&tab=files`]: '/files/search',
    [`users?open=${me}&tab=messages`]: '/notifications/reports/details',
    [`organisations?open=${shop}&tab=members`]: `/organisations/${shop}/members`,
    [`organisations?open=${shop}&tab=invitations`]: `/organisations/${shop}/invitations`,
    [`webhooks?open=${hook}&tab=deliveries`]: `/webhooks/${hook}/deliveries`,
    [`scheduler?open=${job}&tab=dependencies`]: `/scheduler/jobs/${job}/dependencies`,
    [`scheduler?open=${job}&tab=access`]: `/scheduler/jobs/${job}/permissions`,
    [`files?open=${file}&tab=versions`]: `/files/${file}/versions`,
    [`files?open=${file}&tab=links`]: `/files/${file}/links`,
    [`files?open=${file}&tab=access`]: `/files/permissions/${file}`,
    [`files?open=${file}&tab=accesses`]: `/files/audit/${file}`,
  };

  const exported: Record<string, string> = {};
  for (const address of Object.keys(lists)) {
    await goTo(address);
    const part = address.includes('open=') ? '[role=dialog]' : 'main';
    await page.locator(`${part} button[aria-label=Export]`).click();
    await page.locator('[role=menuitem]').click();
    const { content } = await saved(() => app.drain());
    const { rows } = await app.database.pool.query<{ path: string; rowCount: number }>(
      'delete from exports.export returning path, row_count',
    );
    const { path = '', rowCount = 0 } = rows[0] ?? {};
    exported[address] = path.slice('/api/v1'.length);
    assert.ok(rowCount > 0, address);
    assert.equal(parse(content, { bom: true }).length, rowCount + 1, address);
  }

  assert.deepEqual(exported, lists);
  assert.deepEqual(violations, []);
});

/** One of each thing with a list in its drawer, and something in each list. */
async function fill(app: TestApp, email: string) {
  const client = await asUser(app, email);
  const ask = async (answered: ReturnType<typeof client.post>): Promise<string> => {
    const { status, body } = await answered;
    assert.ok(status < 300, JSON.stringify(body));
    return body.id;
  };
  const post = (path: string, body: object = {}) => ask(client.post(path, body));
  const newJob = (name: string) => post('/scheduler/jobs', { name, type: 'platform.noop', payload: {} });

  const { body: me } = await client.get('/users/me');
  await post('/users/api-keys', { name: 'Nightly build', scopes: ['todos.read'] });
  const shop = await post('/organisations', { name: 'Book shop' });
  await post(`/organisations/${shop}/invitations`, { email: 'reza@example.com', role: 'user' });
  const hook = await post('/webhooks', { url: 'https://example.com/', eventTypes: ['*'] });
  await post(`/webhooks/${hook}/test`);
  const [dependsOnJobId, job] = [await newJob('First'), await newJob('Second')];
  await post(`/scheduler/jobs/${job}/dependencies`, { dependsOnJobId });
  await ask(client.put(`/scheduler/jobs/${job}/permissions`, READERS));
  const file = await releasedFile(app, client, { content: '{}' });
  await post(`/files/permissions/${file}`, READERS);
  await post(`/files/${file}/share`, { mode: 'public' });
  const { payload, headers } = formOf({ content: '[]' });
  await ask(client.put(`/files/${file}/content`, payload, headers));
  await client.get(`/files/${file}/download`);
  await app.drain();
  return { me: me.id, shop, hook, job, file };
}
