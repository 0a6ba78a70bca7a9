import type { IsolatedRun } from '#platform/jobs/port.ts';

/** Of a test: an isolated handler, which may block its thread for ever. */
const run: IsolatedRun<{ readonly blocks: boolean }> = ({ payload, log, report }) => {
  log('in the thread');
  report(100);
  while (payload.blocks);
};

export default run;
