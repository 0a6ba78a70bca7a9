import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { defineHandler, type JobHandler } from '#platform/jobs/port.ts';
import { schedulerPermissions } from '../contract.ts';

/** Does nothing, for as long as asked: to try schedules, overlaps and time limits. */
export const noop: JobHandler = defineHandler({
  type: 'platform.noop',
  description: 'Does nothing, or waits, or fails: to try out schedules',
  payload: Type.Object({
    waitMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 3_600_000 })),
    fails: Type.Optional(Type.Boolean({ description: 'Each attempt fails' })),
  }),
  permission: schedulerPermissions.write,
  async run({ payload: { waitMs = 0, fails = false }, signal }) {
    if (waitMs > 0) await sleep(waitMs, undefined, { signal });
    if (fails) throw new Error('it fails, as its payload says');
  },
});
