import type { Command } from './command.ts';
import { withApp } from './context.ts';

export const migrate: Command = {
  name: 'migrate',
  summary: 'Apply missing database migrations, and exit',
  options: {},
  help: 'The server also does this when it starts; use this command to migrate before a roll-out.',
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
