import { adoptDatabase } from '#platform/events/adoption.ts';
import type { Command } from '../command.ts';
import { withApp } from '../context.ts';

export const adopt: Command = {
  name: 'adopt',
  summary: 'Make the event log of a copied database fit its new PostgreSQL server',
  options: {},
  help: 'For a database that was copied by other means than `bonyan restore`, such as pg_dump, when the start refuses it. Stop all\nprocesses of the installation first. Events that were not delivered are delivered once and in order afterwards.',
  run: () =>
    withApp('command', async (app) => {
      const undelivered = await adoptDatabase(app.database.directUrl);
      console.log(`The event log belongs to this server now. ${undelivered} events wait for their consumers.`);
      return 0;
    }),
};
