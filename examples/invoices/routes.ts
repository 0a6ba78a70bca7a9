import { ById, Page, pageErrors, type Routes } from 'bonyan';
import { Invoice, invoiceErrors, invoicePermissions, InvoiceQuery, NewInvoice } from './contract.ts';
import type { InvoiceService } from './service.ts';

const { read, write } = invoicePermissions;

export function invoiceRoutes(service: InvoiceService): Routes {
  return async (http) => {
    http.get(
      '/invoices',
      {
        config: { access: read, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listInvoices',
          summary: 'List invoices',
          description: 'Your own invoices, newest first.',
          querystring: InvoiceQuery,
          response: { 200: Page(Invoice) },
        },
      },
      ({ actor, query }) => service.list(actor, query),
    );

    http.post(
      '/invoices',
      {
        config: { access: write },
        schema: {
          operationId: 'createInvoice',
          summary: 'Make an invoice',
          description: 'A draft that belongs to you. With `todoId` it is issued when you complete that todo.',
          body: NewInvoice,
          response: { 201: Invoice },
        },
      },
      async ({ actor, body }, reply) => reply.code(201).send(await service.add(actor, body)),
    );

    http.put(
      '/invoices/:id/issue',
      {
        config: { access: write, errors: [invoiceErrors.notFound] },
        schema: {
          operationId: 'issueInvoice',
          summary: 'Issue an invoice',
          description: 'An invoice that is issued or paid stays as it is, and is returned.',
          params: ById,
          response: { 200: Invoice },
        },
      },
      ({ actor, params }) => service.issue(actor, params.id),
    );

    http.put(
      '/invoices/:id/pay',
      {
        config: { access: write, errors: [invoiceErrors.notFound, invoiceErrors.notIssued] },
        schema: {
          operationId: 'payInvoice',
          summary: 'Record that an invoice is paid',
          description: 'A draft must be issued first.',
          params: ById,
          response: { 200: Invoice },
        },
      },
      ({ actor, params }) => service.pay(actor, params.id),
    );
  };
}
