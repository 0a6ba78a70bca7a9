import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createDeadline } from '#kernel/limits/deadline.ts';
import { testApp } from '#testing/app.ts';
import { loggingPermissions } from '../contract.ts';
import { createReading } from '../store/reading.ts';
import type { LoggingTables } from '../tables.ts';
import { toConditions } from './conditions.ts';
import { createParts } from './parts.ts';
import { createSearch } from './service.ts';
import { createSlices } from './slices-postgres.ts';

const OTHERS = 6000; // more than are looked at in one call where no index helps

/** Two events of `quiet` with many of `busy` between them, and a search that has no time. */
async function open(t: TestContext) {
  const app = await testApp(t);
  const db = app.database.forModule<LoggingTables>();
  const { rows } = await app.database.pool.query<{ id: string }>(
    `insert into logging.event (id, received_at, timestamp_utc, level, message, source_service, tags, payload, pattern,
       fingerprint, checksum, tokens)
     select gen_random_uuid(), now(), now() - n * interval '1 second', 3, 'common',
       case when n in (0, ${OTHERS}) then 'quiet' else 'busy' end, '{}', '{}', '', '', '', 'common:1'
     from generate_series(0, ${OTHERS}) n returning id`,
  );
  const reading = createReading({ db, archived: null });
  const search = createSearch({ db, now: app.now, archived: null, events: reading, budgetMs: 0 });
  return { search, newestId: rows[0]?.id ?? '' };
}

test('what is not found in time is not said to be all, wherever it is asked', async (t) => {
  const { search, newestId } = await open(t);

  const { before, complete } = await search.context(newestId, {});
  const answers = {
    list: await search.search({}),
    words: await search.search({ query: 'common' }),
    part: await search.search({ query: '*ommo*' }),
    histogram: await search.histogram({}),
    facet: await search.facet({ query: 'common', field: 'pattern' }),
  };

  assert.deepEqual([before, complete], [[], false]);
  assert.deepEqual(
    Object.entries(answers).filter(([, answer]) => answer.complete),
    [],
  );
  assert.deepEqual([answers.list.totalCount, typeof answers.list.nextCursor], [null, 'string']);
  assert.deepEqual([answers.histogram.sampled, answers.facet.sampled], [true, true]);
});

test('parts of words that are not looked up in time find what others find', async (t) => {
  const app = await testApp(t);
  const client = app.signIn(loggingPermissions.write);
  const messages = ['payment time out', 'payment time well', 'سفارش ثبت شد', 'out of time', 'repayment times'];
  await client.post('/logging/events/bulk', { events: messages.map((message) => ({ message })) });
  const slices = createSlices({ db: app.database.forModule<LoggingTables>() });
  const parts = createParts(slices);
  const findBy = async (query: string, lookUpMs: number) => {
    const conditions = await toConditions({ query }, parts, createDeadline(lookUpMs));
    const range = { fromMs: 0, toMs: Date.now() + 60_000, after: null, limit: 10, budgetMs: 10_000 };
    const { rows } = await slices.search({ conditions, direction: 'asc', ...range });
    return rows.map(({ message }) => message);
  };
  const found: Record<string, string[]> = {};

  for (const query of [
    '*ayment*',
    '*ment',
    '*men',
    '*فار*',
    '*"ment time"*',
    '*"ment time"',
    '*"ment tim"',
    '*im* -*well*',
    '*ut OR *iel*',
  ]) {
    found[query] = await findBy(query, 10_000);
    assert.deepEqual(await findBy(query, 0), found[query], query);
  }

  assert.deepEqual(
    Object.values(found).map((list) => list.length),
    [3, 3, 0, 1, 3, 2, 0, 3, 2],
  );
});
