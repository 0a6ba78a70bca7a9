import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from './facts.ts';
import { postmastersOf } from './server.ts';
import type { Answer, Request } from './telling.ts';
import {
  call,
  login,
  mailTo,
  patiently,
  ROLE,
  signInAdmin,
  toSignedIn,
  type Account,
  type SignedIn,
  type World,
} from './world.ts';

// Work that a killed process held stays leased for 30 s; then comes the next poll.
const MAIL_MS = 36_000;

/** A busy server says nothing about what it stores. */
function look(world: World, line: string, asked?: Request): Promise<Answer> {
  return patiently(() => call(world, line, asked));
}

/** Compares every acknowledged change with the state of the restarted server. */
export async function compare(world: World, ledger: Ledger): Promise<void> {
  const { body: setup } = await look(world, 'GET /setup');
  ledger.observe(world.admin, setup.isOpen ? 'absent' : 'present');
  if (setup.isOpen) return;
  const admin = await signInAdmin(world);
  const { body: roles } = await look(world, 'GET /authorization/roles', { as: admin });
  const found = roles.items.filter(({ name }: { name: string }) => name === ROLE);
  ledger.observe(world.role, found.length === 0 ? 'absent' : 'present');
  await Promise.all(world.accounts.map((account) => compareAccount(world, ledger, account)));
}

async function compareAccount(world: World, ledger: Ledger, account: Account): Promise<void> {
  const { me } = account;
  if (me) await compareRefresh(world, ledger, me);
  ledger.observe(account.state, me ? await stateOfMember(world, me) : await stateByLogin(world, account));
  if (!account.me) return;
  await compareTodos(world, ledger, account, account.me);
  await compareRole(world, ledger, account, account.me);
  for (const { person, state } of account.sessions) {
    const { status } = await look(world, 'GET /users/me', { as: person });
    ledger.observe(state, status === 200 ? 'live' : 'ended');
  }
}

/** A client whose answer was lost repeats the refresh with the same token, which is not a token reuse. */
async function compareRefresh(world: World, ledger: Ledger, me: SignedIn): Promise<void> {
  if (!me.isDoubtful) return;
  const { status, body } = await look(world, 'POST /users/refresh', { body: { refreshToken: me.refreshToken } });
  if (status !== 200) return ledger.refuse(`${me.name} lost the session by a refresh without an answer: ${status}`);
  me.refreshToken = body.refreshToken;
  me.isDoubtful = false;
}

async function stateOfMember(world: World, me: SignedIn): Promise<'absent' | 'active'> {
  const { status, body } = await look(world, 'GET /users/me', { as: me });
  return status === 200 && body.id === me.id ? 'active' : 'absent';
}

async function stateByLogin(world: World, account: Account): Promise<'absent' | 'pending' | 'active'> {
  const answer = await patiently(() => login(world, account.email));
  if (answer.status === 200) account.me = toSignedIn(account.email, answer);
  if (answer.status === 200) return 'active';
  return answer.body.code === 'users.email_not_verified' ? 'pending' : 'absent';
}

async function compareTodos(world: World, ledger: Ledger, account: Account, me: SignedIn): Promise<void> {
  const { body } = await look(world, 'GET /todos?pageSize=100', { as: me });
  const items: { id: string; description: string; isCompleted: boolean }[] = body.items;
  const known = new Set(account.todos.map(({ mark }) => mark));
  for (const { description } of items) if (!known.has(description)) ledger.refuse(`nobody created ${description}`);
  for (const todo of account.todos) {
    const found = items.filter(({ description }) => description === todo.mark);
    if (found.length > 1) ledger.refuse(`${todo.mark} exists ${found.length} times`);
    const wasDoubtful = todo.id === null;
    todo.id ??= found[0]?.id ?? null;
    const isDone = found[0]?.isCompleted === true;
    ledger.observe(todo.state, found.length === 0 ? 'absent' : isDone ? 'done' : 'open');
    if (wasDoubtful && todo.id !== null) await repeat(world, ledger, todo, me);
  }
}

/** A client without an answer repeats the request with the same key, and gets the existing todo. */
async function repeat(
  world: World,
  ledger: Ledger,
  { key, mark, id }: Account['todos'][number],
  me: SignedIn,
): Promise<void> {
  const asked = { as: me, headers: { 'idempotency-key': key }, body: { description: mark } };
  const { status, body } = await look(world, 'POST /todos', asked);
  if (status !== 201 || body.id !== id) ledger.refuse(`${mark} was repeated: ${status} ${JSON.stringify(body)}`);
}

async function compareRole(world: World, ledger: Ledger, { email, role }: Account, me: SignedIn): Promise<void> {
  if (!world.adminMe) return;
  const { body } = await look(world, `GET /authorization/users/${me.id}`, { as: world.adminMe });
  const isHolding = body.roles.includes(ROLE);
  ledger.observe(role, isHolding ? 'holding' : 'without');
  const { status } = await look(world, 'GET /audit?pageSize=1', { as: me });
  if (status !== (isHolding ? 200 : 403)) ledger.refuse(`${email} is not decided by the present roles: ${status}`);
}

