import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { observabilityPermissions } from '#modules/observability/contract.ts';
import { replayQueue } from '#modules/observability/replays/service.ts';
import { startServer, temporaryDataDir } from '../story/server.ts';
import { openProxy, url as broker } from '#testing/rabbitmq.ts';
import { openStage, SECRET, until } from './stage.ts';

const SHOWN_MS = 30_000; // as the specification promises

test('a killed worker and a queue that grows are shown within 30 seconds', { timeout: 120_000 }, async (t) => {
  const { app, closing } = await openStage(t);
  const { dataDir, remove } = temporaryDataDir();
  closing.push(remove);
  const environment = { DATABASE_URL: app.databaseUrl, BONYAN_SECRET: SECRET };
  const worker = startServer(dataDir, environment, 'worker');
  closing.push(worker.kill);
  await worker.started;
  const operator = app.signIn(observabilityPermissions.read);
  const problems = async (): Promise<string[]> => {
    const { body } = await operator.get('/dashboard/orchestration-health');
    return body.problems.map(({ text }: { text: { en: string } }) => text.en);
  };
  await until(async () => (await problems()).length === 0, SHOWN_MS, 'a healthy start');

  await worker.kill();
  const enqueue = ({ enqueue: add }: AnyUnit) => Promise.resolve(add(replayQueue, { ref: newId() }));
  await app.database.units.write(system('observability'), enqueue);

  const shows = (text: RegExp) => until(async () => text.test(String(await problems())), SHOWN_MS, String(text));
  const tookMs = await Promise.all([
    shows(/worker \d+ on \S+ has sent no heartbeat/),
    shows(/work of queue observability\.replay has waited/),
    shows(/no process delivers events and runs work/),
  ]);
  t.diagnostic(`shown after ${tookMs.join(', ')} ms`);
  const next = startServer(dataDir, environment, 'worker');
  closing.push(next.kill);
  await until(async () => (await problems()).length === 0, SHOWN_MS, 'healthy again');
  assert.deepEqual(await problems(), []);
});

test(
  'a broker that is cut off is shown within 30 seconds, and is well again when it is back',
  { timeout: 120_000, skip: broker === '' && 'TEST_AMQP_URL is not set' },
  async (t) => {
    const proxy = await openProxy(t);
    const prefix = `t${process.pid}`;
    const { app } = await openStage(t, { AMQP_URL: proxy.url, BONYAN_AMQP_PREFIX: prefix });
    const operator = app.signIn(observabilityPermissions.read);
    const status = async (): Promise<string> =>
      (await operator.get('/dashboard/orchestration-health')).body.broker.status;
    await until(async () => (await status()) === 'healthy', SHOWN_MS, 'a healthy broker');

    proxy.cut();

    await until(async () => (await status()) !== 'healthy', SHOWN_MS, 'a broker that is away');
    proxy.mend();
    await until(async () => (await status()) === 'healthy', SHOWN_MS, 'a broker that is back');
  },
);
