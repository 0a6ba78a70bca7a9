import { admin, byExample, type Asking } from './asking.ts';
import type { GrowthStage } from './stage.ts';

const failedMessage = async (stage: GrowthStage, n: number) => ({ id: stage.idOf('work', 1000 * (1 + n)) });

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
