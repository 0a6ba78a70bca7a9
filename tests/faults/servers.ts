import type { TestContext } from 'node:test';
import { startServer, temporaryDataDir } from '../story/server.ts';
import {
  call,
  createWorld,
  login,
  mailTo,
  PASSWORD,
  setUp,
  signInAdmin,
  toSignedIn,
  type World,
} from '../story/world.ts';
import { openProxy, toPostgres } from './proxy.ts';
import { openStage, SECRET } from './stage.ts';

export type Servers = Awaited<ReturnType<typeof openServers>>;

/**
 * Two real servers over one database; the LISTEN connection of `other` goes through a proxy. Also signed-in users
 * without roles, and for each of them a role without permissions.
 */
export async function openServers(t: TestContext, count: number) {
  const { app, closing } = await openStage(t);
  const { target, through } = toPostgres(app.databaseUrl);
  const proxy = await openProxy(t, target);
  const environment = {
    DATABASE_URL: app.databaseUrl,
    BONYAN_SECRET: SECRET,
    BONYAN_RATE_LIMIT_PER_MINUTE: '0',
    BONYAN_MAX_LOOP_DELAY_MS: '0',
  };
  const { dataDir, remove } = temporaryDataDir();
  closing.push(remove);
  const subscribed = startServer(dataDir, environment);
  closing.push(subscribed.kill);
  const one = createWorld();
  const { url, setupToken } = await subscribed.started;
  Object.assign(one, { url, setupToken });
  const proxied = startServer(dataDir, { ...environment, DATABASE_DIRECT_URL: through(proxy.port) });
  closing.push(proxied.kill);
  const other: World = { ...one, url: (await proxied.started).url };
  await setUp(one);
  const admin = await signInAdmin(one);
  const emails = Array.from({ length: count }, (_, index) => `p${index}@example.com`);
  const people = await Promise.all(
    emails.map(async (email) => {
      const me = await join(one, email);
      const role = `role of ${email}`;
      await call(one, 'POST /authorization/roles', { as: admin, body: { name: role } });
      return { me, role, admin, state: { holds: false, gives: false, granted: false, denied: false } };
    }),
  );
  return { one, other, people, proxy, freezeOther: proxied.freeze, wakeOther: proxied.wake };
}

async function join(world: World, email: string) {
  await call(world, 'POST /users/register', {
    body: { email, password: PASSWORD, firstName: 'سارا', lastName: 'کریمی' },
  });
  let code: string | undefined;
  for (const deadline = Date.now() + 20_000; code === undefined && Date.now() < deadline;) {
    code = /\d{6}/.exec((await mailTo(world, email))[0]?.subject ?? '')?.[0];
  }
  await call(world, 'POST /users/verify-email', { body: { email, code } });
  return toSignedIn(email, await login(world, email));
}
