import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#kernel/id.ts';
import { notificationPermissions } from '#modules/notifications/contract.ts';
import { todoPermissions } from '#modules/todos/contract.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { as, subject } from '#testing/authorization.ts';
import { authorizationPermissions } from '../contract.ts';

const { check } = authorizationPermissions;
const [READ, WRITE] = [todoPermissions.read.code, todoPermissions.write.code];
const ABSENT = 'no.such';
const OPERATIONS = [
  'POST /access/v1/evaluation',
  'POST /access/v1/evaluations',
  'POST /access/v1/search/subject',
  'POST /access/v1/search/resource',
  'POST /access/v1/search/action',
];
const ROUTES = OPERATIONS.map((name) => name.slice('POST /access/v1/'.length));

/** A program with the permission to ask, and somebody with two todos. */
async function prepare(app: TestApp) {
  const userId = await subject(app);
  const owner = as(app, userId);
  const todos: string[] = [];
  for (const description of ['x', 'y']) todos.push((await owner.post('/todos', { description })).body.id);
  const pep = app.signIn(check);
  const ask = async (path: string, body: object, caller: Pick<typeof pep, 'post'> = pep, headers = {}) => {
    const answer = await caller.post(`http://localhost:8080/access/v1/${path}`, body, headers);
    return { ...answer, found: answer.body.results, next: answer.body.page?.next_token };
  };
  const someone = { type: 'user', id: userId };
  const first = { type: 'todo', id: todos[0] };
  return { userId, todos, ask, someone, first };
}

/** Fits every route. */
function question(someone: object, resource: object) {
  return { subject: someone, action: { name: READ }, resource };
}

test('a batch ends where its semantic says, and each evaluation takes what it does not name from the batch', async (t) => {
  const app = await testApp(t);
  const { ask, someone, first } = await prepare(app);
  const decide = async (evaluations_semantic?: string) => {
    const evaluations = [
      { action: { name: READ } },
      { action: { name: ABSENT } },
      { action: { name: READ }, subject: { type: 'user', id: newId() } },
      { action: { name: WRITE } },
    ];
    const options = evaluations_semantic && { options: { evaluations_semantic, other: 1 } };
    const { body } = await ask('evaluations', { subject: someone, resource: first, evaluations, ...options });
    return body.evaluations.map(({ decision }: { decision: boolean }) => decision);
  };

  const single = await ask('evaluations', question(someone, first));
  const empty = await ask('evaluations', { ...question(someone, first), evaluations: [] });

  assert.deepEqual(await decide(), [true, false, false, true]);
  assert.deepEqual(await decide('execute_all'), [true, false, false, true]);
  assert.deepEqual(await decide('deny_on_first_deny'), [true, false]);
  assert.deepEqual(await decide('permit_on_first_permit'), [true]);
  assert.equal(single.body.decision, true);
  assert.deepEqual(empty.body, single.body);
});

test('a batch has at most 50 evaluations, whole ones, of a known semantic', async (t) => {
  const app = await testApp(t);
  const { ask, someone, first } = await prepare(app);
  const { subject: who, action, resource } = question(someone, first);
  const times = (count: number) => Array.from({ length: count }, () => ({ action }));

  const most = await ask('evaluations', { subject: who, resource, evaluations: times(50) });
  const more = await ask('evaluations', { subject: who, resource, evaluations: times(51) });
  const partial = await ask('evaluations', {
    subject: who,
    resource: {},
    evaluations: [{ action, resource }, { action }],
  });
  const unknown = await ask('evaluations', { evaluations: [], options: { evaluations_semantic: 'x' } });

  assert.equal(most.body.evaluations.length, 50);
  assert.deepEqual([more.status, more.body.errors[0].path], [400, '/evaluations']);
  assert.deepEqual([partial.status, partial.body.errors[0].path], [400, '/evaluations/1/resource']);
  assert.equal(unknown.status, 400);
});

