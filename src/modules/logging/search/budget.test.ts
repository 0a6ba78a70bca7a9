import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { testApp } from '#testing/app.ts';
import { createReading } from '../store/reading.ts';
import type { LoggingTables } from '../tables.ts';
import { createSearch } from './service.ts';

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

test('events around one that are not found in time are not said to be none', async (t) => {
  const { search, newestId } = await open(t);

  const { before, complete } = await search.context(newestId, {});

  assert.deepEqual([before, complete], [[], false]);
});
