/**
 * Gadgets: each user's own list.
 *
 * Offers    `/api/v1/gadgets`.
 * Publishes `gadgets.added`.
 * Hears     nothing.
 * Stores    schema `gadgets`, one table.
 */
import { withTables, type Module } from 'bonyan';
import { audited } from './audited.ts';
import { gadgetErrors, gadgetEvents, gadgetPermissions } from './contract.ts';
import { gadgetRoutes } from './routes.ts';
import { createGadgetService, type GadgetsNeeds } from './service.ts';
import type { GadgetsTables } from './tables.ts';
import texts from './texts.json' with { type: 'json' };

export function createGadgets(needs: GadgetsNeeds): Module {
  const service = createGadgetService(needs);
  return {
    name: 'gadgets',
    routes: gadgetRoutes(service),
    tags: { gadgets: 'Your own list.' },
    permissions: Object.values(gadgetPermissions),
    errors: Object.values(gadgetErrors),
    texts,
    publishes: Object.values(gadgetEvents),
    migrations: new URL('./migrations/', import.meta.url),
    audited,
    privacy: {
      export: service.exportFor,
      erase: (unit, userId) => service.forgetUser(withTables<GadgetsTables>(unit), userId),
    },
    menu: [
      {
        path: '/gadgets',
        title: { en: 'Gadgets', fa: 'Gadgets' },
        permission: gadgetPermissions.read.code,
        list: {
          path: '/api/v1/gadgets',
          columns: [
            { field: 'title', title: { en: 'Title', fa: 'عنوان' } },
            { field: 'createdAt', title: { en: 'Added', fa: 'زمان افزودن' }, shownAs: 'instant' },
          ],
        },
      },
    ],
  };
}
