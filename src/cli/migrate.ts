import type { Command } from './command.ts';
import { withApp } from './context.ts';

export const migrate: Command = {
  name: 'migrate',
  summary: 'Bring the database to this version, and end',
  options: {},
  help: 'The server does the same when it starts; use this to migrate before a roll-out.',
  run: () =>
    withApp('command', async (app) => {
      const applied = await app.database.migrate(app.migrations);
      console.log(
        applied.length === 0
          ? 'The database is up to date.'
          : `Applied:\n${applied.map((name) => `  ${name}`).join('\n')}`,
      );
      return 0;
    }),
};
