import { sql, type Selectable } from 'kysely';
import { columnsOf, isExactly, newestFirst, pageQuery } from '#platform/database/port.ts';
import { WebhookDelivery, type DeliveryQuery } from '../contract.ts';
import type { WebhooksReader, WebhooksTables, WebhooksWriter } from '../tables.ts';

export type StoredDelivery = Selectable<WebhooksTables['webhooks.delivery']>;

const COLUMNS = columnsOf(WebhookDelivery);
const REPLAYED = 1000; // deliveries of one call

export function insertDelivery(
  tx: WebhooksWriter,
  { data, ...row }: Pick<StoredDelivery, 'id' | 'endpointId' | 'eventType' | 'data' | 'occurredAt'>,
): Promise<WebhookDelivery> {
  const values = { ...row, data: JSON.stringify(data) };
  return tx.insertInto('webhooks.delivery').values(values).returning(COLUMNS).executeTakeFirstOrThrow();
}

/** One page of an endpoint's deliveries, newest first. */
export function listDeliveries(db: WebhooksReader, endpointId: string, { status, ...query }: DeliveryQuery) {
  let rows = db.selectFrom('webhooks.delivery').select(COLUMNS).where(isExactly('endpoint_id', endpointId));
  if (status !== undefined) rows = rows.where('status', '=', status);
  return pageQuery(db, rows, query, { ...newestFirst(), bound: 'endpoint_id' });
}

export function findDelivery(db: WebhooksReader, endpointId: string, id: string): Promise<WebhookDelivery | undefined> {
  return db
    .selectFrom('webhooks.delivery')
    .select(COLUMNS)
    .where('endpointId', '=', endpointId)
    .where('id', '=', id)
    .executeTakeFirst();
}

export function findStored(db: WebhooksReader, id: string): Promise<StoredDelivery | undefined> {
  return db.selectFrom('webhooks.delivery').selectAll().where('id', '=', id).executeTakeFirst();
}

type DeliveryChange = Partial<Omit<StoredDelivery, 'id' | 'endpointId' | 'eventType' | 'data' | 'occurredAt'>>;

export async function updateDelivery(tx: WebhooksWriter, id: string, change: DeliveryChange): Promise<void> {
  await tx.updateTable('webhooks.delivery').set(change).where('id', '=', id).execute();
}

/** Makes ended deliveries pending again; answers their ids. Of all failed ones the oldest. */
export async function reopenDeliveries(
  tx: WebhooksWriter,
  endpointId: string,
  { id, startedAt }: { readonly id: string | null; readonly startedAt: string },
): Promise<string[]> {
  const own = tx.selectFrom('webhooks.delivery').select('id').where('endpointId', '=', endpointId);
  const chosen =
    id === null
      ? own.where('status', '=', 'failed').orderBy('id').limit(REPLAYED)
      : own.where('id', '=', id).where('status', '!=', 'pending');
  const rows = await tx
    .updateTable('webhooks.delivery')
    .set({ status: 'pending', startedAt, nextAttemptAt: null })
    .where('id', 'in', chosen.forUpdate())
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

/**
 * The next after `after`, which keeps a run from reading again past all that it has deleted. Answers the id of the last one;
 * null when there were less than `limit`.
 */
export async function deleteDeliveries(
  tx: WebhooksWriter,
  after: string,
  before: string,
  limit: number,
): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    delete from webhooks.delivery where id = any (array(
      select id from webhooks.delivery where id > ${after} and id < ${before} order by id limit ${limit}))
    returning id`.execute(tx);
  const last = rows
    .map(({ id }) => id)
    .toSorted()
    .at(-1);
  return rows.length === limit && last !== undefined ? last : null;
}
