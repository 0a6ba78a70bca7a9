import { sql, type Expression, type Insertable, type RawBuilder, type SqlBool } from 'kysely';
import type { Actor } from '#kernel/access.ts';
import { smallestIdAt } from '#kernel/id.ts';
import { isExactly, type Way, type Ways } from '#platform/database/port.ts';
import type { AccessLists, Right } from '#modules/authorization/contract.ts';
import { notificationErrors, notificationPermissions } from './contract.ts';
import type { MessageRow, NotificationsReader, NotificationsWriter, StoredMessage } from './tables.ts';

/** How far the clock of a node, which its ids have, may differ from that of the database. */
const CLOCK_SKEW_MS = 300_000;

/** Type of messages in access lists. */
export const MESSAGE_RESOURCE = 'notification';

type SqlBoolean = RawBuilder<SqlBool>;

/** A condition: whether the access list gives somebody this right to the message `m`. */
export type AccessListCondition = (actor: Actor, right: Right) => Expression<SqlBool>;

/** What a list of messages is narrowed to. */
export interface MessageFilter {
  readonly channel?: string | undefined;
  readonly status?: string | undefined;
  /** Instants of creation: `from` is included, `to` is not. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** States that few messages are in, and stay in. */
const RARE = new Set(['scheduled', 'failed', 'cancelled', 'archived']);
const IS_RARE = sql.raw(`m.status in ('${[...RARE].join("', '")}')`); // written out, as in the indexes

/**
 * The one rule for reading: you see messages that you created, that are addressed to you, or that are shared with you.
 * `conditions` have an index beside these.
 */
export function waysTo(
  actor: Actor,
  lists: Pick<AccessLists, 'listed'>,
  conditions: readonly SqlBoolean[] = [],
): readonly Way[] {
  const from = sql`notifications.message m`;
  const both = (...own: readonly SqlBoolean[]) => sql<SqlBool>`${sql.join([...own, ...conditions], sql` and `)}`;
  if (seesAll(actor)) return [{ from, where: both(sql`true`) }];
  return [
    { from, bound: 'm.user_id', where: both(isExactly('m.user_id', actor.id)) },
    { from, bound: 'm.created_by', where: both(isExactly('m.created_by', actor.id)) },
    ...lists
      .listed(actor, MESSAGE_RESOURCE, 'read')
      .map((listed) => ({ from: sql`${listed} listed`, where: sql<SqlBool>`true`, id: 'listed.resource_id' })),
  ];
}

/**
 * The ways to what is left of the messages that the actor sees. Of all messages those of a state, or of a channel, have an
 * index; of a person's own, those in a rare state.
 */
export function filteredWays(actor: Actor, lists: Pick<AccessLists, 'listed'>, filter: MessageFilter): Ways {
  const { channel, status } = filter;
  const table = 'notifications.message m';
  const filters: SqlBoolean[] = [];
  if (status) filters.push(sql`m.status = ${status}`);
  if (channel) filters.push(sql`m.channel = ${channel}`);
  if (seesAll(actor)) {
    const indexed = filters.splice(0, 1);
    return { table, ways: waysToAll(indexed, filter, filters.length > 0), filters };
  }
  const indexed = status && RARE.has(status) ? [sql<SqlBool>`m.status = ${status} and ${IS_RARE}`] : [];
  return { table, ways: waysTo(actor, lists, indexed), filters: [...filters, ...createdWithin(filter)] };
}

function seesAll({ permissions }: Actor): boolean {
  return permissions.has(notificationPermissions.manageAll.code);
}

/** The ids of the messages find them, and the instants decide at the edges. */
function createdWithin({ from, to }: Created): SqlBoolean[] {
  const conditions: SqlBoolean[] = [];
  if (from)
    conditions.push(sql`m.id >= ${idAround(from, -CLOCK_SKEW_MS)}::uuid`, sql`m.created_at >= ${from}::timestamptz`);
  if (to) conditions.push(sql`m.id < ${idAround(to, CLOCK_SKEW_MS)}::uuid`, sql`m.created_at < ${to}::timestamptz`);
  return conditions;
}

type Created = Pick<MessageFilter, 'from' | 'to'>;

/**
 * The way to all messages with these conditions, created in that time. Without a filter its rows are counted: then the edges
 * are ways beside it, since those between them are found and counted by the index alone.
 */
export function waysToAll(conditions: readonly SqlBoolean[], created: Created, isFiltered: boolean): Way[] {
  const { from, to } = created;
  const way = (more: readonly SqlBoolean[]): Way => ({
    from: sql`notifications.message m`,
    where: sql`${sql.join([sql`true`, ...conditions, ...more], sql` and `)}`,
  });
  const [beginMs, endMs] = [from ? Date.parse(from) : -Infinity, to ? Date.parse(to) : Infinity];
  if (isFiltered || endMs - beginMs <= 2 * CLOCK_SKEW_MS) return [way(createdWithin(created))];
  const between: SqlBoolean[] = [];
  const ways: Way[] = [];
  if (from) {
    const inner = idAround(from, CLOCK_SKEW_MS);
    between.push(sql`m.id >= ${inner}::uuid`);
    ways.push(way([...createdWithin({ from }), sql`m.id < ${inner}::uuid`]));
  }
  if (to) {
    const inner = idAround(to, -CLOCK_SKEW_MS);
    between.push(sql`m.id < ${inner}::uuid`);
    ways.push(way([...createdWithin({ to }), sql`m.id >= ${inner}::uuid`]));
  }
  return [way(between), ...ways];
}

function idAround(instant: string, ms: number): string {
  return smallestIdAt(Date.parse(instant) + ms);
}

/** Who may change a message: its creator, and those who were given the right. Its recipient may not. */
function changeableBy(tx: NotificationsWriter, actor: Actor, right: Right, isAllowed: AccessListCondition) {
  const rows = tx.selectFrom('notifications.message as m');
  if (seesAll(actor)) return rows;
  return rows.where((eb) => eb.or([eb('m.createdBy', '=', actor.id), isAllowed(actor, right)]));
}

/** Locks the row until the unit ends: changes of one message and its sending exclude each other. */
export function lockMessage(
  tx: NotificationsWriter,
  actor: Actor,
  id: string,
  right: Right,
  isAllowed: AccessListCondition,
): Promise<StoredMessage | undefined> {
  return changeableBy(tx, actor, right, isAllowed)
    .selectAll('m')
    .where('m.id', '=', id)
    .forUpdate('m')
    .executeTakeFirst();
}

/** For internal use: without a check of access. */
export function lockMessageById(tx: NotificationsWriter, id: string): Promise<StoredMessage | undefined> {
  return tx.selectFrom('notifications.message').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/**
 * Whether a message still waits to be sent.
 * @throws `notifications.already_sent`, or `notifications.ended` for one that will not be sent any more
 */
export function requireWaiting({ id, status }: Pick<StoredMessage, 'id' | 'status'>): void {
  if (status === 'pending' || status === 'scheduled') return;
  const isEnded = status === 'cancelled' || status === 'archived' || status === 'failed';
  throw isEnded ? notificationErrors.ended({ id, status }) : notificationErrors.alreadySent({ id, status });
}

export function insertMessage(tx: NotificationsWriter, row: Insertable<MessageRow>): Promise<StoredMessage> {
  return tx.insertInto('notifications.message').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function updateMessage(
  tx: NotificationsWriter,
  id: string,
  change: Partial<Omit<StoredMessage, 'id' | 'createdAt' | 'updatedAt'>>,
): Promise<StoredMessage> {
  const update = tx.updateTable('notifications.message').set({ ...change, updatedAt: sql<string>`now()` });
  return update.where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

const LATEST = 200; // of a person's messages, in which the notices of a day are looked for

/** SMS to a person that are no codes, created since then. */
export async function countNotices(db: NotificationsReader, userId: string, since: string): Promise<number> {
  const { rows } = await sql<{ notices: number }>`
    select count(*)::int as notices from (
      select channel, expires_at, created_at from notifications.message
      where user_id = ${userId} order by id desc limit ${LATEST}) latest
    where channel = 'sms' and expires_at is null and created_at >= ${since}`.execute(db);
  return rows[0]?.notices ?? 0;
}
