import { eventTables } from '#platform/events/retention.ts';
import type { Command } from './command.ts';
import { withApp } from './context.ts';

export const migrate: Command = {
  name: 'migrate',
  summary: 'Apply missing database migrations, and exit',
  options: { 'grant-to': { type: 'string' } },
  help: '--grant-to ROLE   also lets the login ROLE run the server on these tables, without owning them: repeat it with each\n                  migration\n\nThe server also does this when it starts; use this command to migrate before a roll-out.',
  run: ({ 'grant-to': role }) =>
    withApp('command', async (app) => {
      const applied = await app.database.migrate(app.migrations);
      console.log(
        applied.length === 0
          ? 'The database is up to date.'
          : `Applied:\n${applied.map((name) => `  ${name}`).join('\n')}`,
      );
      if (typeof role === 'string') {
        await app.database.grantTo(
          role,
          app.migrations,
          [...eventTables, ...app.dailyTables].map(({ table }) => table),
        );
        console.log(`${role} may run the server: it reads and writes rows, and cannot change the schema.`);
      }
      return 0;
    }),
};
