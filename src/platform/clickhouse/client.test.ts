import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clickHouseUrl, withoutClickHouse } from '#testing/logging/stores.ts';
import { openClickHouse } from './client.ts';

const IN_TIME_MS = 5000;
const TOO_SHORT_MS = 0.01; // shorter than any way to the server and back

test('no rows are an answer in time, and no answer when they come late', { skip: withoutClickHouse }, async (t) => {
  const { driver, close } = openClickHouse(clickHouseUrl, { current: () => undefined });
  t.after(close);
  const none = { text: 'select number from numbers(1) where number in (select 1)', values: {} };

  assert.deepEqual(await driver.port.select(none, IN_TIME_MS), []);
  assert.equal(await driver.port.select(none, TOO_SHORT_MS), null);
});
