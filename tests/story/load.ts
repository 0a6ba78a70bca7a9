import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isKnown, newFact, type Ledger } from './facts.ts';
import {
  call,
  login,
  mailTo,
  newAccount,
  PASSWORD,
  ROLE,
  setUp,
  signInAdmin,
  toSignedIn,
  type Account,
  type SignedIn,
  type World,
} from './world.ts';

const CLIENTS = 6;
const MAX_NEWCOMERS = 3; // at once: with more, most clients would only register
const IDLE_MS = 2;
const MAX_ACCOUNTS = 60; // enough for every kind of change; more would only slow down the comparison
const MAX_TODOS = 90; // of one account; less than one page

type Member = Account & { me: SignedIn };
type Move = (world: World, ledger: Ledger, random: () => number) => Promise<void> | null;

/** Uses the server with several clients at once until it does not answer: `isGone` says whether that is expected. */
export async function useServer(world: World, ledger: Ledger, { random, isGone }: Playing): Promise<void> {
  const prepared = prepare(world, ledger);
  const clients = Array.from({ length: CLIENTS }, () => prepared.then(() => play(world, ledger, { random, isGone })));
  const ends = await Promise.allSettled(clients);
  const reasons = new Set(ends.filter((end) => end.status === 'rejected').map(({ reason }) => reason as unknown));
  for (const reason of reasons) {
    const isUnanswered = reason instanceof TypeError; // the error of fetch for a connection that is refused or cut
    if (!isUnanswered || !isGone()) ledger.refuse(String(reason));
  }
}

interface Playing {
  readonly random: () => number;
  readonly isGone: () => boolean;
}

async function prepare(world: World, ledger: Ledger): Promise<void> {
  if (isKnown(world.admin, 'absent')) {
    await ledger.change(world.admin, 'present', { ask: () => setUp(world), success: 201 });
  }
  const admin = world.adminMe ?? (await signInAdmin(world));
  if (!isKnown(world.role, 'absent')) return;
  const body = { name: ROLE, permissions: ['audit.read'] };
  await ledger.change(world.role, 'present', {
    ask: () => call(world, 'POST /authorization/roles', { as: admin, body }),
    success: 201,
  });
}

async function play(world: World, ledger: Ledger, { random, isGone }: Playing): Promise<void> {
  while (!isGone()) {
    const move = pick(MOVES, random)?.(world, ledger, random);
    await (move ?? sleep(IDLE_MS)); // an idle client leaves the processor to the server
  }
}

const register: Move = (world, ledger, random) => {
  const again = pick(
    world.accounts.filter(({ state }) => isKnown(state, 'absent')),
    random,
  );
  const newcomers = world.accounts.filter(({ state }) => !isKnown(state, 'active')).length;
  if (!again && (newcomers >= MAX_NEWCOMERS || world.accounts.length >= MAX_ACCOUNTS)) return null;
  const account = again ?? newAccount(`person${world.accounts.length + 1}@example.com`);
  if (!again) world.accounts.push(account);
  const body = { email: account.email, password: PASSWORD, firstName: 'سارا', lastName: 'کریمی' };
  const ask = () => call(world, 'POST /users/register', { body });
  return done(ledger.change(account.state, 'pending', { ask, success: 202 }));
};

const verify: Move = (world, ledger, random) => {
  const account = pick(
    world.accounts.filter(({ state }) => isKnown(state, 'pending')),
    random,
  );
  if (!account) return null;
  account.state.isBusy = true; // also while the client looks for the mail
  return mailTo(world, account.email)
    .finally(() => (account.state.isBusy = false))
    .then(async (mails) => {
      const code = /\d{6}/.exec(mails[0]?.subject ?? '')?.[0];
      if (code === undefined || !isKnown(account.state, 'pending')) return;
      const body = { email: account.email, code };
      const ask = () => call(world, 'POST /users/verify-email', { body });
      await ledger.change(account.state, 'active', { ask, success: 204 });
    });
};

const signIn: Move = (world, _ledger, random) => {
  const account = pick(
    world.accounts.filter(({ state, me }) => isKnown(state, 'active') && me === null),
    random,
  );
  if (!account) return null;
  return login(world, account.email).then((answer) => {
    if (answer.status !== 200) throw new Error(`${account.email} could not sign in: ${answer.status}`);
    account.me ??= toSignedIn(account.email, answer);
  });
};

const createTodo: Move = (world, ledger, random) => {
  const account = pick(members(world), random);
  if (!account || account.todos.length >= MAX_TODOS) return null;
  const key = randomUUID();
  const mark = `کار ${key}`;
  const todo = { mark, key, id: null as string | null, state: newFact<'absent' | 'open' | 'done'>(mark, 'absent') };
  account.todos.push(todo);
  const asked = { as: account.me, headers: { 'idempotency-key': key }, body: { description: mark } };
  return ledger
    .change(todo.state, 'open', { ask: () => call(world, 'POST /todos', asked), success: 201 })
    .then(({ body }) => void (todo.id = body.id));
};

