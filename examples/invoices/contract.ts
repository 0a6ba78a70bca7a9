import { Type, type Static } from 'typebox';
import {
  Day,
  defineError,
  defineEvent,
  definePermission,
  Id,
  Instant,
  Nullable,
  OneOf,
  PageQuery,
  VISIBLE_PATTERN,
} from 'bonyan';

const ID = '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96';
const EXAMPLE = { customer: 'نشر سپیده', amount: 125_000, currency: 'EUR', dueOn: '2026-12-20' };

const Status = OneOf('draft', 'issued', 'paid');
export type InvoiceStatus = Static<typeof Status>;
const Currency = OneOf('EUR', 'USD', 'IRR');

/** The API, the client and this module's code use the same type. */
export const Invoice = Type.Object(
  {
    id: Id,
    customer: Type.String(),
    amount: Type.Integer({ description: 'In the smallest unit of the currency, such as cents' }),
    currency: Currency,
    dueOn: Day,
    todoId: Nullable(Id),
    status: Status,
    issuedAt: Nullable(Instant),
    paidAt: Nullable(Instant),
    createdAt: Instant,
  },
  {
    title: 'Invoice',
    examples: [
      {
        id: ID,
        ...EXAMPLE,
        todoId: null,
        status: 'draft',
        issuedAt: null,
        paidAt: null,
        createdAt: '2026-11-23T08:00:00.000Z',
      },
    ],
  },
);
export type Invoice = Static<typeof Invoice>;

export const NewInvoice = Type.Object(
  {
    customer: Type.String({ minLength: 1, maxLength: 200, pattern: VISIBLE_PATTERN }),
    amount: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 }),
    currency: Currency,
    dueOn: Day,
    todoId: Type.Optional(
      Type.With(Nullable(Id), { description: 'The work that it is for: completing this todo issues the invoice' }),
    ),
  },
  { title: 'NewInvoice', examples: [EXAMPLE] },
);
export type NewInvoice = Static<typeof NewInvoice>;

export const InvoiceQuery = Type.Object({ ...PageQuery.properties, status: Type.Optional(Status) });
export type InvoiceQuery = PageQuery & { status?: InvoiceStatus };

export const invoicePermissions = {
  read: definePermission('invoices.read', 'See own invoices', { grantedTo: ['user'] }),
  write: definePermission('invoices.write', 'Make, issue and settle own invoices', { grantedTo: ['user'] }),
};

export const invoiceErrors = {
  notFound: defineError('invoices.not_found', 404, 'No such invoice'),
  notIssued: defineError('invoices.not_issued', 409, 'The invoice has not been issued'),
};

/** Ids, no texts: others read what they need by the id. */
const InvoiceRef = Type.Object({ invoiceId: Type.String(), ownerId: Type.String() });
export const invoiceEvents = {
  issued: defineEvent('invoices.issued', 1, 'invoiceId', InvoiceRef),
  paid: defineEvent('invoices.paid', 1, 'invoiceId', InvoiceRef),
};
