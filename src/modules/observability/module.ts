/**
 * Observability: whether the system is well, and what an operator does about messages that failed.
 *
 * Offers    `/api/v1/observability`: failed messages, their replay, the event catalogue;
 *           `/api/v1/dashboard/orchestration-health`: processes, queues, outbox, inbox and broker; key figures, objectives
 *           and alerts.
 * Publishes `observability.replay_finished`, `observability.slo_breached`.
 * Hears     nothing.
 * Stores    schema `observability`: replays and how each of their messages ended, what the objectives count by minute,
 *           alerts, deploys. The messages are the platform's.
 *
 * Each sub-feature imports only from those above it in `createObservability`: replays, messages, orchestration, catalogue,
 * objectives, kpis, deploys, alerts.
 */
import { alertRoutes } from './alerts/routes.ts';
import { createRehearsal } from './alerts/rehearsal.ts';
import { createAlerts } from './alerts/service.ts';
import type { Module } from '#platform/module.ts';
import { stateTopic } from '#platform/http/topics/port.ts';
import { job, worker } from '#platform/work/port.ts';
import { audited } from './audited.ts';
import { catalogueRoutes } from './catalogue/routes.ts';
import { createEventContracts } from './catalogue/service.ts';
import {
  observabilityErrors,
  observabilityEvents,
  observabilityPermissions,
  type ObservabilityApi,
} from './contract.ts';
import { deployRoutes } from './deploys/routes.ts';
import { createDeploys } from './deploys/service.ts';
import { messageRoutes } from './messages/routes.ts';
import { createMessageService } from './messages/service.ts';
import { kpiRoutes } from './kpis/routes.ts';
import { createHistory } from './kpis/history.ts';
import { createRecent } from './kpis/recent.ts';
import { createKpis } from './kpis/service.ts';
import type { ObservabilityNeeds } from './needs.ts';
import { createRecorder } from './objectives/recorder.ts';
import { createObjectives } from './objectives/service.ts';
import { orchestrationRoutes } from './orchestration/routes.ts';
import { createOrchestrationHealth } from './orchestration/service.ts';
import { replayRoutes } from './replays/routes.ts';
import { createReplays, replayQueue } from './replays/service.ts';
import texts from './texts.json' with { type: 'json' };

const UNLIMITED = 2 ** 31 - 1; // a replay is looked at until it has ended

/** Of all that it shows. */
const topic = (word: string, about: string) => ({
  name: `observability.${word}`,
  access: observabilityPermissions.read,
  about,
  everyMs: 5000,
});

export function createObservability(needs: ObservabilityNeeds): Module<ObservabilityApi> {
  const replays = createReplays(needs);
  const messages = createMessageService({ ...needs, replays });
  const orchestration = createOrchestrationHealth(needs);
  const catalogue = createEventContracts(needs);
  const objectives = createObjectives(needs);
  const recorder = createRecorder(needs);
  const recent = createRecent(needs.registry);
  const kpis = createKpis({ ...needs, objectives, recent });
  const deploys = createDeploys(needs);
  const alerts = createAlerts({ ...needs, objectives });
  return {
    name: 'observability',
    topics: [
      stateTopic({ ...topic('orchestration', 'what runs where, as orchestration health'), read: orchestration.read }),
      stateTopic({ ...topic('metrics', 'the key figures of the process that answers'), read: kpis.read }),
      stateTopic({ ...topic('alerts', 'the newest alerts'), read: () => alerts.list({}) }),
      stateTopic({ ...topic('replays', 'the newest replays'), everyMs: 1000, read: () => replays.list({}) }),
    ],
    api: {
      start() {
        recorder.start();
        recent.start();
        void deploys.start();
      },
      stop() {
        recent.stop();
        return recorder.stop();
      },
    },
    routes: async (http) => {
      await http.register(messageRoutes(messages));
      await http.register(replayRoutes(replays));
      await http.register(orchestrationRoutes(orchestration));
      await http.register(catalogueRoutes(catalogue));
      await http.register(kpiRoutes(kpis, createHistory(needs)));
      await http.register(deployRoutes(deploys));
      await http.register(alertRoutes(alerts, createRehearsal(needs)));
    },
    tags: {
      observability: 'Whether the system is well, and what to do about messages that failed.',
      dashboard: 'What runs where.',
    },
    permissions: Object.values(observabilityPermissions),
    errors: Object.values(observabilityErrors),
    texts,
    publishes: Object.values(observabilityEvents),
    workers: [worker({ queue: replayQueue, maxAttempts: UNLIMITED, leaseMs: 30_000, handle: replays.work })],
    jobs: [
      job({
        name: 'observability.tidy',
        description: 'Deletes replays that ended more than 90 days ago',
        everySeconds: 86_400,
        run: replays.tidy,
      }),
      job({
        name: 'observability.alerts',
        description: 'Opens and closes operational alerts',
        everySeconds: 60,
        run: alerts.run,
      }),
      job({
        name: 'observability.forget',
        description: 'Deletes what the objectives no longer need, and alerts and deploys of a year ago',
        everySeconds: 3600,
        run: alerts.tidy,
      }),
    ],
    migrations: new URL('./migrations/', import.meta.url),
    sharedPaths: ['/api/v1/observability', '/api/v1/dashboard'],
    audited,
    // It keeps no ids of people: who did what is in the audit trail.
    privacy: { export: async () => null, erase: async () => {}, refusesErased: true },
    menu: [
      {
        path: '/observability',
        title: { en: 'Observability', fa: 'پایش' },
        permission: observabilityPermissions.read.code,
      },
      {
        path: '/messages',
        title: { en: 'Outbox & inbox', fa: 'صف پیام‌ها' },
        permission: observabilityPermissions.read.code,
      },
    ],
  };
}
