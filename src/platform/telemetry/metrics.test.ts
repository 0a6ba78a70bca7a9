import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '#kernel/id.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { observabilityPermissions } from '#modules/observability/contract.ts';
import { toPrometheusText } from './prometheus.ts';
import { createRegistry, SERIES_LIMIT } from './registry.ts';
import { DURATION_BOUNDS } from './requests.ts';

interface Found {
  readonly data: { readonly result: unknown[] };
}

const TOKEN = 'only-for-tests-token';
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const isThere = (program: string) => spawnSync(program, ['--version']).status === 0;

const read = async ({ http }: TestApp) =>
  (await http.inject({ url: '/metrics', headers: bearer(TOKEN) })).body.split('\n');
const count = (lines: readonly string[], start: string) => lines.filter((line) => line.startsWith(start)).length;

test('paths and users without number do not make more series', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_METRICS_TOKEN: TOKEN } });
  const call = async (url: string) => void (await app.http.inject({ url }));
  await call(`/api/v1/todos/${newId()}`);
  await call('/nothing');
  const before = (await read(app)).filter((line) => line.includes('http_'));

  for (let n = 0; n < 3333; n++)
    await Promise.all([`/api/v1/todos/${newId()}`, `/nothing/${n}`, `/api/v1/files/${newId()}?x=${n}`].map(call));
  for (let n = 0; n < 100; n++) await app.signIn().get('/todos');
  const after = (await read(app)).filter((line) => line.includes('http_'));

  assert.ok(after.length <= before.length + 4 * (DURATION_BOUNDS.length + 5), `${before.length}, ${after.length}`);
  assert.ok(after.some((line) => /^bonyan_http_requests_total\{.*route="unknown".*\} 3334$/.test(line)));
  assert.doesNotMatch(after.join(), /nothing|x=/);
});

test('beyond its limit a family counts under `other`, and nothing is lost', async () => {
  const registry = createRegistry(() => {});
  const add = registry.counter({ name: 'bonyan_some_total', help: 'x', labels: ['a', 'b'] });

  for (let n = 0; n < 10_000; n++) add(String(n), 'b');
  for (let n = 0; n < 10_000; n++) add(String(n), 'b');

  const lines = (await toPrometheusText(await registry.collect())).split('\n');
  const values = lines.filter((line) => line.startsWith('bonyan_some_total{'));
  const total = values.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0);
  assert.deepEqual([values.length, total], [SERIES_LIMIT, 20_000]);
  assert.ok(lines.includes('bonyan_some_total{a="other",b="other"} 16002'));
  assert.ok(lines.includes('bonyan_metrics_overflow_total{family="bonyan_some_total"} 16002'));
});

test('beyond its limit a gauge shows the sum of the others, and of ages the greatest', async () => {
  const registry = createRegistry(() => {});
  const samples = Array.from({ length: SERIES_LIMIT + 10 }, (_, n) => ({ labels: [String(n)], value: n }));
  for (const name of ['bonyan_some', 'bonyan_some_seconds'])
    registry.gauge({ name, help: 'x', labels: ['a'], read: () => samples });

  const families = await registry.collect();

  const shown = (name: string) => families.find((family) => family.name === name)?.samples ?? [];
  const last = SERIES_LIMIT + 9;
  assert.deepEqual(
    [shown('bonyan_some').length, shown('bonyan_some').at(-1)],
    [SERIES_LIMIT, { labels: ['other'], value: (11 * (last + last - 10)) / 2 }],
  );
  assert.deepEqual(shown('bonyan_some_seconds').at(-1), { labels: ['other'], value: last });
});

test('a gauge that does not answer is left out in time, and the others are there', async (t) => {
  const failed: string[] = [];
  const registry = createRegistry((family) => void failed.push(family));
  registry.gauge({ name: 'bonyan_silent', help: 'x', labels: [], read: () => new Promise<never>(() => {}) });
  registry.gauge({ name: 'bonyan_whole', help: 'x', labels: [], read: () => [{ labels: [], value: 1 }] });
  t.mock.timers.enable({ apis: ['setTimeout'] });

  const collecting = registry.collect();
  t.mock.timers.tick(5000);
  const samples = Object.fromEntries((await collecting).map((family) => [family.name, family.samples.length]));

  assert.deepEqual([samples['bonyan_silent'], samples['bonyan_whole'], failed], [0, 1, ['bonyan_silent']]);
});

