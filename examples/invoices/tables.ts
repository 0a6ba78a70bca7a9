import type { Generated } from 'kysely';
import type { Invoice } from './contract.ts';

/** Mirrors migrations/; the only tables that this module can name. */
export type InvoicesTables = {
  'invoices.invoice': Omit<Invoice, 'createdAt'> & {
    ownerId: string;
    remindedAt: string | null;
    createdAt: Generated<string>;
  };
};
