/**
 * The first story: the first steps with the started program, over HTTP, on its own database, from the first
 * administrator to Ctrl-C. Each chapter is a function; it gets what it needs of earlier chapters as parameters.
 */
import {
  MAILBOX_KEY,
  startServer,
  untilNobodyServes,
  type Program,
  type ServerProcess,
  type Started,
} from './server.ts';
import { createTelling, type Answer, type Chapter, type Person, type Telling } from './telling.ts';

const API = '/api/v1';
const PASSWORD = 'four quiet rivers at dawn';
const NEW_PASSWORD = 'seven loud rivers at dusk';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const ADMIN = { email: 'admin@example.com', firstName: 'Mina', lastName: 'Rad', password: PASSWORD };
const SARA = { email: 'sara@example.com', firstName: 'سارا', lastName: 'کریمی', password: PASSWORD };
const REZA = { email: 'reza@example.com', firstName: 'رضا', lastName: 'یزدی', password: PASSWORD };

/** @throws at the first step with an unexpected answer. The server has ended afterwards in any case. */
export async function tellFirstStory(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
  program?: Program,
): Promise<readonly Chapter[]> {
  const server = startServer(dataDir, environment, 'serve', program);
  try {
    const started = await server.started;
    const telling = createTelling(started.url);
    const admin = await setUp(telling, started);
    const sara = await join(telling);
    const current = await refresh(telling, sara);
    await keepTodos(telling, current, admin);
    await changeRoles(telling, admin, current);
    await signOut(telling, await resetPassword(telling, current));
    await stop(telling, server, dataDir, program);
    return telling.chapters();
  } finally {
    await server.kill();
  }
}

interface SignedIn extends Person {
  readonly id: string;
  readonly refreshToken: string;
}

function toSignedIn(name: string, { body }: Answer): SignedIn {
  return { name, id: body.user.id, accessToken: body.accessToken, refreshToken: body.refreshToken };
}

async function setUp({ ask, begin, hide, note }: Telling, { setupToken }: Started): Promise<SignedIn> {
  if (setupToken === null) throw new Error('the server printed no set-up link');
  hide(setupToken, '<set-up token>');
  begin('The first start');
  note({
    title: 'The server starts and prints a one-time set-up link',
    command: 'npm start',
    outcome: 'Bonyan runs at http://localhost:8080',
  });
  await ask('The server is ready', 'GET /health/ready', {}, { status: 200 });
  await ask('There is no administrator yet', `GET ${API}/setup`, {}, { status: 200, body: { isOpen: true } });
  const setup = `POST ${API}/setup`;
  await ask(
    'A wrong token creates no administrator',
    setup,
    { body: { token: 'guessed', ...ADMIN } },
    refused(403, 'users.setup_closed'),
  );
  await ask(
    'The printed token creates the administrator',
    setup,
    { body: { token: setupToken, ...ADMIN } },
    { status: 201, body: { email: ADMIN.email, roles: ['admin', 'user'] } },
  );
  const again = { token: setupToken, ...ADMIN, email: 'second@example.com' };
  await ask('The token works once', setup, { body: again }, refused(403, 'users.setup_closed'));
  const { email, password } = ADMIN;
  const login = await ask('The administrator signs in', `POST ${API}/users/login`, { body: { email, password } }, ok);
  return toSignedIn('admin', login);
}