const completeTodo: Move = (world, ledger, random) => changeTodo(world, ledger, random, 'open', 'done');
const reopenTodo: Move = (world, ledger, random) => changeTodo(world, ledger, random, 'done', 'open');
const deleteTodo: Move = (world, ledger, random) => changeTodo(world, ledger, random, 'done', 'absent');

const LINES = { done: 'PUT /complete', open: 'PUT /reopen', absent: 'DELETE ' };

function changeTodo(
  world: World,
  ledger: Ledger,
  random: () => number,
  from: 'open' | 'done',
  to: 'open' | 'done' | 'absent',
): Promise<void> | null {
  const account = pick(members(world), random);
  const todo =
    account &&
    pick(
      account.todos.filter(({ id, state }) => id !== null && isKnown(state, from)),
      random,
    );
  if (!todo) return null;
  const [method, verb = ''] = LINES[to].split(' ');
  const ask = () => call(world, `${method} /todos/${todo.id}${verb}`, { as: account.me });
  return done(ledger.change(todo.state, to, { ask, success: to === 'absent' ? 204 : 200 }));
}

const changeRole: Move = (world, ledger, random) => {
  const account = pick(
    members(world).filter(({ role }) => !role.isBusy && role.possible.length === 1),
    random,
  );
  if (!account || !world.adminMe) return null;
  const isHolding = isKnown(account.role, 'holding');
  const asked = { as: world.adminMe, body: { userId: account.me.id, roleName: ROLE } };
  const ask = () => call(world, `POST /authorization/${isHolding ? 'revoke' : 'assign'}-role`, asked);
  const changed = ledger.change(account.role, isHolding ? 'without' : 'holding', { ask, success: 200 });
  return changed.then(() => lookAtAudit(world, ledger, account));
};

/** The next request must be decided by the new state. */
async function lookAtAudit(world: World, ledger: Ledger, { me, role, email }: Member): Promise<void> {
  const wanted = isKnown(role, 'holding') ? 200 : isKnown(role, 'without') ? 403 : null;
  if (wanted === null) return; // another client has begun to change it
  role.isBusy = true;
  try {
    const { status } = await call(world, 'GET /audit?pageSize=1', { as: me });
    if (status !== wanted) ledger.refuse(`${email} read the audit trail: ${status} instead of ${wanted}`);
  } finally {
    role.isBusy = false;
  }
}

const openSession: Move = (world, _ledger, random) => {
  const account = pick(
    members(world).filter(({ sessions }) => sessions.length < 3),
    random,
  );
  if (!account) return null;
  return login(world, account.email).then(async (answer) => {
    if (answer.status !== 200) throw new Error(`${account.email} could not sign in: ${answer.status}`);
    const person = toSignedIn(account.email, answer);
    const { body } = await call(world, 'GET /users/sessions', { as: person });
    const { id } = body.items.find(({ isCurrent }: { isCurrent: boolean }) => isCurrent);
    account.sessions.push({ person, id, state: newFact<'live' | 'ended'>(`session ${id}`, 'live') });
  });
};

const endSession: Move = (world, ledger, random) => {
  const account = pick(members(world), random);
  const session =
    account &&
    pick(
      account.sessions.filter(({ state }) => isKnown(state, 'live')),
      random,
    );
  if (!session) return null;
  const ask = () => call(world, `POST /users/sessions/${session.id}/revoke`, { as: account.me });
  return done(ledger.change(session.state, 'ended', { ask, success: 204 }));
};

const refresh: Move = (world, _ledger, random) => {
  const me = pick(
    members(world).filter((account) => !account.me.isBusy),
    random,
  )?.me;
  if (!me) return null;
  me.isBusy = true;
  me.isDoubtful = true;
  return call(world, 'POST /users/refresh', { body: { refreshToken: me.refreshToken } })
    .then(({ status, body }) => {
      if (status !== 200) throw new Error(`${me.name} could not refresh: ${status}`);
      me.refreshToken = body.refreshToken;
      me.isDoubtful = false;
    })
    .finally(() => (me.isBusy = false));
};

const forgetPassword: Move = (world, ledger, random) => {
  const account = pick(
    members(world).filter(({ reset }) => isKnown(reset, 'not asked')),
    random,
  );
  if (!account) return null;
  const ask = () => call(world, 'POST /users/forgot-password', { body: { email: account.email } });
  return done(ledger.change(account.reset, 'asked', { ask, success: 202 }));
};

/** Moves that others depend on occur twice. */
const MOVES: readonly Move[] = [
  register,
  verify,
  verify,
  signIn,
  signIn,
  createTodo,
  createTodo,
  completeTodo,
  completeTodo,
  reopenTodo,
  deleteTodo,
  changeRole,
  openSession,
  endSession,
  refresh,
  forgetPassword,
];

function members({ accounts }: World): Member[] {
  return accounts.filter((account): account is Member => account.me !== null);
}

function pick<T>(items: readonly T[], random: () => number): T | undefined {
  return items[Math.floor(random() * items.length)];
}

async function done(promise: Promise<unknown>): Promise<void> {
  await promise;
}
