import { admin, byExample, type Asking } from './asking.ts';
import type { GrowthStage } from './stage.ts';

/** Fails a work item, which `discard` deletes. */
const failedMessage = async (stage: GrowthStage) => {
  const { rows } = await stage.app.database.pool.query<{ id: string }>(
    `insert into platform.work (id, queue, lane, ref, due_at, attempt, error, origin)
     select gen_random_uuid(), queue, lane, ref, due_at, attempt, error, origin from platform.work where id = $1
     returning id`,
    [stage.idOf('work', 1000)],
  );
  return { id: rows[0]?.id };
};

export const OBSERVABILITY: Readonly<Record<string, Asking>> = {
  ...byExample(
    'admin',
    `GET /api/v1/observability/messages
    GET /api/v1/observability/events/catalog
    GET /api/v1/observability/replays
    GET /api/v1/observability/metrics
    GET /api/v1/observability/alerts
    GET /api/v1/dashboard/orchestration-health`,
  ),
  'GET /api/v1/observability/messages/{id}': { ...admin, prepare: failedMessage },
  'GET /api/v1/observability/requests': { ...admin, query: { from: '2020-01-01T00:00:00.000Z' } },
  'GET /api/v1/observability/deploys': { ...admin, query: { from: '2020-01-01T00:00:00.000Z' } },
  'POST /api/v1/observability/messages/{id}/discard': { ...admin, prepare: failedMessage, body: { reason: 'x' } },
  'GET /api/v1/observability/objectives/{name}/alerts': { ...admin, prepare: async () => ({ name: 'reads' }) },
  'GET /api/v1/observability/replays/{id}': {
    ...admin,
    prepare: async (stage) => ({ id: stage.idOf('replay', 100) }),
  },
  'POST /api/v1/observability/orchestration/replay/inbox': { ...admin, body: { dryRun: true } },
  'POST /api/v1/observability/orchestration/replay/outbox': { ...admin, body: { dryRun: true } },
  'POST /api/v1/observability/orchestration/replay/work': { ...admin, body: { dryRun: true } },
};
