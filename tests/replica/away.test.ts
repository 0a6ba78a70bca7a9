import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { todoPermissions } from '#modules/todos/contract.ts';
import { openRequestScope } from '#platform/database/requests/request-scope.ts';
import { eventually } from '#testing/servers/streaming-replica.ts';
import { answered, healthOf, openPair, untilUsed } from './pair.ts';

const { read, write } = todoPermissions;

const SLEEPING = `select exists (select from pg_stat_activity
  where state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid())`;

test(
  'a replica that hangs, dies and comes back makes some reads slower and none wrong',
  { timeout: 180_000 },
  async (t) => {
    const { app, replica, toReplica, toPrimary } = await openPair(t);
    const sara = app.signIn(read, write);
    const wrong: unknown[] = [];
    const readOnly = () => sara.get('/todos'); // under load a replica is behind whoever reads right after each write
    async function writeAndRead(): Promise<number> {
      const { body: todo } = await sara.post('/todos', { description: 'x' });
      const beganMs = performance.now();
      const { status, body } = await sara.get('/todos');
      if (status !== 200 || body.items[0].id !== todo.id) wrong.push(body);
      return performance.now() - beganMs;
    }
    await untilUsed(app, readOnly);

    toReplica.swallow(); // its connections hang
    const slowestMs = Math.max(...(await inTurn(20, writeAndRead)));
    const hung = await healthOf(app);
    toReplica.heal();
    await untilUsed(app, readOnly);
    await replica.kill();
    await inTurn(20, writeAndRead);
    const [killed, isReady] = [await healthOf(app), await app.health.isReady()];
    await replica.revive();
    await untilUsed(app, readOnly);
    await toPrimary.cut(); // it receives nothing, and answers
    await inTurn(20, writeAndRead);
    const used = answered(app);
    await eventually(async () => (await healthOf(app))?.status === 'unhealthy', 'health says that it is behind');
    await inTurn(20, writeAndRead);
    const behind = answered(app);
    await toPrimary.restore();
    await untilUsed(app, readOnly);

    assert.deepEqual(wrong, []);
    t.diagnostic(`the slowest read while it hung: ${Math.round(slowestMs)} ms`);
    assert.ok(slowestMs < 5000);
    assert.deepEqual([hung?.status, killed?.status, isReady], ['unhealthy', 'unhealthy', true]);
    assert.equal(behind, used);
  },
);

test(
  'a statement that a replica is at when it falls silent is answered by the primary',
  { timeout: 60_000 },
  async (t) => {
    const { app, replica, toReplica } = await openPair(t);
    const db = app.database.forModule<never>();
    const sara = app.signIn(read, write);
    const scope = Object.assign(openRequestScope(), { isReading: true });
    await untilUsed(app, () => sara.get('/todos'));

    const reading = app.database.scopes.run(scope, () =>
      sql<{ is: boolean }>`select pg_is_in_recovery() as is, pg_sleep(3)`.execute(db.read),
    );
    await eventually(async () => Boolean(await replica.ask(SLEEPING)), 'the replica is at it');
    toReplica.swallow();
    await sara.get('/todos');
    const { rows } = await reading;
    toReplica.heal();

    assert.equal(rows[0]?.is, false);
  },
);

async function inTurn<R>(times: number, work: () => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < times; at++) results.push(await work());
  return results;
}
