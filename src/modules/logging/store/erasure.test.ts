import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#kernel/access.ts';
import { withoutTables } from '#platform/database/port.ts';
import { testApp } from '#testing/app.ts';
import { loggingPermissions } from '../contract.ts';

const { write, read } = loggingPermissions;
const MANY = 1200;
const BATCH = 500;

test('the events of an erased person stay without the person, in bounded batches, and with a checksum', async (t) => {
  const app = await testApp(t);
  const sara = app.signIn(write, read);
  const { userId } = app.signIn();
  const event = { message: `order of ${userId}`, actorId: userId, ip: '192.0.2.1', sessionId: 's' };
  await sara.post('/logging/events/bulk', { events: Array.from({ length: MANY }, () => event) });
  const logging = app.modules.find(({ name }) => name === 'logging');
  const named = async () => {
    const { rowCount } = await app.database.pool.query(
      `select from logging.event where event::text like '%' || $1 || '%' or ip is not null or session_id is not null`,
      [userId],
    );
    return rowCount;
  };

  await app.database
    .forModule()
    .write(system('platform'), (unit) => logging?.privacy.erase(withoutTables(unit), userId) ?? Promise.resolve());
  const first = await named();
  await app.drain();

  assert.deepEqual([first, await named()], [MANY - BATCH, 0]);
  const { body } = await sara.get('/logging/events/corrupted?recalculate=true');
  assert.deepEqual([body.checked, body.items], [MANY, []]);
});
