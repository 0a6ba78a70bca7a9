import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definePermission, system, type AccessReason, type ResourceRule } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { testApp, type TestApp } from '#testing/app.ts';
import { within, type everything } from '#testing/authorization.ts';

/** The people of the interop of the AuthZEN working group: address, subject at its provider, and role. */
const PEOPLE = [
  { email: 'rick@the-citadel.com', digit: 0, role: 'interop admin', own: null },
  { email: 'morty@the-citadel.com', digit: 1, role: 'interop editor', own: '91' },
  { email: 'summer@the-smiths.com', digit: 2, role: 'interop editor', own: '93' },
  { email: 'beth@the-smiths.com', digit: 3, role: 'interop viewer', own: '94' },
  { email: 'jerry@the-smiths.com', digit: 4, role: 'interop viewer', own: '95' },
] as const;
type Person = (typeof PEOPLE)[number];
const PROVIDER = {
  BONYAN_OIDC_INTEROP_ISSUER: 'https://citadel.example',
  BONYAN_OIDC_INTEROP_CLIENT_ID: 'x',
  BONYAN_OIDC_INTEROP_CLIENT_SECRET: 'x',
};
const TODO = '7240d0db-8ff0-41ec-98b2-34a096273b';
const RICKS = '92';
const subjectOf = ({ digit }: { readonly digit: number }) =>
  Buffer.from(`\n$fd${digit}614d3-c39a-4781-b7bd-8b96f5a5100d\x12\x05local`).toString('base64');

const codes = ['read', 'create', 'change', 'change_all'] as const;
const [read, create, change, changeAll] = codes.map((name) => definePermission(`interop.${name}`, name)) as [
  ReturnType<typeof definePermission>,
  ReturnType<typeof definePermission>,
  ReturnType<typeof definePermission>,
  ReturnType<typeof definePermission>,
];
const ROLES = {
  'interop viewer': [read],
  'interop editor': [read, create, change],
  'interop admin': [read, create, change, changeAll],
};

/** How an installation models the interop: a module with three kinds of resources. */
function interopModule(emailOf: ReadonlyMap<string, string>) {
  const anybody = async (_: unknown, permission: string): Promise<AccessReason> => ({ code: 'permission', permission });
  const owners = new Map(PEOPLE.map(({ email, own }) => [`${TODO}${own ?? RICKS}`, email as string]));
  const todo: ResourceRule = {
    resourceType: 'todo',
    permissions: [read, create, change],
    actions: { can_read_todos: read, can_create_todo: create, can_update_todo: change, can_delete_todo: change },
    isId: () => true,
    async findReason({ id, permissions }, permission, resourceId, { ownerID } = {}) {
      if (permission !== change.code || permissions.has(changeAll.code)) return { code: 'permission', permission };
      return (ownerID ?? owners.get(resourceId)) === emailOf.get(id) ? { code: 'owner' } : null;
    },
  };
  const user = { resourceType: 'user', permissions: [read], actions: { can_read_user: read }, isId: () => true };
  const actions = { GET: read, POST: create, PUT: change, DELETE: change };
  const route = { resourceType: 'route', permissions: [read, create, change], actions, isId: () => true };
  return {
    name: 'interop',
    permissions: [read, create, change, changeAll],
    resourceRules: [todo, { ...user, findReason: anybody }, { ...route, findReason: anybody }],
  };
}

async function interop(app: TestApp) {
  const emailOf = new Map<string, string>();
  await app.authorization.declare([...app.modules, interopModule(emailOf)]);
  const admin = app.signIn(
    ...app.modules.flatMap(({ permissions = [] }) => permissions),
    read,
    create,
    change,
    changeAll,
  );
  for (const [name, permissions] of Object.entries(ROLES)) {
    const { status } = await admin.post('/authorization/roles', {
      name,
      permissions: permissions.map(({ code }) => code),
    });
    assert.equal(status, 201);
  }
  for (const person of PEOPLE) {
    const { email, role } = person;
    const made = await admin.post('/users', { email, firstName: 'a', lastName: 'b', roles: [role] });
    const id = made.body.id as string;
    emailOf.set(id, email);
    const { pool } = app.database;
    await pool.query("update users.user set status = 'active', email_verified_at = now() where id = $1", [id]);
    await pool.query(
      `insert into users.external_identity (id, user_id, provider, issuer, subject, created_at, last_used_at)
       values ($1, $2, 'interop', 'https://citadel.example', $3, now(), now())`,
      [newId(), id, subjectOf(person)],
    );
    await within(app, system('users'), (unit) => app.authorization.resume(unit, id));
  }
  return admin;
}

type Caller = Pick<ReturnType<typeof everything>, 'post'>;

interface Expected {
  readonly request: { subject: object; action: object; resource: object };
  readonly expected: boolean;
}

