import { system } from '#kernel/access.ts';
import type { TestApp } from '#testing/app.ts';

export const PASSWORD = 'correct horse battery';
export const MINUTE_MS = 60_000;

/** The newest six-digit code that this address was sent. */
export async function codeFor(app: TestApp, email: string): Promise<string> {
  await app.drain();
  const mails: { text: string }[] = await app.mailbox(email);
  return mails.map(({ text }) => /\b\d{6}\b/.exec(text)?.[0]).find((code) => code !== undefined) ?? 'none';
}

/** A code that this one is not. */
export function wrongCode(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

/** Subjects of what the address was sent, newest first. */
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

/** Actions of the audit trail that `userId` is the subject or the author of, oldest first. */
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

/** An hourly duty, now. */
export async function runDuty({ modules, database }: TestApp, name: string): Promise<void> {
  const duty = modules.flatMap(({ jobs }) => jobs).find((job) => job.name === name);
  const settlement = await duty?.run(new AbortController().signal);
  if (!settlement) throw new Error('there is no such duty');
  await database.units.write(system('users'), settlement.write);
}