/** Every accepted code arrives once, within the time that work of a killed process may take. Resolves with that time. */
export async function compareMail(world: World, ledger: Ledger): Promise<number> {
  const startMs = performance.now();
  for (;;) {
    const missing = new Array<string>();
    for (const account of world.accounts) {
      const subjects = (await mailTo(world, account.email)).map(({ subject }) => subject);
      const count = (words: string) => subjects.filter((subject) => subject.includes(words)).length;
      const exists = account.state.possible[0] !== 'absent';
      const [codes, resets] = [count('verification code'), count('code for a new password')];
      if (codes > 1 || resets > 1) ledger.refuse(`${account.email} got ${codes} codes and ${resets} reset codes`);
      if (codes > 0 && !exists) ledger.refuse(`${account.email} got a code and has no account`);
      if (exists && codes === 0) missing.push(`the code of ${account.email}`);
      if (resets === 0 && account.reset.possible.join('') === 'asked') missing.push(`the reset of ${account.email}`);
    }
    const tookMs = Math.round(performance.now() - startMs);
    if (missing.length === 0) return tookMs;
    if (tookMs > MAIL_MS) ledger.refuse(`after ${tookMs} ms still missing: ${missing.join(', ')}`);
    if (tookMs > MAIL_MS || ledger.violations.length > 0) return tookMs;
    await sleep(250);
  }
}

/**
 * Every message is recorded as sent, also if the process died after its mail had left, and each is one mail. Notices
 * arrive later than codes, so the mails are counted when nothing waits any more. Resolves with their number, and that of
 * the retried ones.
 */
export async function compareMessages(world: World, ledger: Ledger) {
  const startMs = performance.now();
  for (;;) {
    const messages = await listMessages(world);
    const unsent = messages.filter(({ status }) => status !== 'sent').length;
    const mails = await countMails(world);
    const tookMs = Math.round(performance.now() - startMs);
    const isSame = unsent === 0 && messages.length === mails;
    // An event may still be handled between the two counts: what is wrong stays so.
    if (!isSame && tookMs <= MAIL_MS) {
      await sleep(250);
      continue;
    }
    if (!isSame)
      ledger.refuse(`${messages.length} messages, ${unsent} of them not sent after ${tookMs} ms, and ${mails} mails`);
    const again = messages.filter(({ attempts }) => attempts.some(({ number }) => number > 1)).length;
    return { mails, again, tookMs };
  }
}

async function countMails(world: World): Promise<number> {
  let count = 0;
  for (const { email } of world.accounts) count += (await mailTo(world, email)).length;
  return count;
}

interface Message {
  readonly status: string;
  readonly attempts: readonly { readonly number: number }[];
}

async function listMessages(world: World): Promise<Message[]> {
  const messages: Message[] = [];
  if (!world.adminMe) return messages;
  for (let cursor = ''; ;) {
    const { body } = await look(world, `GET /notifications?pageSize=100${cursor}`, { as: world.adminMe });
    messages.push(...body.items);
    if (body.nextCursor === null) return messages;
    cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`;
  }
}

/** The trail has each change once: the state after one entry is the state before the next. */
export async function compareAudit(world: World, ledger: Ledger): Promise<void> {
  for (const { me, email } of world.accounts) {
    if (!me || !world.adminMe) continue;
    const { body } = await look(world, `GET /audit?resourceId=${me.id}&pageSize=100`, { as: world.adminMe });
    const { body: holdings } = await look(world, `GET /authorization/users/${me.id}`, { as: world.adminMe });
    const entries: { action: string; payload: { before?: string[]; after?: string[] } | null }[] = body.items;
    const count = (wanted: string) => entries.filter(({ action }) => action === wanted).length;
    const once = [count('users.registered'), count('users.email_verified')];
    if (once.join('') !== '11') ledger.refuse(`${email} was registered and verified ${once.join(' and ')} times`);
    const changes = entries.filter(({ action }) => action.startsWith('authorization.role_')).toReversed();
    const states = ['', ...changes.map(({ payload }) => String(payload?.after))];
    const isChain = changes.every(({ payload }, at) => String(payload?.before) === states[at]);
    if (!isChain || states.at(-1) !== String(holdings.roles)) ledger.refuse(`the trail of ${email} has a gap`);
  }
}

/** On Linux: exactly one PostgreSQL serves the folder. */
export function comparePostmasters(dataDir: string, ledger: Ledger): void {
  const pids = postmastersOf(dataDir);
  if (process.platform === 'linux' && pids.length !== 1)
    ledger.refuse(`${pids.length} PostgreSQL servers: ${pids.join(' ')}`);
}
