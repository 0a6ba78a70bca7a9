import type { IncidentRoute, IncidentTarget } from '#client';

export const severities = ['critical', 'high', 'medium', 'low'] as const;
export const targetChannels = ['email', 'sms', 'slack', 'teams', 'telegram', 'webhook'] as const;

export interface TargetDraft {
  readonly channel: IncidentTarget['channel'];
  readonly recipient: string;
  readonly language: 'en' | 'fa';
}

export interface RouteDraft {
  readonly roles: string;
  /** Ids. */
  readonly users: readonly string[];
  readonly inApp: boolean;
  readonly email: boolean;
  readonly targets: TargetDraft[];
}

export type RoutingDraft = Record<(typeof severities)[number], RouteDraft>;

/** What the form shows. The server answers a route for each severity, by default that of the administrators. */
export function toDraft(routes: readonly IncidentRoute[]): RoutingDraft {
  const of = (severity: IncidentRoute['severity']): RouteDraft => {
    const route = routes.find((one) => one.severity === severity);
    const { roles = ['admin'], userIds = [], channels = ['inApp', 'email'], targets = [] } = route ?? {};
    return {
      roles: roles.join(', '),
      users: userIds,
      inApp: channels.includes('inApp'),
      email: channels.includes('email'),
      targets: targets.map(({ channel, recipient, language = 'en' }) => ({ channel, recipient, language })),
    };
  };
  return { critical: of('critical'), high: of('high'), medium: of('medium'), low: of('low') };
}

export function toRoutes(draft: RoutingDraft): IncidentRoute[] {
  return severities.map((severity) => {
    const { roles, users, inApp, email, targets } = draft[severity];
    return {
      severity,
      roles: toList(roles),
      userIds: [...users],
      channels: [...(inApp ? (['inApp'] as const) : []), ...(email ? (['email'] as const) : [])],
      targets: targets.map((target) => ({ ...target, recipient: target.recipient.trim() })),
    };
  });
}

function toList(text: string): string[] {
  const parts = text.split(/[,،\s]+/).filter((part) => part !== '');
  return [...new Set(parts)];
}
