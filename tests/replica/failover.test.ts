import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { auditPermissions } from '#modules/audit/contract.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { testApp } from '#testing/app.ts';
import {
  eventually,
  lastFirst,
  openPrimary,
  openReplica,
  type TestServer,
} from '#testing/servers/streaming-replica.ts';
import { checkpointOf, recordMany, reportOf, verdictOf } from '#testing/trail/trail.ts';
import { openProxy, toPostgres } from '../faults/proxy.ts';
import { healthOf, openPair } from './pair.ts';

const { read, write } = todoPermissions;
const bounded = { timeout: 180_000 };
const CLIENTS = 4;
const MANY = 100;

const todosOf = async ({ ask }: TestServer, ids: Iterable<string>) =>
  Number(await ask(`select count(*) from todos.todo where id = any('{${[...ids].join()}}')`));

test(
  'with a synchronous standby nothing that was acknowledged is lost when it is promoted',
  bounded,
  async (parent) => {
    const t = lastFirst(parent);
    const primary = await openPrimary(t);
    const address = await openProxy(t, toPostgres(primary.url).target);
    const replica = await openReplica(t, primary);
    const url = toPostgres(primary.url).through(address.port);
    const app = await testApp(t, { databaseUrl: url, environment: { DATABASE_REPLICA_URL: replica.url } });
    const sara = app.signIn(read, write);
    await primary.ask(`alter system set synchronous_standby_names = 'replica'`);
    await primary.ask('select pg_reload_conf()');
    const isSynchronous = `select count(*) from pg_stat_replication where sync_state = 'sync'`;
    await eventually(async () => Number(await primary.ask(isSynchronous)) === 1, 'the standby is synchronous');
    const acknowledged = new Set<string>();
    const statuses = new Set<number>();
    let isOver = false;
    const clients = Array.from({ length: CLIENTS }, async () => {
      while (!isOver) {
        const { status, body } = await sara.post('/todos', { description: 'x' });
        statuses.add(status);
        if (status === 201) acknowledged.add(body.id);
      }
    });

    await eventually(() => acknowledged.size > MANY, 'todos are created');
    await primary.kill();
    const [before, refused] = [acknowledged.size, await sara.post('/todos', { description: 'x' })];
    await replica.ask('select pg_promote()');
    address.move(toPostgres(replica.url).target);
    await eventually(() => acknowledged.size > before + MANY, 'todos are created again, by the same process');
    isOver = true;
    await Promise.all(clients);

    assert.equal(await todosOf(replica, acknowledged), acknowledged.size);
    assert.equal(refused.status, 503);
    assert.deepEqual(
      [...statuses].toSorted((one, other) => one - other),
      [201, 503],
    );
    assert.equal((await sara.get('/todos')).status, 200);
    assert.match(String((await healthOf(app))?.lastError), /after a promotion/);
    assert.equal(await app.health.isReady(), true);
  },
);

test(
  'with an asynchronous one the last writes are lost, and the anchored trail says how many entries',
  bounded,
  async (parent) => {
    const t = lastFirst(parent);
    const folder = await mkdtemp(join(tmpdir(), 'bonyan-anchor-'));
    t.after(() => rm(folder, { recursive: true }));
    const environment = { BONYAN_AUDIT_ANCHOR_FILE: join(folder, 'anchors') };
    const { app, primary, replica, toPrimary, open } = await openPair(t, environment);
    const sara = app.signIn(read, write);
    await recordMany(app, 4);
    const { body: kept } = await sara.post('/todos', { description: 'kept' });
    const { key, size } = await headOf(app);
    const head = await checkpointOf(app);
    const isSent = `select replay_lsn >= pg_current_wal_insert_lsn() from pg_stat_replication`;
    await eventually(async () => (await primary.ask(isSent)) === true, 'the replica has everything');

    toPrimary.swallow();
    await recordMany(app, 3);
    const { body: lost } = await sara.post('/todos', { description: 'lost' });
    await app.audit.anchor();
    await primary.kill();
    await replica.ask('select pg_promote()');
    const next = await open(replica.url);
    const found = await todosOf(replica, [kept.id, lost.id]);
    const [shrunk, offline] = [await reportOf(next), await verdictOf(next, { keys: [key], checkpoints: [head] })];
    await next.audit.acceptRestore({ lost: size + 3, reason: 'the primary died, and its last changes with it' });
    await recordMany(next, 5);
    const accepted = await reportOf(next);

    assert.equal(found, 1);
    assert.deepEqual([shrunk.isValid, shrunk.firstBreak?.kind], [false, 'truncated']);
    assert.equal(offline.firstBreak, null);
    assert.equal(accepted.isValid, true, JSON.stringify(accepted));
  },
);

async function headOf(app: Awaited<ReturnType<typeof testApp>>) {
  const { body } = await app.signIn(auditPermissions.read).get('/audit/keys');
  const { rows } = await app.database.pool.query<{ size: number }>('select size::int from audit.head');
  return { key: String(body.items[0].verifierKey), size: rows[0]?.size ?? 0 };
}
