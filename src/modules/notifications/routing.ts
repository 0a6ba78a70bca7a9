import type { Actor } from '#kernel/access.ts';
import { withTables, type AnyUnit, type Db } from '#platform/database/port.ts';
import type { AuthorizationApi } from '#modules/authorization/contract.ts';
import { notificationErrors, type IncidentNotice, type NotificationsApi, type Severity } from './contract.ts';
import { findRecipient } from './people.ts';
import type { NotificationsTables, Reader, Writer } from './rows.ts';
import type { Route, Routing } from './shapes.ts';

const SEVERITIES: readonly Severity[] = ['low', 'medium', 'high', 'critical'];
const NAMES: Record<Severity, string> = { low: 'کم', medium: 'متوسط', high: 'زیاد', critical: 'بحرانی' };
const sane = { roles: ['admin'], userIds: [], channels: ['inApp' as const, 'email' as const] };

export interface RoutingNeeds {
  readonly db: Db<NotificationsTables>;
  readonly membersOf: AuthorizationApi['membersOf'];
  readonly send: NotificationsApi['send'];
  readonly publicUrl: string;
}

/** Who hears of incidents of which severity, and over which channels. */
export function createRouting({ db, membersOf, send, publicUrl }: RoutingNeeds) {
  async function get(): Promise<Routing> {
    return { routes: await read(db.read) };
  }

  /** Severities that are left out go back to the default. @throws `notifications.routing_invalid` */
  async function set(actor: Actor, { routes }: Routing): Promise<Routing> {
    const isTwice = new Set(routes.map(({ severity }) => severity)).size < routes.length;
    if (isTwice) throw notificationErrors.routingInvalid({ reason: 'a severity is named twice' });
    const { unknown } = await membersOf(routes.flatMap(({ roles }) => roles));
    if (unknown.length > 0) throw notificationErrors.routingInvalid({ roles: unknown });
    return db.write(actor, async (unit) => {
      const before = await read(unit.tx);
      await requirePeople(unit.tx, routes);
      await replace(unit.tx, routes);
      const after = await read(unit.tx);
      unit.audit({
        action: 'notifications.routing_changed',
        resourceType: 'notificationRouting',
        resourceId: 'incidents',
        payload: { before, after },
      });
      return { routes: after };
    });
  }

  const notifyIncident: NotificationsApi['notifyIncident'] = async (anyUnit: AnyUnit, incident) => {
    const unit = withTables<NotificationsTables>(anyUnit);
    const route = (await read(unit.tx)).find(({ severity }) => severity === incident.severity);
    if (!route) return 0;
    const { userIds } = await membersOf(route.roles);
    const people = [...new Set([...userIds, ...route.userIds])].toSorted(); // one order, so that units cannot deadlock
    for (const userId of people) await tell(anyUnit, userId, route, incident);
    return people.length * route.channels.length;
  };

  async function tell(
    unit: AnyUnit,
    userId: string,
    { channels }: Route,
    { severity, title, description, path }: IncidentNotice,
  ): Promise<void> {
    await send(unit, {
      template: 'notifications.incident',
      to: { userId },
      channels,
      category: 'incidents',
      priority: severity === 'critical' || severity === 'high' ? 'high' : 'medium',
      variables: { severity, severityName: NAMES[severity], title, description, url: `${publicUrl}${path}` },
    });
  }

  return { get, set, notifyIncident };
}

export type RoutingService = ReturnType<typeof createRouting>;

/** One route for each severity, the mildest first. */
async function read(db: Reader): Promise<Route[]> {
  const rows = await db.selectFrom('notifications.route').selectAll().execute();
  return SEVERITIES.map((severity) => rows.find((row) => row.severity === severity) ?? { severity, ...sane });
}

async function requirePeople(db: Reader, routes: readonly Route[]): Promise<void> {
  for (const userId of new Set(routes.flatMap((route) => route.userIds)))
    if (!(await findRecipient(db, userId))) throw notificationErrors.routingInvalid({ userIds: [userId] });
}

async function replace(tx: Writer, routes: readonly Route[]): Promise<void> {
  await tx.deleteFrom('notifications.route').execute();
  if (routes.length > 0)
    await tx
      .insertInto('notifications.route')
      .values([...routes])
      .execute();
}
