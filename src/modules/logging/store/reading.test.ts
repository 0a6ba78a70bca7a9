import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { testApp } from '#testing/app.ts';
import { loggingPermissions } from '../contract.ts';
import type { LoggingTables } from '../tables.ts';
import { createReading } from './reading.ts';

test('what is long is read only for those who need it', async (t) => {
  const app = await testApp(t);
  const client = app.signIn(loggingPermissions.write);
  await client.post('/logging/events', { message: 'long', sourceService: 'shop', payload: { order: 12 } });
  const reading = createReading({ db: app.database.forModule<LoggingTables>(), archived: null });
  const textsOf = async (omitted: readonly ('message' | 'payload')[]) => {
    const every = { text: '1', values: {} };
    const [row] = await reading.list(sql`true`, every, 'asc', 1, {}, omitted);
    return [row?.message, row?.payloadText, row?.sourceService];
  };

  assert.deepEqual(
    [await textsOf([]), await textsOf(['payload']), await textsOf(['payload', 'message'])],
    [
      ['long', '{"order":12}', 'shop'],
      ['long', '{}', 'shop'],
      ['', '{}', 'shop'],
    ],
  );
});
