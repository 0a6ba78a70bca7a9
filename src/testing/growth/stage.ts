import type { TestContext } from 'node:test';
import { createKeys } from '#platform/keys/derived.ts';
import { member, PASSWORD } from '#testing/accounts.ts';
import { SECRET, testApp, type TestApp, type TestOptions } from '#testing/app.ts';
import { fillTables } from './fill.ts';

/** Enough of a `TestContext` for a stage outside of a test. */
export type Closing = Pick<TestContext, 'after'>;

/** The answer to `send`: its body as an object if it is JSON, else as text. */
export interface SentAnswer {
  readonly status: number;
  // oxlint-disable-next-line no-explicit-any -- answers of every shape
  readonly body: any;
}

const OWNER_EMAIL = 'owner@example.com';

/** What the owner may do beside all that everybody may. */
const OWNER_MAY = [
  'scheduler.read',
  'scheduler.write',
  'scheduler.execute',
  'scheduler.manage',
  'scheduler.permissions.manage',
];

/**
 * An app whose tables have about `rows` rows each; half of them are the owner's, who is no administrator. Both have a
 * session.
 */
export async function filledApp(
  t: Closing,
  rows: number,
  options?: TestOptions,
  onDone?: (name: string, tookMs: number) => void,
) {
  const app: TestApp = await testApp(t as TestContext, options);
  const email = 'admin@example.com';
  const asked = await ownerOf(app, email);
  const idOf = await fillTables(app.databaseUrl, { app, keys: createKeys(SECRET), rows, ownerId: asked.id }, onDone);
  const { body: admin } = await app.anonymous.post('/users/login', { email, password: PASSWORD });

  /** As somebody with a token, or as nobody. Unlike the clients of the app, it takes answers that are no JSON. */
  async function send(
    { method, url, payload, headers = {} }: Sending,
    { accessToken }: { readonly accessToken?: string } = {},
  ): Promise<SentAnswer> {
    const authorization = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
    const response = await app.http.inject({
      method,
      url,
      headers: { ...authorization, ...headers },
      ...(payload && { payload }),
    });
    const isJson = /\/(problem\+)?json/.test(String(response.headers['content-type'])) && response.body !== '';
    return { status: response.statusCode, body: isJson ? response.json() : response.body };
  }

  return { app, send, owner: asked.tokens, admin: admin as Tokens, idOf };
}

/** The owner with a session, and the administrator beside; both exist already in a database that was kept. */
async function ownerOf(app: TestApp, adminEmail: string): Promise<{ readonly id: string; readonly tokens: Tokens }> {
  const known = await app.anonymous.post('/users/login', { email: OWNER_EMAIL, password: PASSWORD });
  if (known.status === 200) {
    const { body: me } = await app.withToken(known.body.accessToken).get('/users/me');
    return { id: me.id, tokens: known.body };
  }
  const person = { email: adminEmail, firstName: 'Sara', lastName: 'Amini', password: PASSWORD };
  await app.users.createAdministrator(person, { onlyFirst: true });
  const { tokens, id } = await member(app, OWNER_EMAIL);
  const { body: early } = await app.anonymous.post('/users/login', { email: adminEmail, password: PASSWORD });
  const asAdmin = app.withToken(early.accessToken);
  await asAdmin.post('/authorization/roles', { name: 'owners', permissions: OWNER_MAY });
  const { status } = await asAdmin.post('/authorization/assign-role', { userId: id, roleName: 'owners' });
  if (status !== 200) throw new Error(`the owner has no role: ${status}`);
  return { id, tokens: tokens as Tokens };
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface Sending {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly payload?: object | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}