test('searches answer what evaluations allow, page by page', async (t) => {
  const app = await testApp(t);
  const { userId, todos, ask, someone, first } = await prepare(app);
  const other = await subject(app);
  const action = { name: READ };
  const ids = (found: readonly { id: string }[]) => found.map(({ id }) => id);

  const owners = await ask('search/subject', { subject: { type: 'user' }, action, resource: first });
  const holders = { subject: { type: 'user' }, action, resource: { type: 'module', id: 'todos' } };
  const one = await ask('search/subject', { ...holders, page: { limit: 1 } });
  const two = await ask('search/subject', { ...holders, page: { limit: 1, token: one.next } });
  const own = await ask('search/resource', { subject: someone, action, resource: { type: 'todo' } });
  const half = await ask('search/resource', {
    subject: someone,
    action,
    resource: { type: 'todo', id: 'ignored' },
    page: { limit: 1 },
  });
  const rest = await ask('search/resource', {
    subject: someone,
    action,
    resource: { type: 'todo' },
    page: { token: half.next },
  });
  const modules = await ask('search/resource', { subject: someone, action, resource: { type: 'module' } });
  const actions = await ask('search/action', { subject: someone, resource: first });
  const others = await ask('search/action', { subject: { type: 'user', id: other }, resource: first });
  const ofModule = await ask('search/action', { subject: someone, resource: { type: 'module', id: 'todos' } });

  assert.deepEqual([owners.found, owners.next], [[{ type: 'user', id: userId }], '']);
  assert.deepEqual([ids(one.found), ids(two.found), two.next], [[userId], [other], '']);
  assert.deepEqual([ids(own.found), own.next], [todos.toSorted(), '']);
  assert.deepEqual([...ids(half.found), ...ids(rest.found), rest.next], [...todos.toSorted(), '']);
  assert.deepEqual(modules.found, [{ type: 'module', id: 'todos' }]);
  const names = [{ name: READ }, { name: WRITE }];
  assert.deepEqual(actions.found, names);
  assert.deepEqual(others.found, []);
  assert.deepEqual(ofModule.found, names);
});

test('a search that cannot be answered says so, and one for unknown names finds nothing', async (t) => {
  const app = await testApp(t);
  const { ask, someone, first } = await prepare(app);
  const { action } = question(someone, first);
  const nobody = { type: 'user', id: newId() };

  const messages = await ask('search/resource', {
    subject: someone,
    action: { name: notificationPermissions.read.code },
    resource: { type: 'notification' },
  });
  const token = { page: { token: 'Li4v' } };
  const forged = await ask('search/subject', { subject: { type: 'user' }, action, resource: first, ...token });
  const unknown = await Promise.all([
    ask('search/subject', { subject: { type: 'machine' }, action, resource: first }),
    ask('search/subject', { subject: { type: 'user' }, action: { name: ABSENT }, resource: first }),
    ask('search/subject', { subject: { type: 'user' }, action, resource: { type: 'planet', id: '1' } }),
    ask('search/resource', { subject: nobody, action, resource: { type: 'todo' } }),
    ask('search/resource', { subject: someone, action, resource: { type: 'planet' } }),
    ask('search/resource', { subject: someone, action: { name: ABSENT }, resource: { type: 'module' } }),
    ask('search/action', { subject: nobody, resource: first }),
    ask('search/action', { subject: someone, resource: { type: 'planet', id: '1' } }),
    ask('search/action', { subject: someone, resource: { type: 'module', id: 'planet' } }),
  ]);

  assert.deepEqual([messages.status, messages.body.code], [400, 'authorization.search_unsupported']);
  assert.deepEqual([forged.status, forged.body.code], [400, 'http.cursor_invalid']);
  for (const { status, found, next } of unknown) assert.deepEqual([status, found, next], [200, [], '']);
});

test('every endpoint ignores unknown fields, echoes the request id, and is refused without the permission', async (t) => {
  const app = await testApp(t);
  const { ask, someone, first } = await prepare(app);
  const id = 'gateway/7 a=b';

  for (const route of ROUTES) {
    const body = { ...question({ ...someone, identity: 'x' }, { ...first, owner: 'y' }), unknown: { deep: [1] } };
    const answer = await ask(route, body, undefined, { 'x-request-id': id });
    const refused = await ask(route, body, app.signIn(), { 'x-request-id': id });
    const wrong = await ask(route, {}, undefined, { 'x-request-id': id });
    const signedOut = await ask(route, body, app.anonymous);
    assert.deepEqual([answer.status, answer.headers['x-request-id']], [200, id], route);
    assert.deepEqual([refused.status, refused.headers['x-request-id']], [403, id], route);
    assert.deepEqual([wrong.status, wrong.headers['x-request-id']], [400, id], route);
    assert.equal(signedOut.status, 401, route);
  }
});

