import { ORGANISATION_PAGES, questionsInRows } from './rows.ts';

/** What is asked of a read: values of its filters beyond those that `openapi.json` enumerates. */
export interface Questions {
  /** Values of the parameters in its path: each is asked all questions. */
  readonly rows?: readonly Readonly<Record<string, string>>[];
  /** The rows cannot be answered; else one of the callers must get an answer in each. */
  readonly isRefused?: boolean;
  readonly filters?: Readonly<Record<string, readonly string[]>>;
  /** Filters that are asked together, beside each by itself. */
  readonly together?: readonly Readonly<Record<string, string>>[];
  /** Parameters of every question. */
  readonly always?: Readonly<Record<string, string>>;
  /** Asked once, unmeasured, before the questions. */
  readonly before?: Readonly<Record<string, string>>;
  /** What a filter may read beyond the bounds; it does not grow with the table. */
  readonly beyond?: Readonly<Record<string, { readonly rows?: number; readonly pages?: number }>>;
  /** What every question may read beyond the bounds, for the same reason. */
  readonly pages?: number;
  /** Who asks. The answer of an owner of many rows may grow; then a person with a row of each kind asks. */
  readonly as?: readonly Caller[];
}

/** Of operations that are no read, those that look for rows. They change few: of a person with one row of each kind. */
export const SEARCHES: readonly (readonly [method: 'POST', path: string, as: Caller, body: object])[] = [
  ['POST', '/api/v1/scheduler/pause', 'person', { type: 'platform.noop' }],
  ['POST', '/api/v1/scheduler/resume', 'person', { type: 'platform.noop' }],
  ...['pause', 'resume'].flatMap((change) =>
    (['admin', 'owner', 'person'] as const).flatMap((as) =>
      [{ type: 'none.such' }, { tag: 'none' }, { tag: 'rare' }].map(
        (body) => ['POST', `/api/v1/scheduler/${change}`, as, body] as const,
      ),
    ),
  ),
];

export type Caller = 'admin' | 'owner' | 'person';

/** Known by the fills of `src/testing/growth`. */
export interface Known {
  idOf(kind: string, n: number): string;
}

const LONG_AGO = '2020-01-01T00:00:00.000Z';
const AFTER_ALL = '2100-01-01T00:00:00.000Z';
const monthsAgo = (months: number) => new Date(Date.now() - months * 30 * 86_400_000).toISOString();
// From before all rows, from the newest ones, from after them all, from the middle.
// Few executions of the fill have one of these, or none.
const RARE_STATES = 'scheduled running failed canceled timedOut skipped deadLettered'.split(' ');
const instants = [LONG_AGO, monthsAgo(0.1), AFTER_ALL, monthsAgo(6)];

