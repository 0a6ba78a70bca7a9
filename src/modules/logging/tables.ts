import type { Generated } from 'kysely';

/** A row of the events. Levels are numbers, from 1 for `trace`. */
export type EventRow = {
  id: string;
  receivedAt: string;
  timestampUtc: string;
  level: number;
  message: string;
  sourceService: string;
  sourceModule: string | null;
  sourceInstance: string | null;
  traceId: string | null;
  spanId: string | null;
  requestId: string | null;
  tenantId: string | null;
  actorType: string | null;
  actorId: string | null;
  outcome: string | null;
  sessionId: string | null;
  ip: string | null;
  userAgent: string | null;
  deviceInfo: string | null;
  httpMethod: string | null;
  httpPath: string | null;
  httpStatusCode: number | null;
  errorCode: string | null;
  errorStackHash: string | null;
  tags: string[];
  payload: unknown;
  pattern: string;
  fingerprint: string;
  checksum: Buffer;
  tokens: string;
  deletedAt: string | null;
};

type RollupRow = {
  day: string;
  seconds: number;
  bucket: string;
  level: number;
  service: string;
  module: string;
  outcome: string;
  writer: number;
  count: number;
};

export type RuleRow = {
  id: string;
  name: string;
  isEnabled: boolean;
  kind: 'threshold' | 'absence' | 'rate';
  minimumLevel: number;
  containsText: string | null;
  service: string | null;
  module: string | null;
  windowSeconds: number;
  thresholdCount: number;
  ratePercent: number | null;
  groupBy: string | null;
  cooldownSeconds: number;
  autoResolveSeconds: number;
  severity: 'low' | 'medium' | 'high' | 'critical';
  action: 'notify' | 'none';
  since: string;
  createdAt: string;
  updatedAt: string;
  version: number;
};

export type IncidentRow = {
  id: string;
  ruleId: string | null;
  fingerprint: string;
  title: string;
  description: string;
  service: string | null;
  services: string[];
  groupValue: string;
  severity: 'low' | 'medium' | 'high' | 'critical';
  status: 'open' | 'acknowledged' | 'resolved';
  count: number;
  reopenedCount: number;
  openedAt: string;
  lastSeenAt: string;
  acknowledgedAt: string | null;
  acknowledgedBy: string | null;
  resolvedAt: string | null;
  resolvedBy: string | null;
  notifies: boolean;
  notifiedAt: string | null;
  silencedBy: string | null;
  cooldownSeconds: number;
  autoResolveSeconds: number;
  version: number;
};

export type SilenceRow = {
  id: string;
  ruleId: string | null;
  service: string | null;
  fingerprint: string | null;
  startsAt: string;
  endsAt: string;
  repeats: 'never' | 'daily' | 'weekly' | 'cron';
  /** IANA name: by its wall clock windows come again. */
  timeZone: string;
  /** Of `cron`: when further windows begin. */
  cronExpression: string | null;
  repeatsUntil: string | null;
  reason: string;
  createdBy: string;
  createdAt: string;
};

/** A row of which the database fills these columns. */
type Filled<Row, Column extends keyof Row> = Omit<Row, Column> & { [C in Column]: Generated<Row[C]> };

/** Mirrors migrations/; the only tables this module can name. */
export type LoggingTables = {
  'logging.event': EventRow;
  'logging.rollup': RollupRow;
  'logging.word': { day: string; word: string; keys: string[] };
  'logging.corruption': { eventId: string; foundAt: Generated<string> };
  'logging.relay': { isOnly: boolean; closedTo: string | null; relayedTo: string | null };
  'logging.archiveDeletion': { eventId: string };
  'logging.rule': Filled<RuleRow, 'createdAt' | 'updatedAt' | 'version'>;
  'logging.ruleSet': { isOnly: boolean; version: number };
  'logging.matchCount': {
    ruleId: string;
    groupValue: string;
    bucket: string;
    writer: number;
    matched: number;
    total: number;
    services: Generated<string[]>;
  };
  'logging.incident': Filled<IncidentRow, 'reopenedCount' | 'version'>;
  'logging.incidentStep': {
    id: string;
    incidentId: string;
    at: string;
    kind: 'opened' | 'reopened' | 'acknowledged' | 'resolved' | 'notified' | 'silenced';
    actorId: string | null;
    note: string | null;
  };
  'logging.silence': Filled<SilenceRow, 'createdAt' | 'timeZone'>;
};
