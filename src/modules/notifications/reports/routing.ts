import type { Actor } from '#kernel/access.ts';
import { withTables, type AnyUnit, type Db } from '#platform/database/port.ts';
import type { AuthorizationApi } from '#modules/authorization/contract.ts';
import { notificationErrors, type IncidentNotice, type NotificationsApi, type Severity } from '../contract.ts';
import { accept } from '../schedules/release.ts';
import { findRecipient } from '../recipients/queries.ts';
import type { Channels } from '../channels/port.ts';
import type { NotificationsTables, OwnUnit, Reader, RouteRow, Writer } from '../tables.ts';
import { mask, type Sealing } from '../sealing.ts';
import type { Route, RouteTarget, Routing } from '../schemas.ts';
import { renderShipped, shippedTemplate } from '../templates/service.ts';

const SEVERITIES: readonly Severity[] = ['low', 'medium', 'high', 'critical'];
const NAMES: Record<Severity, string> = { low: 'کم', medium: 'متوسط', high: 'زیاد', critical: 'بحرانی' };
const sane = { roles: ['admin'], userIds: [], channels: ['inApp' as const, 'email' as const], targets: [] };
const always = { isWanted: true, digestMinutes: null }; // a room has no preferences

export interface RoutingNeeds {
  readonly db: Db<NotificationsTables>;
  readonly membersOf: AuthorizationApi['membersOf'];
  readonly send: NotificationsApi['send'];
  readonly channels: Pick<Channels, 'enabled' | 'refuses'>;
  readonly sealing: Sealing;
  readonly now: () => Date;
  readonly publicUrl: string;
}

/** Who hears of incidents of which severity, and over which channels. */
export function createRouting(needs: RoutingNeeds) {
  const { db, membersOf, send, sealing, publicUrl } = needs;

  async function get(): Promise<Routing> {
    return { routes: await read(db.read) };
  }

  /**
   * Severities that are left out go back to the default.
   * @throws `notifications.routing_invalid`, `notifications.channel_disabled`, `notifications.recipient_invalid`
   */
  async function set(actor: Actor, { routes }: Routing): Promise<Routing> {
    const isTwice = new Set(routes.map(({ severity }) => severity)).size < routes.length;
    if (isTwice) throw notificationErrors.routingInvalid({ reason: 'a severity is named twice' });
    for (const target of routes.flatMap(({ targets = [] }) => targets)) requireReachable(target);
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
        payload: { before: before.map(withMasks), after: after.map(withMasks) },
      });
      return { routes: after };
    });
  }

  function requireReachable({ channel, recipient }: RouteTarget): void {
    if (!needs.channels.enabled.includes(channel)) throw notificationErrors.channelDisabled({ channel });
    const reason = needs.channels.refuses(channel, recipient);
    if (reason !== null) throw notificationErrors.recipientInvalid({ channel, reason });
  }

  const notifyIncident: NotificationsApi['notifyIncident'] = async (anyUnit: AnyUnit, incident) => {
    const unit = withTables<NotificationsTables>(anyUnit);
    const route = (await read(unit.tx)).find(({ severity }) => severity === incident.severity);
    if (!route) return 0;
    const { userIds } = await membersOf(route.roles);
    const people = [...new Set([...userIds, ...route.userIds])].toSorted(); // one order, so that units cannot deadlock
    const message = toMessage(incident);
    for (const userId of people) await send(anyUnit, { ...message, to: { userId }, channels: route.channels });
    const { targets = [] } = route;
    for (const target of targets) await tell(unit, target, message);
    return people.length * route.channels.length + targets.length;
  };

  function toMessage({ severity, title, description, path }: IncidentNotice) {
    return {
      template: 'notifications.incident',
      category: 'incidents' as const,
      priority: severity === 'critical' || severity === 'high' ? ('high' as const) : ('medium' as const),
      variables: { severity, severityName: NAMES[severity], title, description, url: `${publicUrl}${path}` },
    };
  }

  async function tell(
    unit: OwnUnit,
    { channel, recipient: address, language = 'en' }: RouteTarget,
    { template: name, variables, ...message }: ReturnType<typeof toMessage>,
  ): Promise<void> {
    const template = await shippedTemplate(unit.tx, name, channel, language);
    const content = renderShipped(template, variables, { channel, language, unsubscribeUrl: null });
    const draft = { ...message, channel, address, language, template, content };
    await accept(unit, { ...draft, userId: null, createdBy: null, schedule: null }, always, needs);
  }

  /** One route for each severity, the mildest first. */
  async function read(reader: Reader): Promise<Route[]> {
    const rows = await reader.selectFrom('notifications.route').selectAll().execute();
    return SEVERITIES.map((severity) => {
      const row = rows.find((each) => each.severity === severity);
      return row ? toRoute(row) : { severity, ...sane };
    });
  }

  function toRoute({ targetsSealed, ...row }: RouteRow): Route {
    return {
      ...row,
      targets: targetsSealed === null ? [] : (JSON.parse(sealing.open(targetsSealed)) as RouteTarget[]),
    };
  }

  async function replace(tx: Writer, routes: readonly Route[]): Promise<void> {
    await tx.deleteFrom('notifications.route').execute();
    const rows = routes.map(({ targets = [], ...route }): RouteRow => {
      return { ...route, targetsSealed: targets.length === 0 ? null : sealing.seal(JSON.stringify(targets)) };
    });
    if (rows.length > 0) await tx.insertInto('notifications.route').values(rows).execute();
  }

  return { get, set, notifyIncident };
}

async function requirePeople(db: Reader, routes: readonly Route[]): Promise<void> {
  for (const userId of new Set(routes.flatMap((route) => route.userIds)))
    if (!(await findRecipient(db, userId))) throw notificationErrors.routingInvalid({ userIds: [userId] });
}

/** Whoever knows a hook may write there: the audit trail tells where it leads. */
function withMasks({ targets = [], ...route }: Route): Route {
  return { ...route, targets: targets.map((target) => ({ ...target, recipient: mask(target.recipient) })) };
}