/** Each read of `openapi.json`. */
export function questionsOf({ idOf }: Known): Readonly<Record<string, Questions>> {
  const created = { from: instants, to: instants };
  const delivered = {
    ...created,
    provider: ['inbox', 'captured', 'none'],
    template: ['todos.due', 'none'],
  };
  const audit = {
    ...created,
    actorId: [idOf('user', 1)],
    impersonatorId: [idOf('user', 1), idOf('user', 2)],
    action: ['todos.todo_created', 'users.rare_thing_done', 'none.such'],
    resourceType: ['todo', 'none'],
    resourceId: [idOf('user', 1), idOf('user', 2), 'none'],
    text: ['clerk', 'nothing has this'],
  };
  const events = {
    from: instants,
    to: instants,
    service: ['shop', 'rare', 'none'],
    module: ['payments', 'none'],
    outcome: ['success', 'failure'],
    actorId: [idOf('user', 1), idOf('user', 2)],
    traceId: ['trace-7', 'none'],
    text: ['paid', 'seldom', 'nothing has this', '*eldo*', '*rder*', '*4020n'],
    query: ['level:error paid', 'seldom OR outcome:failure', '-paid', 'status>=500'],
  };
  const counted = { rows: 100_000, pages: 10_000 };
  const matches = { text: counted, query: counted, actorId: counted, traceId: counted };
  const searched = ['number 4020', 'bread', 'nothing has this', 'ea', 'qq', 'e', '~', 'نان', 'ژژ', 'ژ'];
  const files = {
    text: searched,
    contentType: ['application/pdf', 'image/*', 'text/plain'],
    ownerId: [idOf('user', 1), idOf('user', 2)],
    module: ['reports', 'none'],
    folderId: [idOf('folder', 4), idOf('folder', 11)],
    isInFolder: ['true', 'false'],
    tag: ['work', 'rare', 'none'],
    createdFrom: instants,
    createdTo: instants,
  };
  const profiles = {
    search: [...searched, 'number 4020', 'علی رضا'],
    preferredLanguage: ['fa', 'de', 'none'],
    minCompleteness: ['0', '80', '90'],
    maxCompleteness: ['100', '70', '10'],
    updatedFrom: instants,
    updatedTo: instants,
  };
  // The trash of everybody has about a page for each of its rows here; those that are shared cost 400 pages beside it.
  const sharedFiles = { storageStatus: { pages: 600 } };
  const jobs = {
    search: searched,
    type: ['platform.noop', 'none.such'],
    tag: ['work', 'rare', 'none'],
    declared: ['true', 'false'],
  };
  const executions = { ...created, jobId: [idOf('job', 2), idOf('job', 4)] };
  const nothing = `/api/v1/authorization
    /api/v1/webhooks
    /api/v1/organisations
    /api/v1/organisations/all
    /api/v1/organisations/active
    /api/v1/organisations/invitations
    /api/v1/scheduler/handlers
    /api/v1/scheduler/metrics
    /api/v1/scheduler/lanes
    /api/v1/authorization/roles
    /api/v1/notifications/inbox
    /api/v1/notifications/inbox/unread-count
    /api/v1/notifications/preferences
    /api/v1/notifications/push/public-key
    /api/v1/notifications/routing
    /api/v1/notifications/suppressions
    /api/v1/files/usage
    /api/v1/logging/access-control
    /api/v1/logging/health
    /api/v1/logging/schema
    /api/v1/profiles/me
    /api/v1/profiles/me/music
    /api/v1/users/me
    /api/v1/users/me/metadata
    /api/v1/users/bot-check
    /api/v1/users/bot-check/challenge
    /api/v1/setup
    /api/v1/users/sessions
    /api/v1/exports
    /api/v1/users/mfa
    /api/v1/users/passkeys
    /api/v1/users/api-keys
    /api/v1/users/impersonations
    /api/v1/users/identities
    /api/v1/users/oauth/providers
    /api/v1/users/oauth/callback
    /api/v1/observability/events/catalog
    /api/v1/observability/replays
    /api/v1/dashboard/orchestration-health
    /api/v1/observability/alerts
    /api/v1/audit/checkpoint
    /api/v1/audit/keys
    /api/v1/audit/archives
    /.well-known/authzen-configuration
    /.well-known/jwks.json
    /.well-known/openid-configuration
    /.well-known/oauth-authorization-server
    /health
    /health/live
    /health/ready
    /problems`.split(/\s+/);
  return {
    ...questionsInRows({ idOf }),
    ...Object.fromEntries(nothing.map((path) => [path, {}])),
    '/api/v1/notifications': {
      filters: created,
      together: [
        { status: 'failed', channel: 'sms' },
        { status: 'sent', channel: 'inApp' },
        { status: 'sent', channel: 'telegram', from: LONG_AGO },
      ],
    },
    '/api/v1/scheduler/jobs': { filters: jobs, together: [{ status: 'paused', type: 'none.such' }] },
    '/api/v1/scheduler/jobs/logs': {
      filters: executions,
      together: [{ status: 'deadLettered', jobId: idOf('job', 2), from: LONG_AGO }],
    },
    '/api/v1/scheduler/jobs/report': {
      // All that matches is answered: of a common state ask for what few executions are in.
      always: { status: 'deadLettered' },
      filters: { ...executions, status: RARE_STATES },
      together: [
        ...RARE_STATES.map((status) => ({ status, jobId: idOf('job', 4) })),
        { status: 'succeeded', to: LONG_AGO },
      ],
    },
    '/api/v1/notifications/schedules': {},
    '/api/v1/notification-templates': {
      filters: { language: ['en', 'fa', 'de'], name: ['letter-1230', 'letter', 'none'] },
      together: [{ channel: 'sms', language: 'en' }],
    },
    '/api/v1/notifications/reports/summary': { filters: delivered },
    '/api/v1/notifications/reports/details': {
      filters: { ...delivered, userId: [idOf('user', 1), idOf('user', 2)] },
      together: [
        { status: 'sent', provider: 'none', from: LONG_AGO },
        { channel: 'email', template: 'none', category: 'reminders', from: LONG_AGO },
        { status: 'failed', channel: 'sms', from: LONG_AGO },
        { userId: idOf('user', 2), status: 'failed', provider: 'none', from: LONG_AGO },
      ],
    },
    // What matches is answered as a whole.
    '/api/v1/notifications/reports/details.csv': {
      always: { status: 'failed' },
      filters: { ...delivered, status: ['failed', 'cancelled'], userId: [idOf('user', 1)] },
    },
    '/api/v1/notifications/unsubscribe': { filters: { token: ['none'] } },
    '/api/v1/users': {
      filters: { search: [...searched, 'person-420@', 'person', 'سارا'] },
      together: [
        { status: 'pending', search: 'person-420@' },
        { status: 'disabled', search: 'qq' },
      ],
    },
    '/api/v1/users/oauth/{provider}/start': {
      rows: [{ provider: 'google' }],
      isRefused: true, // no provider is set up
      always: { returnUrl: 'http://localhost/', codeChallenge: 'a'.repeat(43) },
    },
    '/api/v1/views': { filters: { of: ['/users', '/none'] } },
    '/api/v1/todos': {
      filters: { search: searched, label: ['home', 'rare', 'none'] },
      together: [
        { isCompleted: 'false', label: 'home' },
        { isCompleted: 'false', label: 'none' },
        { isCompleted: 'false', search: 'bread' },
        { label: 'home', search: 'qq' },
      ],
    },
    '/api/v1/files/folders': { filters: { parentId: [idOf('folder', 2)], ownerId: [idOf('user', 2)] } },
    '/api/v1/files/search': { filters: files, beyond: sharedFiles, pages: ORGANISATION_PAGES },
    '/api/v1/files/filter': { filters: files, beyond: sharedFiles, pages: ORGANISATION_PAGES },
    '/api/v1/logging/events': {
      filters: events,
      together: [
        { text: 'paid', minimumLevel: 'error' },
        { text: 'order', traceId: 'trace-7' },
      ],
    },
    // At most 100,000 matches are counted one by one, whatever the table has.
    '/api/v1/logging/histogram': { filters: { ...events, buckets: ['60'] }, beyond: matches },
    '/api/v1/logging/facets': {
      filters: { ...events, limit: ['10'] },
      always: { field: 'service' },
      together: [{ field: 'pattern' }],
      beyond: { ...matches, field: { rows: 100_000, pages: 10_000 } },
    },
    // Of the fill no checksum is right: 5,000 events are read, and written down.
    '/api/v1/logging/events/corrupted': {
      filters: { recalculate: ['false', 'true'] },
      beyond: { recalculate: { pages: 50_000 } },
    },
    '/api/v1/logging/alerts/incidents': {},
    '/api/v1/logging/alerts/rules': {},
    '/api/v1/logging/alerts/silences': {},
    '/api/v1/profiles/me/avatar': { filters: { size: ['64'] } },
    '/api/v1/profiles/reports/admin': {
      filters: profiles,
      together: [
        { isProfilePublic: 'true', preferredLanguage: 'de' },
        { isProfilePublic: 'false', search: 'qq' },
        { minCompleteness: '90', updatedFrom: LONG_AGO },
        { minCompleteness: '75', maxCompleteness: '76' },
      ],
    },
    // What matches is answered as a whole.
    '/api/v1/profiles/reports/admin.csv': {
      always: { preferredLanguage: 'de' },
      filters: { ...profiles, preferredLanguage: ['none'] },
    },
    '/api/v1/audit': {
      filters: audit,
      beyond: {
        text: { pages: 8000 }, // 1,000 entries are decrypted: payload and seal of each are looked up
        from: { rows: 10_001 }, // compared within a window of so many entries, which a numbered page reads once more
        to: { rows: 10_001 },
      },
      together: [
        { outcome: 'denied', action: 'todos.todo_created' },
        { resourceType: 'todo', resourceId: idOf('user', 1) },
      ],
    },
    // Four days of minutes and a month of slots: they are deleted afterwards.
    '/api/v1/observability/metrics': { pages: 400 },
    '/api/v1/observability/requests': {
      pages: 400,
      always: { from: '2020-01-01T00:00:00.000Z' },
      filters: { to: ['2026-11-23T08:00:00.000Z'] },
    },
    '/api/v1/observability/deploys': {
      always: { from: LONG_AGO },
      filters: { to: ['2026-11-23T08:00:00.000Z'] },
    },
    '/api/v1/observability/messages': {
      filters: {
        type: ['platform.inbox', 'none'],
        consumer: ['todos', 'none'],
        error: ['did not work', 'nothing has this'],
        olderThanSeconds: ['0', '315360000'],
        newerThanSeconds: ['0', '315360000'],
      },
      together: [{ box: 'inbox', state: 'failed', consumer: 'none' }],
    },
    // What matches is answered as a whole.
    '/api/v1/audit/export': {
      always: { action: 'users.rare_thing_done' },
      filters: { ...audit, action: ['none.such'] },
    },
    // The first report verifies the whole trail; the next ones what was recorded since.
    '/api/v1/audit/integrity': {
      before: { updateFlags: 'true', incremental: 'true' },
      always: { incremental: 'true' },
    },
    '/api/v1/audit/proof/inclusion': { filters: { size: ['49000'] }, always: { sequence: '500' } },
    '/api/v1/audit/proof/consistency': { filters: { to: ['49000'] }, always: { from: '500' } },
    '/api/v1/users/me/export': { as: ['person'] },
    '/dev/mailbox': { filters: { to: ['person-900@example.com', 'nobody@example.com'], id: ['none'], key: ['wrong'] } },
  };
}
