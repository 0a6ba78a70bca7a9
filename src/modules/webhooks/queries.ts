import { sql, type Selectable } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import type { Webhook } from './contract.ts';
import type { WebhookSealing } from './secrets.ts';
import type { WebhooksReader, WebhooksTables, WebhooksWriter } from './tables.ts';

export type StoredEndpoint = Selectable<WebhooksTables['webhooks.endpoint']>;

export function toWebhook(
  {
    id,
    eventTypes,
    description,
    isEnabled,
    disabledReason,
    failingSince,
    createdAt,
    updatedAt,
    version,
    urlSealed,
  }: StoredEndpoint,
  sealing: WebhookSealing,
): Webhook {
  const url = sealing.url.open(id, urlSealed);
  return { id, url, eventTypes, description, isEnabled, disabledReason, failingSince, createdAt, updatedAt, version };
}

/** All of the installation, newest first; there are at most 100. */
export function listEndpoints(db: WebhooksReader): Promise<StoredEndpoint[]> {
  return db.selectFrom('webhooks.endpoint').selectAll().orderBy('id', 'desc').execute();
}

export function findEndpoint(db: WebhooksReader, id: string): Promise<StoredEndpoint | undefined> {
  return db.selectFrom('webhooks.endpoint').selectAll().where('id', '=', id).executeTakeFirst();
}

export function lockEndpoint(tx: WebhooksWriter, id: string): Promise<StoredEndpoint | undefined> {
  return tx.selectFrom('webhooks.endpoint').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** Until the unit ends nobody else counts them to add one. */
export async function lockCreation(tx: WebhooksWriter): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('webhooks.endpoint'))`.execute(tx);
}

export async function countEndpoints(db: WebhooksReader): Promise<number> {
  const { count } = await db
    .selectFrom('webhooks.endpoint')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

export function insertEndpoint(
  tx: WebhooksWriter,
  row: Pick<StoredEndpoint, 'id' | 'urlSealed' | 'secretSealed' | 'eventTypes' | 'description' | 'createdBy'>,
): Promise<StoredEndpoint> {
  return tx.insertInto('webhooks.endpoint').values(row).returningAll().executeTakeFirstOrThrow();
}

type EndpointChange = Partial<Omit<StoredEndpoint, 'id' | 'createdBy' | 'createdAt' | 'updatedAt' | 'version'>>;

/** A change that people make: a new version. */
export function changeEndpoint(tx: WebhooksWriter, id: string, change: EndpointChange): Promise<StoredEndpoint> {
  return tx
    .updateTable('webhooks.endpoint')
    .set((eb) => ({ ...change, updatedAt: sql<string>`now()`, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** What deliveries note of their endpoint. */
export async function noteEndpoint(tx: WebhooksWriter, id: string, change: EndpointChange): Promise<void> {
  await tx.updateTable('webhooks.endpoint').set(change).where('id', '=', id).execute();
}

export async function deleteEndpoint(tx: WebhooksWriter, id: string): Promise<void> {
  await tx.deleteFrom('webhooks.endpoint').where('id', '=', id).execute();
}

/** Ids of those that want events of this type. */
export async function listHearing(db: WebhooksReader, eventType: string): Promise<string[]> {
  const rows = await db
    .selectFrom('webhooks.endpoint')
    .select('id')
    .where(sql<boolean>`is_enabled and event_types && array[${eventType}, '*']`)
    .execute();
  return rows.map(({ id }) => id);
}

/** Addresses are the installation's; only who entered them is about a person. */
export function listCreatedBy(db: WebhooksReader, userId: Actor['id']) {
  const rows = db.selectFrom('webhooks.endpoint').select(['id', 'description', 'createdAt']);
  return rows.where('createdBy', '=', userId).orderBy('id').execute();
}

export async function forgetCreator(tx: WebhooksWriter, userId: string): Promise<void> {
  await tx.updateTable('webhooks.endpoint').set({ createdBy: null }).where('createdBy', '=', userId).execute();
}
