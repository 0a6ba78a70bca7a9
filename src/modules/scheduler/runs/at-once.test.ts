import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { Type } from 'typebox';
import { defineHandler, type JobRun } from '#platform/jobs/port.ts';
import { jobNodes } from '#testing/jobs/nodes.ts';
import { schedulerPermissions } from '../contract.ts';

const JOBS = 60;
// Runs of each job, all due at once: three, so that each claim of eight leaves one of a job to the other node.
const TRIGGERS = ['manual', 'replay', 'manual'];

/** Counts the runs that overlap, by `keyOf`. */
function countOverlaps(keyOf: (run: JobRun<Record<string, unknown>>) => string) {
  const running = new Map<string, number>();
  const seen = { most: 0, begun: 0 };
  async function act(run: JobRun<Record<string, unknown>>): Promise<void> {
    const now = (running.get(keyOf(run)) ?? 0) + 1;
    running.set(keyOf(run), now);
    seen.begun++;
    seen.most = Math.max(seen.most, now);
    await sleep(1); // longer than the beginning of another run
    running.set(keyOf(run), (running.get(keyOf(run)) ?? 0) - 1);
  }
  return { act, seen };
}

test('runs of one job that two nodes begin at the same instant never overlap, whatever has created them', async (t) => {
  const overlaps = countOverlaps(({ jobId }) => jobId);
  const { addJobs, addRuns, drainAll, outcomes } = await jobNodes(t, overlaps.act);
  for (const concurrency of ['forbid', 'replace']) await addJobs(JOBS / 2, { concurrency });
  for (const triggeredBy of TRIGGERS) await addRuns(triggeredBy);

  await drainAll(async () => [...(await outcomes()).values()].every((outcome) => outcome === 'succeeded'));

  assert.deepEqual(overlaps.seen, { most: 1, begun: JOBS * TRIGGERS.length });
});

test('two nodes together begin no more runs of a type than may run at once', async (t) => {
  const overlaps = countOverlaps(() => 'all');
  const limited = defineHandler({
    type: 'probe.limited',
    description: 'Three at once',
    payload: Type.Object({}),
    permission: schedulerPermissions.write,
    maxConcurrent: 3,
    run: overlaps.act,
  });
  const { addJobs, addRuns, drainAll, outcomes } = await jobNodes(t, undefined, [limited]);
  await addJobs(JOBS, { type: 'probe.limited', concurrency: 'allow' });
  await addRuns('manual');

  await drainAll(async () => [...(await outcomes()).values()].every((outcome) => outcome === 'succeeded'));

  assert.equal(overlaps.seen.begun, JOBS);
  assert.ok(overlaps.seen.most <= 3, String(overlaps.seen.most));
});