async function join(telling: Telling): Promise<SignedIn> {
  const { ask, begin } = telling;
  const { email, password } = SARA;
  const [register, verify, login] = [
    `POST ${API}/users/register`,
    `POST ${API}/users/verify-email`,
    `POST ${API}/users/login`,
  ];
  const pending = { status: 202, body: { verificationRequired: true, resendAfterSeconds: 60 } };
  begin('An account');
  await ask(
    'A password that contains her name is refused',
    register,
    { body: { ...SARA, password: 'sara sara sara' } },
    refused(400, 'users.password_refused'),
  );
  await ask(
    'An unknown field is refused',
    register,
    { body: { ...SARA, role: 'admin' } },
    refused(400, 'http.invalid'),
  );
  await ask('Sara registers', register, { body: SARA }, pending);
  await ask(
    'She cannot sign in before her address is confirmed',
    login,
    { body: { email, password } },
    refused(403, 'users.email_not_verified'),
  );
  const code = await readCode(telling, 'Her code comes by mail', email, 'verification code');
  await ask(
    'A wrong code is refused',
    verify,
    { body: { email, code: otherThan(code) } },
    refused(400, 'users.code_invalid'),
  );
  await ask('The code confirms her address', verify, { body: { email, code } }, noContent);
  await ask('The code works once', verify, { body: { email, code } }, refused(400, 'users.code_invalid'));
  await ask('Registering her address again is answered as the first time', register, { body: SARA }, pending);
  await readMail(telling, 'But only she gets a mail about it', email, 'You already have an account at Bonyan');
  await ask(
    'A wrong password does not sign in',
    login,
    { body: { email, password: NEW_PASSWORD } },
    refused(401, 'users.credentials_invalid'),
  );
  const sara = toSignedIn('sara', await ask('Sara signs in', login, { body: { email, password } }, ok));
  const me = { status: 'active', roles: ['user'] };
  await ask('She sees who she is and what she may do', `GET ${API}/users/me`, { as: sara }, { status: 200, body: me });
  return sara;
}

async function refresh({ ask, begin }: Telling, first: SignedIn): Promise<SignedIn> {
  const line = `POST ${API}/users/refresh`;
  const renew = (title: string, { refreshToken }: SignedIn) => ask(title, line, { body: { refreshToken } }, ok);
  begin('Refreshing');
  const second = toSignedIn('sara', await renew('A refresh token is exchanged for the next one', first));
  const third = toSignedIn('sara', await renew('And that one for the next one', second));
  const old = { refreshToken: first.refreshToken };
  await ask(
    'Reusing an old token is detected, since it may be stolen',
    line,
    { body: old },
    refused(401, 'users.token_reuse_detected'),
  );
  await ask('The whole session has ended', `GET ${API}/users/me`, { as: third }, refused(401, 'http.not_signed_in'));
  const { email, password } = SARA;
  const login = await ask('Sara signs in again', `POST ${API}/users/login`, { body: { email, password } }, ok);
  return toSignedIn('sara', login);
}

async function keepTodos({ ask, begin }: Telling, sara: SignedIn, stranger: SignedIn): Promise<void> {
  const todos = `${API}/todos`;
  const description = 'خرید کیک یزدی و شیر';
  const body = { description, labels: ['خانه'], priority: 'high' };
  begin('Todos');
  await ask('Without signing in, nobody sees them', `GET ${todos}`, {}, refused(401, 'http.not_signed_in'));
  const { body: todo } = await ask('Sara creates a todo', `POST ${todos}`, { as: sara, body }, { status: 201, body });
  await ask(
    'She sees it in her list',
    `GET ${todos}`,
    { as: sara },
    { status: 200, body: { totalCount: 1, items: [{ id: todo.id }] } },
  );
  const search = `search=${encodeURIComponent('كيك يزدي')}`;
  await ask(
    'A search with Arabic ي and ك finds it',
    `GET ${todos}?${search}`,
    { as: sara },
    { status: 200, body: { totalCount: 1, items: [{ description }] } },
  );
  await ask(
    'Other words do not find it',
    `GET ${todos}?search=${encodeURIComponent('نان')}`,
    { as: sara },
    { status: 200, body: { totalCount: 0 } },
  );
  const edit = (priority: string) => ({ as: sara, headers: { 'If-Match': '"1"' }, body: { priority } });
  const one = `${todos}/${todo.id}`;
  await ask('She changes the version that she has read', `PATCH ${one}`, edit('top'), {
    status: 200,
    body: { priority: 'top', version: 2 },
  });
  await ask(
    'A change of an older version is refused',
    `PATCH ${one}`,
    edit('low'),
    refused(412, 'http.precondition_failed'),
  );
  const done = await ask(
    'She completes it',
    `PUT ${one}/complete`,
    { as: sara },
    { status: 200, body: { isCompleted: true } },
  );
  await ask(
    'Completing it twice is one completion',
    `PUT ${one}/complete`,
    { as: sara },
    { status: 200, body: done.body },
  );
  const { body: copy } = await ask(
    'A copy of it is open',
    `POST ${one}/copy`,
    { as: sara },
    { status: 201, body: { description, isCompleted: false } },
  );
  await ask('For other users it does not exist', `GET ${one}`, { as: stranger }, refused(404, 'todos.not_found'));
  await ask('They cannot delete it either', `DELETE ${one}`, { as: stranger }, refused(404, 'todos.not_found'));
  await ask('She deletes the copy', `DELETE ${todos}/${copy.id}`, { as: sara }, noContent);
  await ask(
    'The copy does not exist any more',
    `GET ${todos}/${copy.id}`,
    { as: sara },
    refused(404, 'todos.not_found'),
  );
}

