import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testApp } from '#testing/app.ts';
import { loggingPermissions } from '../contract.ts';

const DAY_MS = 86_400_000;

test('the words that a day leaves in its lists are in its index after the run that follows midnight', async (t) => {
  const app = await testApp(t);
  const day = app.now().toISOString().slice(0, 10).replaceAll('-', '');
  /** Empties the lists, and answers how many pages they had. */
  const countPages = async () => {
    const { rows } = await app.database.pool.query<{ pages: number }>(
      `select sum(gin_clean_pending_list(i.indexrelid))::int as pages from pg_index i
       join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam and a.amname = 'gin'
       where i.indrelid in ('logging.event_${day}'::regclass, 'logging.word_${day}'::regclass)`,
    );
    return rows[0]?.pages ?? 0;
  };
  const job = app.modules.flatMap(({ jobs = [] }) => jobs).find(({ name }) => name === 'logging.close_day');
  const sara = app.signIn(loggingPermissions.write);
  const send = () => sara.post('/logging/events', { message: 'in the last second' });
  await send();
  const filled = await countPages();
  await send();
  app.pass(DAY_MS); // before this process empties the lists of its day

  await job?.run(new AbortController().signal);

  assert.ok(filled > 0);
  assert.equal(await countPages(), 0);
});
