import { loggingPermissions } from '../../../src/modules/logging/contract.ts';
import { ok, type Stage } from './stage.ts';

const COUNT = 200;
const HOUR_MS = 3_600_000;
const STACK = `Error: socket hang up
    at TLSSocket.onHangUp (/srv/shop/payments/provider.ts:88:11)
    at charge (/srv/shop/payments/charge.ts:41:9)
    at placeOrder (/srv/shop/orders/place.ts:120:5)`;

/** Lines of three services over the last hour, rules, one open and one resolved incident, and a silence. */
export async function fillLogs({ app, words, admin }: Stage): Promise<{ readonly incidentId: string }> {
  const program = app.signIn(loggingPermissions.write);
  const { rules, logs, notes } = words;
  const past = Array.from({ length: COUNT }, (_, at) =>
    line(words, at, Date.now() - HOUR_MS * ((at + 0.5) / COUNT + 0.03 * Math.sin(at / 6))),
  );
  await ok(program.post('/logging/events/bulk', { events: past }));
  const rule = { minimumLevel: 'error', windowSeconds: 300, cooldownSeconds: 900 };
  await ok(admin.post('/logging/alerts/rules', { ...rule, name: rules.payments, service: 'payments', thresholdCount: 3, severity: 'critical', groupBy: 'pattern' })); // prettier-ignore
  await ok(admin.post('/logging/alerts/rules', { ...rule, name: rules.stock, service: 'warehouse', thresholdCount: 1, severity: 'medium' })); // prettier-ignore
  await ok(admin.post('/logging/alerts/rules', { name: rules.quiet, kind: 'absence', service: 'warehouse', windowSeconds: 3600, severity: 'low', isEnabled: false })); // prettier-ignore
  await ok(program.post('/logging/events', { level: 'error', message: 'connection to the stock database was lost', sourceService: 'warehouse', sourceModule: 'stock' })); // prettier-ignore
  await ok(program.post('/logging/events/bulk', { events: [1, 2, 3, 4].map((at) => failure(logs.refused, at)) }));
  await app.drain();
  const { items } = await ok(admin.get('/logging/alerts/incidents'));
  const titled = (title: string): string => items.find((one: { title: string }) => one.title === title)?.id;
  await ok(admin.post(`/logging/alerts/incidents/${titled(rules.stock)}/resolve`, { note: notes.resolved }));
  await silence(admin, notes.silence);
  await app.drain();
  return { incidentId: titled(rules.payments) };
}

/** The lines of one moment, as a program sends them. */
export async function sendLines({ app, words }: Stage): Promise<void> {
  const program = app.signIn(loggingPermissions.write);
  const events = Array.from({ length: 16 }, (_, at) => line(words, at, Date.now() - (16 - at) * 40));
  await ok(program.post('/logging/events/bulk', { events }));
}

async function silence(admin: Stage['admin'], reason: string): Promise<void> {
  const startsAt = new Date(Date.now() - HOUR_MS).toISOString();
  const endsAt = new Date(Date.now() + 2 * HOUR_MS).toISOString();
  await ok(admin.post('/logging/alerts/silences', { service: 'catalogue*', startsAt, endsAt, reason })); // prettier-ignore
}

function line({ logs }: Stage['words'], at: number, time: number): object {
  const order = 4100 - at;
  const common = { timestampUtc: new Date(time).toISOString(), requestId: `req-${order}` };
  const text = (pattern: string, value = order) => pattern.replace('{n}', String(value));
  if (at % 41 === 7) return { ...failure(logs.refused, order), ...common };
  if (at % 13 === 4)
    return { ...common, level: 'warn', message: text(logs.slow, 800 + ((at * 37) % 900)), sourceService: 'shop', sourceModule: 'catalogue', httpPath: '/products', httpStatusCode: 200 }; // prettier-ignore
  if (at % 5 === 0)
    return { ...common, level: 'info', message: text(logs.packed), sourceService: 'warehouse', sourceModule: 'parcels', tags: ['parcel'] }; // prettier-ignore
  if (at % 3 === 0)
    return { ...common, level: 'info', message: text(logs.charged), sourceService: 'payments', sourceModule: 'charge', payload: { order, amount: 1900 + at } }; // prettier-ignore
  if (at % 11 === 1)
    return { ...common, level: 'debug', message: `cache of prices renewed in ${at % 40} ms`, sourceService: 'shop', sourceModule: 'cache' }; // prettier-ignore
  return { ...common, level: 'info', message: text(logs.served), sourceService: 'shop', sourceModule: 'orders', httpMethod: 'POST', httpPath: '/orders', httpStatusCode: 201 }; // prettier-ignore
}

function failure(pattern: string, order: number): object {
  return {
    level: 'error',
    message: pattern.replace('{n}', String(order)),
    sourceService: 'payments',
    sourceModule: 'charge',
    errorCode: 'PROVIDER_TIMEOUT',
    traceId: order.toString(16).padStart(32, '5b8efff798038103d269b633813fc60c'),
    httpMethod: 'POST',
    httpPath: '/charges',
    httpStatusCode: 504,
    payload: {
      order,
      provider: 'cards',
      attempt: 3,
      error: { type: 'Error', message: 'socket hang up', stack: STACK },
    },
  };
}
