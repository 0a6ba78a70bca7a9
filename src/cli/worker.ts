import type { Command } from './command.ts';
import { GRACE_MS, untilAborted, withService } from './context.ts';

export const worker: Command = {
  name: 'worker',
  summary: 'Start a process that runs background workers only',
  options: {},
  help: 'Uses the same database as the server: the embedded one of BONYAN_DATA_DIR, or DATABASE_URL.',
  run: () =>
    withService('worker', async (app, _, stop) => {
      await app.prepare();
      app.background.start();
      console.log('Bonyan worker runs.');
      await untilAborted(stop);
      await app.background.stop(GRACE_MS);
    }),
};
