import type { Insertable, Kysely, Transaction, Updateable } from 'kysely';
import { newestFirst, pageQuery, type Actor } from 'bonyan';
import { Invoice, type InvoiceQuery } from './contract.ts';
import type { InvoicesTables } from './tables.ts';

type Reader = Kysely<InvoicesTables>;
type Writer = Transaction<InvoicesTables>;
type Owner = Pick<Actor, 'id'>;
type Row = InvoicesTables['invoices.invoice'];

const COLUMNS = Object.keys(Invoice.properties) as (keyof Invoice)[]; // the schema's own keys
const MOST_REMINDED = 100; // in one transaction; the next run of the job takes the rest

/** The one rule of who sees a row, for lists and single rows alike: you see what you own. */
function visibleTo(db: Reader, owner: Owner) {
  return db.selectFrom('invoices.invoice').where('ownerId', '=', owner.id);
}

export function listInvoices(db: Reader, owner: Owner, { status, ...query }: InvoiceQuery) {
  const own = visibleTo(db, owner).select(COLUMNS);
  return pageQuery(db, status === undefined ? own : own.where('status', '=', status), query, newestFirst());
}

/** Locked, so that nobody else changes it before the end of the transaction. */
export function lockInvoice(tx: Writer, owner: Owner, id: string): Promise<Invoice | undefined> {
  return visibleTo(tx, owner).select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst();
}

/** Drafts that wait for this todo. */
export function lockDraftsOf(tx: Writer, owner: Owner, todoId: string): Promise<Invoice[]> {
  return visibleTo(tx, owner)
    .select(COLUMNS)
    .where('todoId', '=', todoId)
    .where('status', '=', 'draft')
    .forUpdate()
    .execute();
}

/** Issued invoices whose day has passed, and whose owner was not told. */
export function lockOverdue(tx: Writer, today: string) {
  return tx
    .selectFrom('invoices.invoice')
    .select([...COLUMNS, 'ownerId'])
    .where('status', '=', 'issued')
    .where('remindedAt', 'is', null)
    .where('dueOn', '<', today)
    .orderBy('dueOn')
    .limit(MOST_REMINDED)
    .forUpdate()
    .skipLocked()
    .execute();
}

export function insertInvoice(tx: Writer, row: Insertable<Row>): Promise<Invoice> {
  return tx.insertInto('invoices.invoice').values(row).returning(COLUMNS).executeTakeFirstOrThrow();
}

export function updateInvoice(tx: Writer, id: string, change: Updateable<Row>): Promise<Invoice> {
  return tx
    .updateTable('invoices.invoice')
    .set(change)
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

/** Everything of one user, oldest first. */
export function exportInvoices(db: Reader, ownerId: string): Promise<Invoice[]> {
  return visibleTo(db, { id: ownerId }).select(COLUMNS).orderBy('id').execute();
}

export async function deleteInvoicesOf(tx: Writer, ownerId: string): Promise<void> {
  await tx.deleteFrom('invoices.invoice').where('ownerId', '=', ownerId).execute();
}
