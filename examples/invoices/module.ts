/**
 * Invoices: each user's own bills to customers. An example of a module outside `src/`.
 *
 * Offers    `/api/v1/invoices`, and a page in the console.
 * Publishes `invoices.issued`, `invoices.paid`.
 * Hears     `todos.completed`: issues the drafts that wait for this work.
 * Stores    schema `invoices`, one table.
 */
import { job, on, todoEvents, withTables, type Module } from 'bonyan';
import { audited } from './audited.ts';
import { consolePage } from './console-page.ts';
import { invoiceErrors, invoiceEvents, invoicePermissions } from './contract.ts';
import { invoiceRoutes } from './routes.ts';
import { createInvoiceService, type InvoicesNeeds } from './service.ts';
import type { InvoicesTables } from './tables.ts';
import templates from './templates.json' with { type: 'json' };
import texts from './texts.json' with { type: 'json' };

export function createInvoices(needs: InvoicesNeeds): Module {
  const service = createInvoiceService(needs);
  return {
    name: 'invoices',
    routes: invoiceRoutes(service),
    tags: { invoices: 'Your own bills to customers.' },
    permissions: Object.values(invoicePermissions),
    errors: Object.values(invoiceErrors),
    texts,
    templates,
    publishes: Object.values(invoiceEvents),
    subscriptions: [on(todoEvents.completed, service.issueFor)],
    jobs: [
      job({
        name: 'invoices.remind',
        description: 'Tells the owners of invoices that are overdue',
        everySeconds: 3600,
        run: service.remind,
      }),
    ],
    migrations: new URL('./migrations/', import.meta.url),
    audited,
    privacy: {
      export: service.exportFor,
      erase: (unit, userId) => service.forgetUser(withTables<InvoicesTables>(unit), userId),
    },
    menu: [consolePage],
  };
}
