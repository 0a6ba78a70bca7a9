import { on, type EventSubscription } from '#platform/events/port.ts';
import { auditEvents } from '#modules/audit/contract.ts';
import { authorizationEvents } from '#modules/authorization/contract.ts';
import { fileEvents } from '#modules/files/contract.ts';
import { notificationEvents } from '#modules/notifications/contract.ts';
import { profileEvents } from '#modules/profiles/contract.ts';
import type { EventDef } from '#kernel/event.ts';
import type { Level } from '../contract.ts';
import type { IncidentService } from '../incidents/service.ts';
import type { Sighting } from '../incidents/sighting.ts';
import type { LoggingNeeds, LoggingUnit } from '../needs.ts';
import type { RuleService } from '../rules/service.ts';
import { insertEvents } from '../store/queries.ts';
import { toReceived } from '../store/rows.ts';
import type { Vocabulary } from '../store/vocabulary.ts';
import { toFingerprint } from '../transform/pattern.ts';
import type { TransformService } from '../transform/service.ts';

const WRITER = 0;
// A restart, a full pool or a busy machine delays the sealer for seconds, and what waited is sealed then. After a minute
// no process was sealing, and entries of that time could have been changed.
const SEALED_LATE_MS = 60_000;

type Payload = Readonly<Record<string, unknown>>;

interface Recorded {
  readonly event: EventDef;
  readonly level: Level | ((payload: Payload) => Level);
  readonly message: string;
  /** The field that names who it is about. */
  readonly actorId?: string;
  readonly incident?: Pick<Sighting, 'title' | 'severity' | 'notifies'>;
  /** Whether the event is worth the incident; always by default. */
  isIncident?(payload: Payload): boolean;
}

/** Not those of this module, which would write an event for each event. */
const RECORDED: readonly Recorded[] = [
  {
    event: fileEvents.publicLinkAccessed,
    level: ({ isAllowed }) => (isAllowed === true ? 'info' : 'warn'),
    message: 'A link to a file was opened',
    actorId: 'ownerId',
  },
  {
    event: fileEvents.infected,
    level: 'error',
    message: 'An uploaded file is infected',
    actorId: 'ownerId',
    incident: { title: 'An uploaded file is infected', severity: 'high', notifies: false }, // files tells of it
  },
  {
    event: auditEvents.integrityBroken,
    level: 'fatal',
    message: 'The audit trail was changed',
    incident: { title: 'The audit trail was changed', severity: 'critical', notifies: true },
  },
  {
    event: auditEvents.sealedLate,
    level: 'warn',
    message: 'Audit entries were sealed late',
    incident: { title: 'Audit entries were sealed late', severity: 'medium', notifies: true },
    isIncident: ({ ageMs }) => Number(ageMs) >= SEALED_LATE_MS,
  },
  { event: notificationEvents.sent, level: 'info', message: 'A message was sent' },
  { event: notificationEvents.failed, level: 'error', message: 'A message could not be delivered' },
  { event: profileEvents.created, level: 'info', message: 'A profile was created', actorId: 'userId' },
  { event: profileEvents.updated, level: 'info', message: 'A profile was changed', actorId: 'userId' },
  {
    event: authorizationEvents.userDenied,
    level: 'warn',
    message: 'A permission was denied to a user',
    actorId: 'userId',
  },
];

export interface ModuleEventsNeeds extends Pick<LoggingNeeds, 'keys' | 'config' | 'now'> {
  readonly transforms: Pick<TransformService, 'judge'>;
  readonly vocabulary: Pick<Vocabulary, 'newWords'>;
  readonly rules: Pick<RuleService, 'observe'>;
  readonly incidents: Pick<IncidentService, 'report'>;
}

/** What other modules tell becomes log events, and some of it incidents: exactly once, with the inbox row. */
export function ownSubscriptions(needs: ModuleEventsNeeds): EventSubscription[] {
  if (needs.config.loggingOwn === 'off') return [];
  return RECORDED.map((recorded) =>
    on(recorded.event, (unit: LoggingUnit, payload, at) => record(needs, recorded, unit, payload as Payload, at)),
  );
}

async function record(
  { keys, transforms, vocabulary, rules, incidents, now }: ModuleEventsNeeds,
  { event, level, message, actorId, incident, isIncident = () => true }: Recorded,
  unit: LoggingUnit,
  payload: Payload,
  at: Date,
): Promise<void> {
  const receivedAt = now();
  const module = event.name.split('.')[0] ?? '';
  const input = {
    level: typeof level === 'function' ? level(payload) : level,
    message,
    timestampUtc: at.toISOString(),
    sourceService: 'bonyan',
    sourceModule: module,
    requestId: unit.actor.origin.requestId,
    ...(actorId !== undefined && { actorId: payload[actorId], actorType: 'user' }),
    payload: { ...payload, event: event.type },
  };
  const judged = transforms.judge(input, receivedAt);
  if ('fault' in judged)
    throw new Error(`${event.type} cannot be stored: ${judged.fault.path} ${judged.fault.message}`);
  const received = toReceived(keys, judged.event, receivedAt);
  await insertEvents(unit, [received], vocabulary.newWords([received]), WRITER);
  await rules.observe(unit, [received.event], WRITER);
  if (!incident || !isIncident(payload)) return;
  await incidents.report(unit, [
    {
      ...incident,
      ruleId: null,
      fingerprint: toFingerprint(['own', event.type]),
      description: message,
      service: 'bonyan',
      services: ['bonyan'],
      groupValue: '',
      cooldownSeconds: 3600,
      autoResolveSeconds: 86_400,
      matches: 1,
      countAtOpening: 1,
    },
  ]);
}
