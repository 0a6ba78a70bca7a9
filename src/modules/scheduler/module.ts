/**
 * Scheduler: jobs that run on time, once, on whichever node is alive; that are tried again, and put aside when they keep
 * failing. Read `schedules/occurrences.ts` (how an occurrence becomes a run), `runs/engine.ts` (how a run is performed),
 * `runs/outcome.ts` (how it ends), `handlers/registry.ts` (what jobs can do).
 *
 * Offers    `/api/v1/scheduler`; `declare` to the program, which registers handlers and recurring duties (`SchedulerApi`).
 * Publishes `scheduler.job_created`, `scheduler.job_updated`, `scheduler.execution_succeeded`,
 *           `scheduler.execution_failed`, `scheduler.job_quarantined`.
 * Hears     nothing; occurrences, runs, what follows from them, the ends of pauses and erasure are its own work items.
 * Stores    schema `scheduler`; secrets of payloads sealed.
 */
import { withTables } from '#platform/database/port.ts';
import type { Module } from '#platform/module.ts';
import { dutyQueue, worker } from '#platform/work/port.ts';
import { audited } from './audited.ts';
import { schedulerErrors, schedulerEvents, schedulerPermissions, type SchedulerApi } from './contract.ts';
import { createPayloads } from './handlers/payload.ts';
import { createRegistry } from './handlers/registry.ts';
import { httpRequest } from './handlers/http-request.ts';
import { noop } from './handlers/shipped.ts';
import { createCleanup } from './executions/cleanup.ts';
import { runQueue } from './executions/create.ts';
import { laneRoutes } from './lanes/routes.ts';
import { createLanes } from './lanes/service.ts';
import { dependencyRoutes } from './dependencies/routes.ts';
import { createFollowing } from './dependencies/decide.ts';
import { followQueue } from './dependencies/follow.ts';
import { createDependencies } from './dependencies/service.ts';
import { dueQueue, handleDue } from './schedules/occurrences.ts';
import { scheduleRoutes } from './schedules/routes.ts';
import { createSchedules } from './schedules/service.ts';
import { createJobAccess } from './jobs/access.ts';
import { createDuties } from './jobs/duties.ts';
import { createPersonalData } from './jobs/personal-data.ts';
import { jobRoutes } from './jobs/routes.ts';
import { createJobs } from './jobs/service.ts';
import { liftQueue } from './jobs/resume.ts';
import { createJobStatus } from './jobs/status.ts';
import { createTelling, tellQueue } from './jobs/tell.ts';
import { statusRoutes } from './jobs/status-routes.ts';
import type { SchedulerNeeds } from './needs.ts';
import { reportRoutes } from './report/routes.ts';
import { createReport } from './report/service.ts';
import { createRunEngine } from './runs/engine.ts';
import { createMetrics } from './runs/metrics.ts';
import { runRoutes } from './runs/routes.ts';
import { createRuns } from './runs/service.ts';
import { createWatch } from './runs/watch.ts';
import { schedulerSecrets } from './secrets.ts';
import type { SchedulerTables } from './tables.ts';
import templates from './templates.json' with { type: 'json' };
import texts from './texts.json' with { type: 'json' };

const UNLIMITED = 2 ** 31 - 1; // a run counts its attempts itself

export function createScheduler(needs: SchedulerNeeds): Module<SchedulerApi> {
  const registry = createRegistry();
  const payloads = createPayloads(needs.keys);
  const cleanup = createCleanup(needs);
  const handlers = [httpRequest(needs.outbound), noop, cleanup.handler, ...needs.handlers];
  const dependencies = createDependencies({ ...needs, registry });
  const following = createFollowing(needs);
  const schedules = createSchedules({ ...needs, registry });
  const access = createJobAccess(needs);
  const jobs = createJobs({ ...needs, registry, payloads });
  const statuses = createJobStatus({ ...needs, registry });
  const telling = createTelling(needs);
  const duties = createDuties({ ...needs, registry, schedules });
  const personalData = createPersonalData(needs);
  const metrics = createMetrics(needs.db.read, needs.registry);
  const watch = createWatch(needs);
  const engine = createRunEngine({ ...needs, registry, payloads, statuses, metrics, watch });
  const runs = createRuns({ ...needs, registry, watch });
  const routes = [
    jobRoutes(jobs, access, registry),
    statusRoutes(statuses),
    scheduleRoutes(schedules),
    dependencyRoutes(dependencies),
    runRoutes(runs, metrics),
    laneRoutes(createLanes(needs.db.read, registry)),
    reportRoutes(createReport(needs)),
  ];
  const decided = { maxAttempts: UNLIMITED, leaseMs: 30_000, beginsTrace: true as const, handle: handleDue };

  return {
    name: 'scheduler',
    api: { declare: duties.declare },
    routes: async (http) => {
      for (const each of routes) await http.register(each);
    },
    tags: { scheduler: 'Jobs that run on time: schedules, executions, dependencies, quarantine.' },
    permissions: Object.values(schedulerPermissions),
    errors: Object.values(schedulerErrors),
    texts,
    templates,
    publishes: Object.values(schedulerEvents),
    workers: [
      personalData.worker,
      worker<SchedulerTables>({ queue: dueQueue, ...decided }),
      worker<SchedulerTables>({ queue: dutyQueue, ...decided }),
      worker<SchedulerTables>({
        queue: followQueue,
        maxAttempts: UNLIMITED,
        leaseMs: 30_000,
        slots: { burst: 0 }, // one item may decide about many jobs
        handle: following.handle,
      }),
      worker<SchedulerTables>({ queue: tellQueue, maxAttempts: 10, leaseMs: 30_000, handle: telling.handle }),
      worker<SchedulerTables>({ queue: liftQueue, maxAttempts: UNLIMITED, leaseMs: 30_000, handle: statuses.lift }),
      worker<SchedulerTables>({
        queue: runQueue,
        maxAttempts: UNLIMITED,
        leaseMs: needs.leaseMs,
        slots: { burst: 64 },
        handle: engine.handle,
      }),
    ],
    handlers,
    gauges: metrics.gauges,
    jobs: [cleanup.job],
    migrations: new URL('./migrations/', import.meta.url),
    resourceRules: [access.rule],
    audited,
    secrets: schedulerSecrets,
    privacy: {
      export: async (userId) => personalData.exportFor(userId),
      erase: (unit, userId) => personalData.forgetUser(withTables<SchedulerTables>(unit), userId),
    },
    menu: [
      { path: '/scheduler', title: { en: 'Scheduler', fa: 'زمان‌بند' }, permission: schedulerPermissions.read.code },
    ],
  };
}
