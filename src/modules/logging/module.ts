/**
 * Logging: events of this system and of any other program: stored, searched, and turned into incidents. Read
 * `ingest/group-commit.ts` (how events become durable), `transform/normalise.ts` (what of them is stored),
 * `search/slices.ts` (how a search stays within its budget) and `rules/counting.ts` (how a match is never missed).
 *
 * Offers    `/api/v1/logging`, and `/v1/logs` to OpenTelemetry exporters.
 * Publishes `logging.incident_opened`, `logging.incident_resolved`.
 * Hears     links to files that were opened, infected files, breaks of the audit trail, changes of profiles, results of
 *           messages, and denials; the log lines of this process arrive by a ring of the platform, and refused requests
 *           from the server.
 * Stores    schema `logging`: events and their counts by day; rules, incidents and silences. With ClickHouse, older events
 *           there (`store/relay.ts`, `search/stores.ts`).
 */
import type { Module } from '#platform/module.ts';
import { withTables } from '#platform/database/port.ts';
import { stateTopic } from '#platform/http/topics/port.ts';
import { job, worker } from '#platform/work/port.ts';
import { audited } from './audited.ts';
import { loggingErrors, loggingEvents, loggingPermissions, type LoggingApi } from './contract.ts';
import { notificationQueue } from './incidents/queue.ts';
import { watchQueue } from './rules/queue.ts';
import { incidentRoutes } from './incidents/routes.ts';
import { createIncidents } from './incidents/service.ts';
import { ingestRoutes } from './ingest/routes.ts';
import { createIngest } from './ingest/service.ts';
import type { LoggingNeeds } from './needs.ts';
import type { LoggingTables } from './tables.ts';
import { otlpRoutes } from './otlp/routes.ts';
import { createOtlp } from './otlp/service.ts';
import { ruleRoutes } from './rules/routes.ts';
import { createRules } from './rules/service.ts';
import { searchRoutes } from './search/routes.ts';
import { createSearch } from './search/service.ts';
import { createDenials } from './own/denials.ts';
import { createOwnLines } from './own/lines.ts';
import { ownSubscriptions } from './own/module-events.ts';
import { loggingAccessRoutes } from './access/routes.ts';
import { createLoggingAccess } from './access/service.ts';
import { loggingSecrets } from './secrets.ts';
import { createArchiveChanges } from './store/archive-changes.ts';
import { createArchive } from './store/archive.ts';
import { storeGauges } from './store/gauges.ts';
import { createPersonalData } from './store/personal-data.ts';
import { createReading } from './store/reading.ts';
import { createRelay } from './store/relay.ts';
import { createRetention, dailyTablesOf } from './store/retention.ts';
import { eventRoutes } from './store/routes.ts';
import { createVocabulary } from './store/vocabulary.ts';
import { createWordIndex } from './store/word-index.ts';
import { createEventStore } from './store/service.ts';
import texts from './texts.json' with { type: 'json' };
import { transformRoutes } from './transform/routes.ts';
import { createTransform } from './transform/service.ts';

export function createLogging(needs: LoggingNeeds): Module<LoggingApi> {
  const transforms = createTransform(needs);
  const archive = needs.clickHouse && createArchive(needs.clickHouse);
  const relay = archive && createRelay({ ...needs, archive });
  const archived = archive && relay && { archive, relay };
  const reading = createReading({ ...needs, archived });
  const changes = createArchiveChanges({ ...needs, archived });
  const events = createEventStore({ ...needs, reading, changes, isArchived: archived !== null });
  const personalData = createPersonalData({ ...needs, reading, changes });
  const retention = createRetention({ ...needs, archive });
  const vocabulary = createVocabulary();
  const words = createWordIndex(needs);
  const incidents = createIncidents(needs);
  const rules = createRules({ ...needs, incidents, reading });
  const observe: typeof rules.observe = async (unit, stored, writer) => {
    await Promise.all([rules.observe(unit, stored, writer), relay?.refuseClosed(unit, stored)]);
  };
  const ingest = createIngest({
    ...needs,
    transforms,
    vocabulary,
    observe,
    noteStored: words.noteStored,
  });
  const otlp = createOtlp({ ingest });
  const search = createSearch({ ...needs, archived, events });
  const control = createLoggingAccess(needs);
  const ownLines = createOwnLines({ ...needs, ingest });
  const denials = createDenials({ ...needs, ingest });
  const routes = [
    loggingAccessRoutes(control),

    transformRoutes(transforms),
    searchRoutes(search),
    eventRoutes(events),
    ingestRoutes(ingest),
    ruleRoutes(rules),
    incidentRoutes(incidents),
  ];

  return {
    name: 'logging',
    topics: [
      stateTopic({
        name: 'logging.incidents',
        access: loggingPermissions.alerts,
        about: 'the newest incidents',
        everyMs: 2000,
        read: () => incidents.list({}),
      }),
    ],
    api: {
      start: ownLines.start,
      stop: words.stop,
      noteDenied: denials.note,
      incidents: {
        open: (unit, incident) => incidents.openOperational(withTables<LoggingTables>(unit), incident),
        resolve: (unit, key) => incidents.resolveOperational(withTables<LoggingTables>(unit), key),
      },
    },
    routes: async (http) => {
      for (const each of routes) await http.register(each);
    },
    publicRoutes: otlpRoutes(otlp, ingest),
    tags: { logging: 'Events of this system and of other programs: ingest, search, alerts.' },
    permissions: Object.values(loggingPermissions),
    errors: Object.values(loggingErrors),
    texts,
    publishes: Object.values(loggingEvents),
    subscriptions: ownSubscriptions({ ...needs, transforms, vocabulary, rules: { observe }, incidents }),
    workers: [
      worker({ queue: notificationQueue, maxAttempts: 1000, leaseMs: 30_000, handle: incidents.notify }),
      worker({ queue: watchQueue, maxAttempts: 1000, leaseMs: 30_000, beginsTrace: true, handle: rules.watch }),
      personalData.worker,
      ...changes.workers,
    ],
    jobs: [
      job({
        name: 'logging.alerts',
        description: 'Resolves quiet incidents, and deletes counts that no rule needs',
        everySeconds: 300,
        run: rules.tidy,
      }),
      job({
        name: 'logging.retention',
        description: 'Deletes events of levels that are kept for a shorter time',
        everySeconds: 3600,
        run: retention.expire,
      }),
      job({
        name: 'logging.close_day',
        description: 'Puts the last words of yesterday into its index',
        everySeconds: 3600,
        run: words.closeDay,
      }),
      ...(relay
        ? [
            job({
              name: 'logging.relay',
              description: 'Copies events of minutes that are over to ClickHouse',
              everySeconds: 60,
              run: relay.run,
            }),
          ]
        : []),
    ],
    gauges: storeGauges({ ...needs, relay, waiting: ingest.waiting }),
    dailyTables: dailyTablesOf(needs.config, archive !== null),
    migrations: new URL('./migrations/', import.meta.url),
    sharedPaths: ['/api/v1/logging'],
    audited,
    health: [ingest.component],
    secrets: loggingSecrets,
    privacy: {
      export: personalData.exportEvents,
      erase: (unit, userId) => personalData.erase(withTables<LoggingTables>(unit), userId),
    },
    menu: [
      { path: '/logs', title: { en: 'Logs', fa: 'لاگ‌ها' }, permission: loggingPermissions.read.code },
      { path: '/incidents', title: { en: 'Incidents', fa: 'رخدادها' }, permission: loggingPermissions.alerts.code },
    ],
  };
}
