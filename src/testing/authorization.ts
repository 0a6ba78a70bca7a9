import type { TestContext } from 'node:test';
import { system, type Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { userPermissions } from '#modules/users/contract.ts';
import { member } from '#testing/accounts.ts';
import { testApp, type TestApp } from '#testing/app.ts';

const PASSWORD = 'correct horse battery';
/** Of who acts on behalf of somebody. */
export const REASON = 'Ticket 4512: the todos of March are missing';

/** An administrator with a session. */
export async function administrator(app: TestApp) {
  const email = app.randomEmail();
  const user = await app.users.createAdministrator(
    { email, firstName: 'a', lastName: 'b', password: PASSWORD },
    { onlyFirst: false },
  );
  const { body } = await app.anonymous.post('/users/login', { email, password: PASSWORD });
  return { userId: user?.id ?? '', ...app.withToken(body.accessToken) };
}

/** An account that can hold roles and has `user`, without a password. */
export async function subject(app: TestApp): Promise<string> {
  const userId = newId();
  await within(app, system('users'), (unit) => app.authorization.admit(unit, userId));
  return userId;
}

/** Calls with the stored permissions of the user, without a session. */
export function as(app: TestApp, userId: string) {
  return { userId, ...app.client({ 'x-test-caller': userId }) };
}

/** A caller who holds every permission but does not have the role `admin`. */
export function everything(app: TestApp) {
  return app.signIn(...app.modules.flatMap(({ permissions = [] }) => permissions));
}

/** Codes of the permissions that the modules grant to the role `user`, sorted. */
export function grantedToUsers({ modules }: TestApp): string[] {
  const declared = modules.flatMap(({ permissions = [] }) => permissions);
  return declared
    .filter(({ grantedTo }) => grantedTo.includes('user'))
    .map(({ code }) => code)
    .toSorted();
}

export function within<R>(app: TestApp, actor: Actor, work: (unit: AnyUnit) => Promise<R>): Promise<R> {
  return app.database.units.write(actor, work);
}

/** A caller inside the process who holds these permissions. */
export function holderOf(...permissions: string[]): Actor {
  return { ...system('x'), type: 'user', id: newId(), permissions: new Set(permissions) };
}

interface Entry {
  readonly actorId: string;
  readonly resourceId: string;
  readonly payload: Record<string, unknown>;
}

/** Newest first. */
export async function auditOf(app: TestApp, action: string): Promise<Entry[]> {
  return (await app.signIn(auditPermissions.read).get(`/audit?pageSize=100&action=${action}`)).body.items;
}

/** Types and payloads of the events that this module has published, oldest first. */
export async function published(app: TestApp): Promise<{ type: string; payload: Record<string, string> }[]> {
  const { rows } = await app.database.pool.query<{ type: string; payload: Record<string, string> }>(
    `select type, body as payload from platform.event where type like 'authorization.%' order by pos`,
  );
  return rows;
}

/** Rows of a module that does not use access lists; `t` in queries. */
export const resourceRows = (app: TestApp) =>
  app.database.forModule<{ 'todos.todo': { id: string } }>().read.selectFrom('todos.todo as t');

/** A member who may act on behalf of others; `owner` is an administrator. */
export async function supporter(app: TestApp) {
  const sara = await member(app);
  const owner = await administrator(app);
  const name = `support-${sara.id}`;
  await owner.post('/authorization/roles', { name, permissions: [userPermissions.impersonate.code] });
  await owner.post('/authorization/assign-role', { userId: sara.id, roleName: name });
  return { ...sara, owner, roleName: name };
}

/** Sara supports, Reza is a member; `start` answers the token with which Sara acts on his behalf. */
export async function support(t: TestContext) {
  const app = await testApp(t);
  const [reza, sara] = [await member(app), await supporter(app)];
  const start = (more: object = {}, userId = reza.id) =>
    sara.post(`/users/${userId}/impersonations`, { reason: REASON, ...more });
  return { app, reza, sara, start };
}
