import { system } from '#kernel/access.ts';
import type { TestApp } from '#testing/app.ts';

export const PASSWORD = 'correct horse battery';
export const MINUTE_MS = 60_000;

/** The newest six-digit code in the mails to this address. */
export async function codeFor(app: TestApp, email: string): Promise<string> {
  await app.drain();
  const mails: { text: string }[] = await app.mailbox(email);
  return mails.map(({ text }) => /\b\d{6}\b/.exec(text)?.[0]).find((code) => code !== undefined) ?? 'none';
}

/** The token of the newest link in the mails to this address. */
export async function linkFor(app: TestApp, email: string): Promise<string> {
  await app.drain();
  const mails: { text: string }[] = await app.mailbox(email);
  return mails.map(({ text }) => /#token=([\w-]+)/.exec(text)?.[1]).find((token) => token !== undefined) ?? 'none';
}

/** A code that differs from `code`. */
export function wrongCode(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

/** Subjects of the mails to this address, newest first. */
export async function subjects(app: TestApp, email: string): Promise<string[]> {
  await app.drain();
  const mails: { subject: string }[] = await app.mailbox(email);
  return mails.map(({ subject }) => subject);
}

export function login(app: TestApp, email: string, password = PASSWORD) {
  return app.anonymous.post('/users/login', { email, password });
}

/** A verified account, signed in. */
export async function member(app: TestApp, email = app.randomEmail()) {
  await app.anonymous.post('/users/register', { email, firstName: 'Sara', lastName: 'Amini', password: PASSWORD });
  await app.anonymous.post('/users/verify-email', { email, code: await codeFor(app, email) });
  const { body } = await login(app, email);
  return { email, id: body.user.id as string, tokens: body, ...app.withToken(body.accessToken) };
}

/** Two calls that need the row of the account: both wait for it, and `then` comes second. */
export async function inTurn<F, T>(
  { database }: TestApp,
  userId: string,
  first: () => Promise<F>,
  then: () => Promise<T>,
): Promise<[F, T]> {
  const holder = await database.pool.connect();
  await holder.query('begin');
  await holder.query('select 1 from users.user where id = $1 for update', [userId]);
  const waiting = async () => {
    const sql = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    return (await holder.query(sql)).rows.length;
  };
  const before = first();
  while ((await waiting()) < 1);
  let isOver = false;
  const after = then().finally(() => (isOver = true));
  while (!isOver && (await waiting()) < 2);
  await holder.query('commit');
  holder.release();
  return Promise.all([before, after]);
}

/** The id of the account with this address. */
export async function idOf(app: TestApp, email: string): Promise<string> {
  const { rows } = await app.database.pool.query<{ id: string }>(
    'select id from users.user where email = $1 or phone = $1',
    [email],
  );
  return rows[0]?.id ?? 'none';
}

/** Actions in the audit trail of which `userId` is the subject or the author, oldest first. */
export async function actionsOf(app: TestApp, userId: string): Promise<string[]> {
  const { rows } = await app.database.pool.query<{ action: string }>(
    'select action from audit.entry where actor_id = $1 or resource_id = $1 order by id',
    [userId],
  );
  return rows.map(({ action }) => action);
}

/** Types of the events about the user, oldest first. */
export async function eventsOf(app: TestApp, userId: string): Promise<string[]> {
  const { rows } = await app.database.pool.query<{ type: string }>(
    'select type from platform.event where key = $1 order by pos',
    [userId],
  );
  return rows.map(({ type }) => type);
}

/** Runs a scheduled job now. */
export async function runJob(
  { modules, database }: Pick<TestApp, 'modules' | 'database'>,
  name: string,
): Promise<void> {
  const found = modules.flatMap(({ jobs = [] }) => jobs).find((job) => job.name === name);
  const result = await found?.run(new AbortController().signal);
  if (!result) throw new Error(`there is no job ${name}`);
  await database.units.write(system('users'), result.write);
}
