import type { Command } from './command.ts';
import { GRACE_MS, untilStopped, withApp } from './context.ts';

export const worker: Command = {
  name: 'worker',
  summary: 'Start a process that runs background workers only',
  options: {},
  help: 'Uses the same database as the server: the embedded one of BONYAN_DATA_DIR, or DATABASE_URL.',
  run: () =>
    withApp('worker', async (app) => {
      const stopped = untilStopped();
      await app.prepare();
      app.background.start();
      console.log('Bonyan worker runs.');
      await stopped;
      await app.background.stop(GRACE_MS);
      return 0;
    }),
};