interface Version {
  readonly id: (person: Person) => string;
  readonly owner: (ownerID: string) => object;
  readonly note?: object;
}

/** How the published files name people and owners. They ask the same forty questions. */
const VERSIONS: Record<string, Version> = {
  '1.0-00': { id: (person: Person) => person.email, owner: (ownerID: string) => ({ ownerID }) },
  '1.0-01': { id: subjectOf, owner: (ownerID: string) => ({ properties: { ownerID } }), note: { _note: 'who it is' } },
  '1.0-02': { id: subjectOf, owner: (ownerID: string) => ({ properties: { ownerID } }) },
};

/** The decisions that the working group publishes for its todo application. */
function todoDecisions({ id, owner, note = {} }: Version): Expected[] {
  return PEOPLE.flatMap((person) => {
    const { email, own, role } = person;
    const subject = { type: 'user', id: id(person), identity: subjectOf(person), ...note };
    const [isViewer, isAdmin] = [role === 'interop viewer', role === 'interop admin'];
    const ask = (name: string, resource: object, expected: boolean) => ({
      request: { subject, action: { name }, resource },
      expected,
    });
    const todo = (end: string, ownerId: string) => ({ type: 'todo', id: `${TODO}${end}`, ...owner(ownerId) });
    const mine = own ? todo(own, email) : todo('91', 'morty@the-citadel.com');
    const ricks = todo(RICKS, 'rick@the-citadel.com');
    return [
      ask('can_read_user', { type: 'user', id: 'beth@the-smiths.com', userID: 'beth@the-smiths.com' }, true),
      ask('can_read_user', { type: 'user', id: email, userID: subjectOf(person) }, true),
      ask('can_read_todos', { type: 'todo', id: 'todo-1' }, true),
      ask('can_create_todo', { type: 'todo', id: 'todo-1' }, !isViewer),
      ...['can_update_todo', 'can_delete_todo'].flatMap((name) => [
        ask(name, ricks, isAdmin),
        ask(name, mine, !isViewer),
      ]),
    ];
  });
}

/** The batches of 1.0-02: who asks to change which todos. */
const BATCHES = [
  { digit: 0, owners: ['rick@the-citadel.com', 'jerry@the-smiths.com'], ends: ['92', '95'], expected: [true, true] },
  { digit: 1, owners: ['rick@the-citadel.com', 'morty@the-citadel.com'], ends: ['92', '91'], expected: [false, true] },
  { digit: 4, owners: ['rick@the-citadel.com', 'jerry@the-smiths.com'], ends: ['92', '95'], expected: [false, false] },
].map(({ digit, owners, ends, expected }) => ({
  request: {
    subject: { type: 'user', id: subjectOf({ digit }) },
    action: { name: 'can_update_todo' },
    ...(digit === 0 && { resource: {} }), // as in the examples of the working group
    evaluations: owners.map((ownerID, at) => ({
      resource: { type: 'todo', id: `${TODO}${ends[at]}`, properties: { ownerID } },
    })),
  },
  expected,
}));

const gatewayDecisions: Expected[] = PEOPLE.flatMap((person) =>
  [
    ['GET', '/users/{userId}'],
    ['GET', '/todos'],
    ['POST', '/todos'],
    ['PUT', '/todos/{todoId}'],
    ['DELETE', '/todos/{todoId}'],
  ].map(([name, id]) => ({
    request: {
      subject: { type: 'identity', id: subjectOf(person) },
      action: { name },
      resource: { type: 'route', id },
    },
    expected: name === 'GET' || person.role !== 'interop viewer',
  })),
);

test('the published decisions of the interop pass: todo 1.0-00, -01 and -02, gateway; alone and in batches', async (t) => {
  const app = await testApp(t, { environment: PROVIDER });
  const admin = await interop(app);
  const versions = Object.entries(VERSIONS).map(([name, version]) => [name, todoDecisions(version)] as const);

  for (const [name, decisions] of [...versions, ['gateway', gatewayDecisions] as const]) {
    const expected = decisions.map((one) => one.expected);
    const alone = await Promise.all(decisions.map(({ request }) => post(admin, 'evaluation', request)));
    const { body } = await post(admin, 'evaluations', { evaluations: decisions.map(({ request }) => request) });
    const [decidedAlone, together] = [alone.map((one) => one.body), body.evaluations].map(toDecisions);
    assert.deepEqual(decidedAlone, expected, name);
    assert.deepEqual(together, expected, name);
  }
  for (const { request, expected } of BATCHES)
    assert.deepEqual(toDecisions((await post(admin, 'evaluations', request)).body.evaluations), expected);
});

function toDecisions(answers: readonly { decision: boolean }[]): boolean[] {
  return answers.map(({ decision }) => decision);
}

function post(caller: Caller, path: string, body: object, headers = {}) {
  return caller.post(`http://localhost:8080/access/v1/${path}`, body, headers);
}
