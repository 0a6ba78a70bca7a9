import { setTimeout as sleep } from 'node:timers/promises';
import { newFact, type Fact } from './facts.ts';
import { MAILBOX_KEY } from './server.ts';
import { request, type Answer, type Person, type Request } from './telling.ts';

export const API = '/api/v1';
export const ROLE = 'auditor';
export const PASSWORD = 'four quiet rivers at dawn';
const ADMIN_EMAIL = 'admin@example.com';

export interface Todo {
  /** Its unique description. */
  readonly mark: string;
  /** The `Idempotency-Key` that it is created with. */
  readonly key: string;
  id: string | null;
  readonly state: Fact<'absent' | 'open' | 'done'>;
}

export interface Session {
  readonly person: Person;
  readonly id: string;
  readonly state: Fact<'live' | 'ended'>;
}

export interface SignedIn extends Person {
  readonly id: string;
  refreshToken: string;
  /** A refresh got no answer. */
  isDoubtful: boolean;
  isBusy: boolean;
}

export interface Account {
  readonly email: string;
  readonly state: Fact<'absent' | 'pending' | 'active'>;
  readonly role: Fact<'without' | 'holding'>;
  readonly reset: Fact<'not asked' | 'asked'>;
  readonly todos: Todo[];
  readonly sessions: Session[];
  me: SignedIn | null;
}

/** Everything that was stored in one data folder, over all servers that have run on it. */
export function createWorld() {
  return {
    url: '',
    setupToken: '',
    admin: newFact<'absent' | 'present'>('the administrator', 'absent'),
    role: newFact<'absent' | 'present'>(`the role ${ROLE}`, 'absent'),
    adminMe: null as Person | null,
    accounts: [] as Account[],
  };
}

export type World = ReturnType<typeof createWorld>;

export function newAccount(email: string): Account {
  return {
    email,
    state: newFact<Account['state']['possible'][number]>(`account ${email}`, 'absent'),
    role: newFact<Account['role']['possible'][number]>(`${email}, as to the role,`, 'without'),
    reset: newFact<Account['reset']['possible'][number]>(`a reset for ${email}`, 'not asked'),
    todos: [],
    sessions: [],
    me: null,
  };
}

export function call({ url }: World, line: string, asked: Request = {}): Promise<Answer> {
  const [method, path = ''] = line.split(' ');
  return request(url, `${method} ${path.startsWith('/dev/') ? path : API + path}`, asked);
}

const PATIENCE = 10; // seconds

export function login(world: World, email: string): Promise<Answer> {
  return call(world, 'POST /users/login', { body: { email, password: PASSWORD } });
}

export function toSignedIn(name: string, { body }: Answer): SignedIn {
  const { accessToken, refreshToken, user } = body;
  return { name, accessToken, refreshToken, id: user.id, isDoubtful: false, isBusy: false };
}

export function setUp(world: World): Promise<Answer> {
  const body = {
    token: world.setupToken,
    email: ADMIN_EMAIL,
    password: PASSWORD,
    firstName: 'Mina',
    lastName: 'Rad',
  };
  return call(world, 'POST /setup', { body });
}

/** Tries again, as a client does: a server that has just started may be busy, and answers 503 with Retry-After. */
export async function patiently(ask: () => Promise<Answer>): Promise<Answer> {
  let answer = await ask();
  for (let again = 0; answer.status === 503 && again < PATIENCE; again++) {
    await sleep(1000);
    answer = await ask();
  }
  return answer;
}

export async function signInAdmin(world: World): Promise<Person> {
  const answer = await patiently(() => login(world, ADMIN_EMAIL));
  if (answer.status !== 200) throw new Error(`the administrator could not sign in: ${JSON.stringify(answer.body)}`);
  return (world.adminMe = toSignedIn('admin', answer));
}

export async function mailTo(world: World, email: string): Promise<{ subject: string }[]> {
  const headers = { 'X-Mailbox-Key': MAILBOX_KEY };
  const { body } = await call(world, `GET /dev/mailbox?to=${encodeURIComponent(email)}`, { headers });
  return body.items;
}
