/**
 * Logging: events of this system and of any other program: stored, searched, and turned into incidents. Read
 * `ingest/group-commit.ts` (how events become durable), `transform/normalise.ts` (what of them is stored),
 * `search/slices.ts` (how a search stays within its budget) and `rules/counting.ts` (how a match is never missed).
 *
 * Offers    `/api/v1/logging`, and `/v1/logs` to OpenTelemetry exporters.
 * Publishes `logging.incident_opened`, `logging.incident_resolved`.
 * Hears     nothing yet.
 * Stores    schema `logging`: events and their counts by day; rules, incidents and silences.
 */
import type { Module } from '#platform/module.ts';
import { job } from '#platform/work/port.ts';
import { audited } from './audited.ts';
import { loggingErrors, loggingEvents, loggingPermissions } from './contract.ts';
import { ingestRoutes } from './ingest/routes.ts';
import { createIngest } from './ingest/service.ts';
import type { LoggingNeeds } from './needs.ts';
import { otlpRoutes } from './otlp/routes.ts';
import { createOtlp } from './otlp/service.ts';
import { searchRoutes } from './search/routes.ts';
import { createSearch } from './search/service.ts';
import { loggingSecrets } from './secrets.ts';
import { createRetention, dailyTablesOf } from './store/retention.ts';
import { eventRoutes } from './store/routes.ts';
import { createEventStore } from './store/service.ts';
import texts from './texts.json' with { type: 'json' };
import { transformRoutes } from './transform/routes.ts';
import { createTransform } from './transform/service.ts';

export function createLogging(needs: LoggingNeeds): Module {
  const transforms = createTransform(needs);
  const events = createEventStore(needs);
  const retention = createRetention(needs);
  const ingest = createIngest({ ...needs, transforms, observe: async () => {}, committed: () => {} });
  const otlp = createOtlp({ ingest });
  const search = createSearch(needs);
  const routes = [transformRoutes(transforms), searchRoutes(search), eventRoutes(events), ingestRoutes(ingest)];

  return {
    name: 'logging',
    routes: async (http) => {
      for (const each of routes) await http.register(each);
    },
    publicRoutes: otlpRoutes(otlp, ingest),
    tags: { logging: 'Events of this system and of other programs: ingest, search, alerts.' },
    permissions: Object.values(loggingPermissions),
    errors: Object.values(loggingErrors),
    texts,
    publishes: Object.values(loggingEvents),
    jobs: [
      job({
        name: 'logging.expire',
        description: 'Deletes events of levels that are kept for a shorter time',
        everySeconds: 3600,
        run: retention.expire,
      }),
      job({
        name: 'logging.words',
        description: 'Moves the words of new events into the index',
        everySeconds: 1,
        run: retention.cleanWords,
      }),
    ],
    dailyTables: dailyTablesOf(needs.config),
    migrations: new URL('./migrations/', import.meta.url),
    sharedPaths: ['/api/v1/logging'],
    audited,
    health: [ingest.component],
    secrets: loggingSecrets,
    privacy: { export: async () => null, erase: async () => {} },
    menu: [{ path: '/logs', title: { en: 'Logs', fa: 'لاگ‌ها' }, permission: loggingPermissions.read.code }],
  };
}
