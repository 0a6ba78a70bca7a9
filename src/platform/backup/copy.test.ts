import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import pg from 'pg';
import { emptyDatabase } from '#testing/backup/probe.ts';
import { copyIn, copyOut } from './copy.ts';

const LINES = `copy (select repeat('x', 1000) from generate_series(1, 20000)) to stdout`; // more than is read ahead

test('a copy whose end is not read, for whatever reason, leaves a connection that answers', async (t) => {
  const url = await emptyDatabase(t);
  const reasons: Readonly<Record<string, (from: pg.Client, to: pg.Client) => Promise<unknown>>> = {
    'the other side refuses it': async (from, to) => {
      await to.query('create temp table number (of int)');
      await assert.rejects(copyIn(to, 'copy number from stdin', copyOut(from, LINES)), { code: '22P02' });
    },
    'the other side is lost': async (from, to) => {
      await to.query('create temp table line (of text)');
      const { rows } = await to.query<{ pid: number }>('select pg_backend_pid() as pid');
      async function* content() {
        let isFirst = true;
        for await (const chunk of copyOut(from, LINES)) {
          if (isFirst) await endSession(url, rows[0]?.pid ?? 0);
          isFirst = false;
          yield chunk;
        }
      }
      await assert.rejects(copyIn(to, 'copy line from stdin', content()));
    },
    'its reader stops': async (from) => {
      for await (const chunk of copyOut(from, LINES)) if (chunk.length > 0) break;
    },
  };
  for (const [reason, stop] of Object.entries(reasons)) {
    const [from, to] = [await connection(t, url), await connection(t, url)];

    await stop(from, to);
    const { rows } = await from.query('select 1 as one');

    assert.deepEqual(rows, [{ one: 1 }], reason);
  }
});

async function connection(t: TestContext, url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  t.after(() => client.end().catch(() => {}));
  return client;
}

async function endSession(url: string, pid: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('select pg_terminate_backend($1, 5000)', [pid]);
  await client.end();
}