test('a gauge that cannot be read is left out, and the others are there', async () => {
  const failed: string[] = [];
  const registry = createRegistry((family) => void failed.push(family));
  registry.gauge({ name: 'bonyan_broken', help: 'x', labels: [], read: () => Promise.reject(new Error('away')) });
  registry.gauge({ name: 'bonyan_whole', help: 'x', labels: [], read: () => [{ labels: [], value: 1 }] });

  const text = await toPrometheusText(await registry.collect());

  assert.match(text, /^bonyan_whole 1$/m);
  assert.doesNotMatch(text, /broken/);
  assert.deepEqual(failed, ['bonyan_broken']);
});

test('only the token and callers with observability.read may see the metrics', async (t) => {
  const app = await testApp(t, { environment: { BONYAN_METRICS_TOKEN: TOKEN } });
  const withoutToken = await testApp(t);
  const statusOf = async ({ http }: TestApp, headers: Record<string, string>) =>
    (await http.inject({ url: '/metrics', headers })).statusCode;
  const as = (...permissions: Parameters<TestApp['signIn']>) => ({
    'x-test-caller': app.signIn(...permissions).userId,
  });

  assert.equal(await statusOf(app, bearer(TOKEN)), 200);
  assert.equal(await statusOf(app, as(observabilityPermissions.read)), 200);
  assert.equal(await statusOf(app, as()), 403);
  assert.equal(await statusOf(app, {}), 401);
  assert.equal(await statusOf(app, bearer(`${TOKEN}x`)), 401);
  assert.equal(await statusOf(withoutToken, bearer('null')), 401);
});

test('the metrics of 300 routes cost the event loop less than 10 ms', async () => {
  const registry = createRegistry(() => {});
  const add = registry.counter({
    name: 'bonyan_http_requests_total',
    help: 'x',
    labels: ['method', 'route', 'status'],
  });
  const measure = registry.histogram(
    { name: 'bonyan_http_request_duration_seconds', help: 'x', labels: ['method', 'route'] },
    DURATION_BOUNDS,
  );
  for (let n = 0; n < 3000; n++) {
    for (const status of ['2xx', '4xx']) add('GET', `/api/v1/things/${n % 300}`, status);
    measure(n / 1000, 'GET', `/api/v1/things/${n % 300}`);
  }

  const costs = [];
  for (let run = 0; run < 9; run++) {
    const before = process.threadCpuUsage();
    await toPrometheusText(await registry.collect());
    const { user, system } = process.threadCpuUsage(before);
    costs.push((user + system) / 1000);
  }

  const [median = Infinity] = costs.toSorted((a, b) => a - b).slice(4);
  assert.ok(median < 10, `${median} ms of the processor`);
});

test('promtool accepts the metrics', { skip: !isThere('promtool') && 'promtool is not installed' }, async (t) => {
  const app = await testApp(t, { environment: { BONYAN_METRICS_TOKEN: TOKEN } });
  await app.anonymous.get('/todos');
  const lines = await read(app);

  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: lines.join('\n'),
    encoding: 'utf8',
  });

  assert.equal(status, 0, stdout + stderr);
  for (const name of ['http_request_duration_seconds_bucket', 'outbox_oldest_seconds', 'process_memory_bytes'])
    assert.ok(count(lines, `bonyan_${name}`) > 0, name);
});

test(
  'a real Prometheus reads the metrics',
  { skip: !isThere('prometheus') && 'prometheus is not installed', timeout: 60_000 },
  async (t) => {
    const app = await testApp(t, { environment: { BONYAN_METRICS_TOKEN: TOKEN } });
    const address = await app.http.listen({ host: '127.0.0.1', port: 0 });
    const folder = mkdtempSync(join(tmpdir(), 'bonyan-test-prometheus-'));
    const listen = `127.0.0.1:${40_000 + (process.pid % 20_000)}`;
    const file = join(folder, 'prometheus.yml');
    const target = new URL(address).host;
    writeFileSync(
      file,
      JSON.stringify({
        global: { scrape_interval: '1s' },
        scrape_configs: [
          { job_name: 'bonyan', authorization: { credentials: TOKEN }, static_configs: [{ targets: [target] }] },
        ],
      }),
    );
    const options = [`--config.file=${file}`, `--storage.tsdb.path=${folder}`, `--web.listen-address=${listen}`];
    const prometheus = spawn('prometheus', options, { stdio: 'ignore' });
    t.after(async () => {
      prometheus.kill();
      await once(prometheus, 'exit');
      rmSync(folder, { recursive: true });
    });

    const query = `http://${listen}/api/v1/query?query=bonyan_process_uptime_seconds`;
    let found: unknown[] = [];
    for (let tries = 0; found.length === 0 && tries < 150; tries++) {
      await sleep(200);
      const answer = await fetch(query).catch(() => null);
      found = answer?.ok ? ((await answer.json()) as Found).data.result : [];
    }

    assert.equal(found.length, 1);
  },
);
