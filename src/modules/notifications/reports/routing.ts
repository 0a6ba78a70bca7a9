import type { Translated } from '#kernel/language.ts';
import type { Actor } from '#kernel/access.ts';
import { createLinks } from '#kernel/links.ts';
import { withTables, type Db } from '#platform/database/port.ts';
import type { AuthorizationApi } from '#modules/authorization/contract.ts';
import { notificationErrors, type IncidentNotice, type NotificationsApi, type Severity } from '../contract.ts';
import type { Compose } from '../messages/compose.ts';
import { findRecipient } from '../recipients/queries.ts';
import { toAddress } from '../channels/addresses.ts';
import type { Channels } from '../channels/port.ts';
import type {
  NotificationsTables,
  NotificationsUnit,
  NotificationsReader,
  RouteRow,
  NotificationsWriter,
} from '../tables.ts';
import { mask, type MessageSealing } from '../sealing.ts';
import type { Route, RouteTarget, Routing } from './schemas.ts';

const SEVERITIES: readonly Severity[] = ['low', 'medium', 'high', 'critical'];
const NAMES: Record<Severity, string> = { low: 'کم', medium: 'متوسط', high: 'زیاد', critical: 'بحرانی' };
const defaultRoute = { roles: ['admin'], userIds: [], channels: ['inApp' as const, 'email' as const], targets: [] };
const alwaysWanted = { isWanted: true, digestMinutes: null }; // a room has no preferences

export interface RoutingNeeds {
  readonly db: Db<NotificationsTables>;
  readonly membersOf: AuthorizationApi['membersOf'];
  readonly send: NotificationsApi['send'];
  readonly compose: Compose;
  readonly channels: Pick<Channels, 'enabled' | 'refuses'>;
  readonly sealing: MessageSealing;
  readonly linkBase: string;
}

/** Who is notified of incidents of each severity, and over which channels. */
export function createRouting(needs: RoutingNeeds) {
  const { db, membersOf, send, compose, sealing, linkBase } = needs;

  async function get(): Promise<Routing> {
    return { routes: await read(db.read) };
  }

  /**
   * Severities that are left out go back to the default.
   * @throws `notifications.routing_invalid`, `notifications.channel_disabled`, `notifications.recipient_invalid`
   */
  async function set(actor: Actor, { routes }: Routing): Promise<Routing> {
    const isTwice = new Set(routes.map(({ severity }) => severity)).size < routes.length;
    if (isTwice) throw notificationErrors.routingInvalid({ reason: 'a severity occurs twice' });
    for (const target of routes.flatMap(({ targets = [] }) => targets)) requireReachable(target);
    const { unknown } = await membersOf(routes.flatMap(({ roles }) => roles));
    if (unknown.length > 0) throw notificationErrors.routingInvalid({ roles: unknown });
    return db.write(actor, async (unit) => {
      const before = await read(unit.tx);
      await requirePeople(unit.tx, routes);
      await replace(unit.tx, routes.map(withForms));
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

  const notifyIncident: NotificationsApi['notifyIncident'] = async (anyUnit, incident) => {
    const unit = withTables<NotificationsTables>(anyUnit);
    const route = (await read(unit.tx)).find(({ severity }) => severity === incident.severity);
    if (!route) return 0;
    const { userIds } = await membersOf(route.roles);
    // Sorted, so that two units lock rows in the same order and cannot deadlock.
    const people = [...new Set([...userIds, ...route.userIds])].toSorted();
    const message = toMessage(incident);
    for (const userId of people) await send(anyUnit, { ...message, to: { userId }, channels: route.channels });
    const { targets = [] } = route;
    for (const target of targets) await sendTo(unit, target, message);
    return people.length * route.channels.length + targets.length;
  };

  function toMessage({ severity, title, description, path }: IncidentNotice) {
    return {
      template: 'notifications.incident',
      category: 'incidents' as const,
      priority: severity === 'critical' || severity === 'high' ? ('high' as const) : ('medium' as const),
      variables: {
        severity,
        severityName: NAMES[severity],
        title: inEach(title).en,
        titleFa: inEach(title).fa,
        description: inEach(description).en,
        descriptionFa: inEach(description).fa,
        url: createLinks(linkBase).absolute(path),
      },
    };
  }

  async function sendTo(
    unit: NotificationsUnit,
    { channel, recipient: address, language }: RouteTarget,
    { template: builtIn, variables, ...message }: ReturnType<typeof toMessage>,
  ): Promise<void> {
    await compose(unit, {
      ...message,
      channel,
      createdBy: null,
      to: { userId: null, address },
      languages: language ? [language] : [],
      timeZone: null,
      source: { builtIn, variables },
      scheduledAt: null,
      preference: alwaysWanted,
      unwanted: 'store',
    });
  }

  /** One route for each severity, the lowest first. */
  async function read(reader: NotificationsReader): Promise<Route[]> {
    const rows = await reader.selectFrom('notifications.route').selectAll().execute();
    return SEVERITIES.map((severity) => {
      const row = rows.find((each) => each.severity === severity);
      return row ? toRoute(row) : { severity, ...defaultRoute };
    });
  }

  function toRoute({ targetsSealed, ...row }: RouteRow): Route {
    const targets = targetsSealed === null ? '[]' : sealing.openTargets(row.severity, targetsSealed);
    return { ...row, targets: JSON.parse(targets) as RouteTarget[] };
  }

  async function replace(tx: NotificationsWriter, routes: readonly Route[]): Promise<void> {
    await tx.deleteFrom('notifications.route').execute();
    const rows = routes.map(({ targets = [], ...route }): RouteRow => {
      const targetsSealed = targets.length === 0 ? null : sealing.sealTargets(route.severity, targets);
      return { ...route, targetsSealed };
    });
    if (rows.length > 0) await tx.insertInto('notifications.route').values(rows).execute();
  }

  return { get, set, notifyIncident };
}

export type RoutingService = ReturnType<typeof createRouting>;

async function requirePeople(db: NotificationsReader, routes: readonly Route[]): Promise<void> {
  for (const userId of new Set(routes.flatMap((route) => route.userIds)))
    if (!(await findRecipient(db, userId))) throw notificationErrors.routingInvalid({ userIds: [userId] });
}

function withForms({ targets = [], ...route }: Route): Route {
  const inForm = ({ recipient, ...target }: RouteTarget) => ({
    ...target,
    recipient: toAddress(target.channel, recipient),
  });
  return { ...route, targets: targets.map(inForm) };
}

/** A hook's URL is a secret: the audit trail shows only its host. */
function withMasks({ targets = [], ...route }: Route): Route {
  return { ...route, targets: targets.map((target) => ({ ...target, recipient: mask(target.recipient) })) };
}

function inEach(text: string | Translated): Translated {
  return typeof text === 'string' ? { en: text, fa: text } : text;
}
