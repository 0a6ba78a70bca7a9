import { admin, byExample, type Asking } from './asking.ts';
import type { GrowthStage } from './stage.ts';

const EVENT = { message: 'order 12 was paid', level: 'info', sourceService: 'shop' };
const id = (kind: string) => async (stage: GrowthStage, n: number) => ({ id: stage.idOf(kind, 20 + 2 * n) });
const madeEvent = async ({ call }: GrowthStage) => {
  const { body } = await call('admin', 'POST', '/api/v1/logging/events', EVENT);
  return { eventId: body.id };
};
const madeRule = async ({ call }: GrowthStage) => {
  const { body } = await call('admin', 'POST', '/api/v1/logging/alerts/rules', { name: 'made', isEnabled: false });
  return { id: body.id };
};
const madeSilence = async ({ call }: GrowthStage) => {
  const silence = {
    service: 'shop',
    startsAt: '2026-01-01T00:00:00.000Z',
    endsAt: '2026-01-02T00:00:00.000Z',
    reason: 'x',
  };
  const { body } = await call('admin', 'POST', '/api/v1/logging/alerts/silences', silence);
  return { id: body.id };
};

export const LOGGING: Readonly<Record<string, Asking>> = {
  ...byExample(
    'admin',
    `GET /api/v1/logging/access-control
    GET /api/v1/logging/alerts/incidents
    GET /api/v1/logging/alerts/rules
    GET /api/v1/logging/alerts/silences
    GET /api/v1/logging/events
    GET /api/v1/logging/events/corrupted
    GET /api/v1/logging/health
    GET /api/v1/logging/histogram
    GET /api/v1/logging/schema
    POST /api/v1/logging/alerts/rules
    POST /api/v1/logging/alerts/silences
    POST /api/v1/logging/events
    POST /api/v1/logging/events/bulk
    POST /api/v1/logging/transform
    POST /api/v1/logging/validate
    POST /v1/logs`,
  ),
  'GET /api/v1/logging/facets': { ...admin, query: { field: 'service' } },
  'GET /api/v1/logging/events/{eventId}': { ...admin, prepare: madeEvent },
  'GET /api/v1/logging/events/{eventId}/context': { ...admin, prepare: madeEvent },
  'DELETE /api/v1/logging/events/{eventId}': { ...admin, prepare: madeEvent },
  'GET /api/v1/logging/alerts/rules/{id}': { ...admin, prepare: id('rule') },
  'PUT /api/v1/logging/alerts/rules/{id}': {
    ...admin,
    headers: { 'if-match': '*' },
    body: { name: 'changed', isEnabled: false },
    prepare: madeRule,
  },
  'DELETE /api/v1/logging/alerts/rules/{id}': { ...admin, headers: { 'if-match': '*' }, prepare: madeRule },
  'POST /api/v1/logging/alerts/rules/{id}/test': {
    ...admin,
    body: { from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' },
    prepare: id('rule'),
  },
  'GET /api/v1/logging/alerts/incidents/{id}': { ...admin, prepare: id('incident') },
  'POST /api/v1/logging/alerts/incidents/{id}/acknowledge': {
    ...admin,
    body: {},
    prepare: async (stage, n) => {
      const incident = stage.idOf('incident', 20 + 2 * n);
      await stage.app.database.pool.query(`update logging.incident set status = 'open' where id = $1`, [incident]);
      return { id: incident };
    },
  },
  'POST /api/v1/logging/alerts/incidents/{id}/resolve': { ...admin, body: {}, prepare: id('incident') },
  'DELETE /api/v1/logging/alerts/silences/{id}': { ...admin, prepare: madeSilence },
  'POST /api/v1/logging/access-control/roles': {
    ...admin,
    prepare: async (_, n) => ({ name: `logs ${n} ${Date.now()}` }),
  },
  'POST /api/v1/logging/access-control/assign': {
    ...admin,
    body: { permissionCode: 'logging.events.read' },
    prepare: async (_, n) => ({ roleName: `team ${1 + (n % 9)}` }),
  },
};