async function changeRoles({ ask, begin }: Telling, admin: SignedIn, sara: SignedIn): Promise<void> {
  const manage = `${API}/authorization`;
  const granted = { roleName: 'auditor', permissionCode: 'audit.read' };
  const given = { userId: sara.id, roleName: 'auditor' };
  const look = (title: string, as: SignedIn) =>
    ask(title, `GET ${API}/audit?action=authorization.&pageSize=1`, { as }, ok);
  const forbidden = (title: string) =>
    ask(
      title,
      `GET ${API}/audit`,
      { as: sara },
      { status: 403, body: { code: 'http.forbidden', permission: 'audit.read' } },
    );
  begin('Roles');
  await forbidden('Sara may not read the audit trail, and the answer names the missing permission');
  await ask(
    'She cannot give herself a role either',
    `POST ${manage}/assign-role`,
    { as: sara, body: { ...given, roleName: 'admin' } },
    { status: 403, body: { permission: 'authorization.manage' } },
  );
  await ask(
    'The administrator creates a role',
    `POST ${manage}/roles`,
    { as: admin, body: { name: 'auditor' } },
    { status: 201, body: { permissions: [], builtIn: false } },
  );
  await ask(
    'The administrator gives the role to Sara',
    `POST ${manage}/assign-role`,
    { as: admin, body: given },
    { status: 200, body: { roles: ['auditor', 'user'] } },
  );
  await forbidden('The role is still empty');
  await ask(
    'An unknown permission is refused',
    `POST ${manage}/assign-permission`,
    { as: admin, body: { ...granted, permissionCode: 'audit.rewrite' } },
    refused(400, 'authorization.permission_unknown'),
  );
  await ask(
    'The role gets a permission',
    `POST ${manage}/assign-permission`,
    { as: admin, body: granted },
    { status: 200, body: { permissions: ['audit.read'] } },
  );
  await look('Her next request is allowed', sara);
  await ask(
    'The role loses the permission',
    `POST ${manage}/revoke-permission`,
    { as: admin, body: granted },
    { status: 200, body: { permissions: [] } },
  );
  await forbidden('Her next request is refused');
  await ask('The role gets the permission back', `POST ${manage}/assign-permission`, { as: admin, body: granted }, ok);
  await look('She reads again', sara);
  await ask(
    'Sara loses the role',
    `POST ${manage}/revoke-role`,
    { as: admin, body: given },
    { status: 200, body: { roles: ['user'] } },
  );
  await forbidden('That also applies at once');
  await ask(
    'The last administrator cannot lose the role',
    `POST ${manage}/revoke-role`,
    { as: admin, body: { userId: admin.id, roleName: 'admin' } },
    refused(409, 'authorization.last_administrator'),
  );
  await look('All of these changes are in the audit trail', admin);
}

async function resetPassword(telling: Telling, before: SignedIn): Promise<SignedIn> {
  const { ask, begin } = telling;
  const { email } = SARA;
  const [forgot, reset, login] = [
    `POST ${API}/users/forgot-password`,
    `POST ${API}/users/reset-password`,
    `POST ${API}/users/login`,
  ];
  begin('A forgotten password');
  await ask('For an unknown address the answer is the same', forgot, { body: { email: REZA.email } }, { status: 202 });
  await ask('Sara asks for a new password', forgot, { body: { email } }, { status: 202 });
  const code = await readCode(telling, 'Her code comes by mail', email, 'code for a new password');
  const body = { email, code, newPassword: NEW_PASSWORD };
  await ask(
    'A wrong code changes nothing',
    reset,
    { body: { ...body, code: otherThan(code) } },
    refused(400, 'users.code_invalid'),
  );
  await ask('With the code she sets a new one', reset, { body }, noContent);
  await readMail(telling, 'She gets a mail about the change', email, 'Your Bonyan password was changed');
  await ask('Her old session is refused', `GET ${API}/users/me`, { as: before }, refused(401, 'http.not_signed_in'));
  const { refreshToken } = before;
  await ask(
    'The old session cannot be refreshed',
    `POST ${API}/users/refresh`,
    { body: { refreshToken } },
    refused(401, 'users.refresh_invalid'),
  );
  await ask(
    'The old password is refused',
    login,
    { body: { email, password: PASSWORD } },
    refused(401, 'users.credentials_invalid'),
  );
  return toSignedIn(
    'sara',
    await ask('The new password signs in', login, { body: { email, password: NEW_PASSWORD } }, ok),
  );
}

