import { setTimeout as pause } from 'node:timers/promises';
import { Type } from 'typebox';
import { schedulerPermissions } from '../../../src/modules/scheduler/contract.ts';
import { defineHandler, type JobHandler } from '../../../src/platform/jobs/port.ts';

/** What the jobs of the shop do: one of them fails, as its supplier does not answer. */
export const handlers: readonly JobHandler[] = [
  handler('shop.fetch_prices', 'Reads the price list of a supplier', 700),
  handler('shop.send_newsletter', 'Sends the newsletter to all who want it', 400),
  handler('shop.back_up', 'Copies orders and pictures', 1200),
  handler(
    'shop.compare_stock',
    'Compares the shop with the warehouse',
    300,
    'the warehouse answered 503 Service Unavailable',
  ),
  handler('shop.clean_up', 'Deletes old carts', 150),
];

function handler(type: string, description: string, ms: number, failure?: string): JobHandler {
  return defineHandler({
    type,
    description,
    payload: Type.Object({ source: Type.Optional(Type.String()) }),
    permission: schedulerPermissions.write,
    async run({ log, report }) {
      log('connected');
      report(40);
      await pause(ms + Math.random() * ms);
      log('read 128 rows in 4 pages');
      if (failure !== undefined) throw new Error(failure);
      log('wrote 128 rows, 6 of them new');
    },
  });
}
