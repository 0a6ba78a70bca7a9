/**
 * Views: filters of pages of the console that a user keeps under a name.
 *
 * Offers    `/api/v1/views`.
 * Publishes nothing.
 * Hears     nothing.
 * Stores    schema `views`, one table.
 */
import { withTables, type Db } from '#platform/database/port.ts';
import type { Module } from '#platform/module.ts';
import { audited } from './audited.ts';
import { viewErrors } from './contract.ts';
import { viewRoutes } from './routes.ts';
import { createViewService } from './service.ts';
import type { ViewsTables } from './tables.ts';
import texts from './texts.json' with { type: 'json' };

export function createViews({ db }: { readonly db: Db<ViewsTables> }): Module {
  const views = createViewService(db);
  return {
    name: 'views',
    routes: viewRoutes(views),
    tags: { views: 'Filters of the console that you keep under a name.' },
    errors: Object.values(viewErrors),
    texts,
    migrations: new URL('./migrations/', import.meta.url),
    audited,
    privacy: {
      export: views.exportFor,
      erase: (unit, userId) => views.forgetUser(withTables<ViewsTables>(unit), userId),
    },
  };
}