test('no id of a subject, action or resource breaks an answer, and none longer than 255 is taken', async (t) => {
  const app = await testApp(t);
  const { ask, someone, first } = await prepare(app);
  const hostile = [
    "' or 1=1 --",
    '../../etc',
    '__proto__',
    'constructor',
    '\u202eadmin',
    '%00',
    '٣'.repeat(255),
    'a@b@c',
  ];

  for (const id of hostile)
    for (const route of ROUTES) {
      const asked = [
        question({ type: 'user', id }, first),
        question({ type: id, id }, { type: id, id }),
        { ...question(someone, { type: 'module', id }), action: { name: id } },
      ];
      for (const body of asked) {
        const { status, body: answer } = await ask(route, body);
        assert.ok(status === 200 && !answer.decision, `${route} ${JSON.stringify(body)}: ${status}`);
      }
    }
  const { status, body } = await ask('evaluation', question({ type: 'user', id: 'x'.repeat(256) }, first));
  assert.deepEqual([status, body.errors[0].path], [400, '/subject/id']);
});

const provider = (name: string) => ({
  [`BONYAN_OIDC_${name}_ISSUER`]: `https://${name.toLowerCase()}.example`,
  [`BONYAN_OIDC_${name}_CLIENT_ID`]: 'x',
  [`BONYAN_OIDC_${name}_CLIENT_SECRET`]: 'x',
});

test('a subject of another provider is that of its issuer, and of nobody where several could be meant', async (t) => {
  const cases = [
    { providers: ['P'], issuer: undefined, expected: true },
    { providers: ['P'], issuer: 'https://p.example', expected: true },
    { providers: ['P', 'Q'], issuer: undefined, expected: false },
    { providers: ['P', 'Q'], issuer: 'https://p.example', expected: true },
    { providers: ['P', 'Q'], issuer: 'https://q.example', expected: false },
    { providers: ['Q'], issuer: undefined, expected: false },
    { providers: [], issuer: undefined, expected: false },
  ];
  for (const { providers, issuer, expected } of cases) {
    const app = await testApp(t, { environment: Object.assign({}, ...providers.map(provider)) });
    const { userId, ask, first } = await prepare(app);
    await app.database.pool.query(
      `insert into users."user" (id, email, first_name, last_name, password_hash, status, language, email_verified_at)
       values ($1, 'sara@example.com', 'a', 'b', '', 'active', 'en', now())`,
      [userId],
    );
    await app.database.pool.query(
      `insert into users.external_identity (id, user_id, provider, issuer, subject, created_at, last_used_at)
       values ($1, $2, 'p', 'https://p.example', 'sara', now(), now())`,
      [newId(), userId],
    );

    const { body } = await ask('evaluation', question({ type: 'user', id: 'sara', properties: { issuer } }, first));

    assert.equal(body.decision, expected, `${providers.join()} ${issuer}`);
  }
});

test('a subject is known by its UUID first, and by the proved address in any spelling', async (t) => {
  const app = await testApp(t, { environment: provider('Q') });
  const { userId, ask, first } = await prepare(app);
  const { pool } = app.database;
  const decide = async (id: string) => (await ask('evaluation', question({ type: 'user', id }, first))).body.decision;
  const taker = await subject(app);
  await pool.query(
    `insert into users."user" (id, email, first_name, last_name, password_hash, status, language, email_verified_at)
     values ($1, 'sara@example.com', 'a', 'b', '', 'active', 'en', null),
            ($2, 'x@example.com', 'a', 'b', '', 'active', 'en', now())`,
    [userId, taker],
  );
  const unproved = await decide('sara@example.com');
  await pool.query(`update users."user" set email_verified_at = now() where id = $1`, [userId]);
  const outside = newId();
  await pool.query(
    `insert into users.external_identity (id, user_id, provider, issuer, subject, created_at, last_used_at)
     values ($1, $2, 'p', 'https://p.example', $3, now(), now()), ($4, $5, 'q', 'https://q.example', $6, now(), now())`,
    [newId(), taker, userId, newId(), userId, outside],
  );

  assert.equal(unproved, false);
  assert.equal(await decide('sara@example.com'), true);
  assert.equal(await decide('Sara@EXAMPLE.com'), true);
  assert.equal(await decide(userId), true);
  assert.equal(await decide(userId.toUpperCase()), true);
  assert.equal(await decide(outside), true);
});

test('the metadata names every endpoint at the address of this installation, for everybody', async (t) => {
  const app = await testApp(t);

  const { status, body, headers } = await app.anonymous.get('http://localhost:8080/.well-known/authzen-configuration');

  assert.equal(status, 200);
  assert.match(String(headers['content-type']), /^application\/json/);
  const { policy_decision_point: base, ...endpoints } = body;
  const paths = Object.values(endpoints as Record<string, string>).map((url) => url.slice(base.length));
  assert.deepEqual(
    paths,
    ROUTES.map((route) => `/access/v1/${route}`),
  );
});