async function signOut({ ask, begin }: Telling, sara: SignedIn): Promise<void> {
  const [me, sessions] = [`GET ${API}/users/me`, `${API}/users/sessions`];
  const signIn = { body: { email: SARA.email, password: NEW_PASSWORD } };
  begin('Sessions');
  const answer = await ask(
    'Sara signs in on a second device',
    `POST ${API}/users/login`,
    { ...signIn, headers: { 'User-Agent': FIREFOX } },
    ok,
  );
  const laptop = toSignedIn('laptop', answer);
  const { body } = await ask(
    'She sees both of her sessions',
    `GET ${sessions}`,
    { as: sara },
    {
      status: 200,
      body: {
        items: [
          { device: 'Firefox on Linux', isCurrent: false },
          { device: 'curl', isCurrent: true },
        ],
      },
    },
  );
  await ask('She ends the other session', `POST ${sessions}/${body.items[0].id}/revoke`, { as: sara }, noContent);
  await ask('Its next request is refused', me, { as: laptop }, refused(401, 'http.not_signed_in'));
  const phone = toSignedIn('phone', await ask('She signs in on a third device', `POST ${API}/users/login`, signIn, ok));
  await ask('She ends all but the current one', `POST ${sessions}/revoke-all-except-current`, { as: sara }, noContent);
  await ask('The third device is refused', me, { as: phone }, refused(401, 'http.not_signed_in'));
  await ask('The current session continues', me, { as: sara }, ok);
  await ask('She signs out', `POST ${API}/users/revoke`, { body: { refreshToken: sara.refreshToken } }, noContent);
  await ask('Her token is refused from then on', me, { as: sara }, refused(401, 'http.not_signed_in'));
}

async function stop(
  { begin, note }: Telling,
  server: ServerProcess,
  dataDir: string,
  program: Program | undefined,
): Promise<void> {
  begin('The end');
  const code = await server.interrupt();
  if (code !== (program?.[0] === 'npx' ? null : 0))
    throw new Error(`Ctrl-C ended the server with ${code}:\n${server.output()}`);
  if (!(await untilNobodyServes(dataDir))) throw new Error('PostgreSQL still runs after the server');
  note({ title: 'Ctrl-C ends the server and its PostgreSQL', command: 'kill -INT "$SERVER"', outcome: `exit ${code}` });
}

const ok = { status: 200 };
const noContent = { status: 204 };

function refused(status: number, code: string) {
  return { status, body: { status, code, type: `/problems/${code}` } };
}

async function readMail({ ask, hide }: Telling, title: string, to: string, subject: string): Promise<string> {
  const line = `GET /dev/mailbox?to=${encodeURIComponent(to)}`;
  const hasCome = ({ body }: Answer) => body.items[0]?.subject.includes(subject) === true;
  const headers = { 'X-Mailbox-Key': MAILBOX_KEY };
  hide(MAILBOX_KEY, '<mailbox key>');
  const answer = await ask(title, line, { headers }, { status: 200, until: hasCome });
  if (!hasCome(answer)) throw new Error(`no mail "${subject}" came to ${to}`);
  return answer.body.items[0].subject;
}

async function readCode(telling: Telling, title: string, to: string, subject: string): Promise<string> {
  const code = /\d{6}/.exec(await readMail(telling, title, to, subject))?.[0];
  if (code === undefined) throw new Error(`no mail with a code came to ${to}`);
  telling.hide(code, '<code>');
  return code;
}

/** A well-formed, wrong code. */
function otherThan(code: string): string {
  return code === '000000' ? '111111' : '000000';
}
