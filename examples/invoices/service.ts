import { newId, withoutTables, type Actor, type OwnNeeds, type Unit, type WorkResult } from 'bonyan';
import { invoiceErrors, invoiceEvents, type Invoice, type InvoiceQuery, type NewInvoice } from './contract.ts';
import {
  deleteInvoicesOf,
  exportInvoices,
  insertInvoice,
  listInvoices,
  lockDraftsOf,
  lockInvoice,
  lockOverdue,
  updateInvoice,
} from './queries.ts';
import type { InvoicesTables } from './tables.ts';
import type templates from './templates.json';

export type InvoicesNeeds = Pick<OwnNeeds<InvoicesTables, typeof templates>, 'db' | 'notifications' | 'now'>;

type OwnUnit = Unit<InvoicesTables>;

/** The rules: who may do what, and what is then announced. */
export function createInvoiceService({ db, notifications, now }: InvoicesNeeds) {
  function add(actor: Actor, { todoId = null, ...fields }: NewInvoice): Promise<Invoice> {
    const none = { issuedAt: null, paidAt: null, remindedAt: null };
    return db.write(actor, ({ tx }) =>
      insertInvoice(tx, { id: newId(), ownerId: actor.id, ...fields, todoId, status: 'draft', ...none }),
    );
  }

  /** Issuing what is issued changes nothing. @throws `invoices.not_found` */
  function issue(actor: Actor, id: string): Promise<Invoice> {
    return db.write(actor, async (unit) => {
      const invoice = await lockInvoice(unit.tx, actor, id);
      if (!invoice) throw invoiceErrors.notFound({ id });
      return invoice.status === 'draft' ? issueDraft(unit, actor.id, invoice) : invoice;
    });
  }

  async function issueDraft(unit: OwnUnit, ownerId: string, { id }: Invoice): Promise<Invoice> {
    unit.publish(invoiceEvents.issued, { invoiceId: id, ownerId });
    unit.audit({ action: 'invoices.issued', resourceType: 'invoice', resourceId: id });
    return updateInvoice(unit.tx, id, { status: 'issued', issuedAt: now().toISOString() });
  }

  /** Paying what is paid changes nothing. @throws `invoices.not_found`, `invoices.not_issued` */
  function pay(actor: Actor, id: string): Promise<Invoice> {
    return db.write(actor, async ({ tx, publish, audit }) => {
      const invoice = await lockInvoice(tx, actor, id);
      if (!invoice) throw invoiceErrors.notFound({ id });
      if (invoice.status === 'draft') throw invoiceErrors.notIssued({ id });
      if (invoice.status === 'paid') return invoice;
      publish(invoiceEvents.paid, { invoiceId: id, ownerId: actor.id });
      audit({ action: 'invoices.paid', resourceType: 'invoice', resourceId: id });
      return updateInvoice(tx, id, { status: 'paid', paidAt: now().toISOString() });
    });
  }

  /** Hears `todos.completed`: what was agreed for this work is due. */
  async function issueFor(unit: OwnUnit, { todoId, ownerId }: { todoId: string; ownerId: string }): Promise<void> {
    for (const draft of await lockDraftsOf(unit.tx, { id: ownerId }, todoId)) await issueDraft(unit, ownerId, draft);
  }

  /** The job: tells each owner once of an invoice that nobody has paid in time. */
  async function remind(): Promise<WorkResult<InvoicesTables>> {
    const at = now().toISOString();
    return {
      write: async (unit) => {
        for (const { id, ownerId, customer, dueOn } of await lockOverdue(unit.tx, at.slice(0, 10))) {
          await updateInvoice(unit.tx, id, { remindedAt: at });
          await notifications.send(withoutTables(unit), {
            template: 'invoices.overdue',
            to: { userId: ownerId },
            category: 'general',
            variables: { customer, dueOn },
          });
        }
      },
    };
  }

  return {
    list: (actor: Actor, query: InvoiceQuery) => listInvoices(db.read, actor, query),
    add,
    issue,
    pay,
    issueFor,
    remind,
    exportFor: (userId: string) => exportInvoices(db.read, userId),
    /** Part of the platform's unit, when a person is erased. */
    forgetUser: ({ tx }: OwnUnit, userId: string) => deleteInvoicesOf(tx, userId),
  };
}

export type InvoiceService = ReturnType<typeof createInvoiceService>;
