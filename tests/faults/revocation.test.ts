import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  call,
  createWorld,
  login,
  mailTo,
  PASSWORD,
  ROLE,
  setUp,
  signInAdmin,
  toSignedIn,
  type World,
} from '../story/world.ts';
import { startServer, temporaryDataDir } from '../story/server.ts';
import { isLong, openStage, SECRET } from './stage.ts';
import { openProxy, toPostgres } from './proxy.ts';

const PEOPLE = 10;
const ROUNDS_EACH = isLong ? 10 : 2;

test(
  'a revoked permission is refused on the next request, also by a server that hears nothing',
  bounded(),
  async (t) => {
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
    const hearing = startServer(dataDir, environment);
    closing.push(hearing.kill);
    const world = createWorld();
    const { url, setupToken } = await hearing.started;
    Object.assign(world, { url, setupToken });
    const deafServer = startServer(dataDir, { ...environment, DATABASE_DIRECT_URL: through(proxy.port) });
    closing.push(deafServer.kill);
    const deaf: World = { ...world, url: (await deafServer.started).url };
    await setUp(world);
    const admin = await signInAdmin(world);
    await call(world, 'POST /authorization/roles', { as: admin, body: { name: ROLE, permissions: ['audit.read'] } });
    const people = await Promise.all(
      Array.from({ length: PEOPLE }, (_, index) => join(world, `p${index}@example.com`)),
    );

    proxy.swallow();
    const wrong: string[] = [];
    const tookMs: number[] = [];
    async function rounds(person: (typeof people)[number]): Promise<void> {
      const body = { userId: person.id, roleName: ROLE };
      const look = async () => (await call(deaf, 'GET /audit?pageSize=1', { as: person })).status;
      for (let round = 0; round < ROUNDS_EACH; round++) {
        const { status: assigned } = await call(world, 'POST /authorization/assign-role', { as: admin, body });
        const before = await look();
        const beganMs = performance.now();
        const { status: revoked } = await call(world, 'POST /authorization/revoke-role', { as: admin, body });
        tookMs.push(Math.round(performance.now() - beganMs));
        const after = await look();
        const seen = [assigned, before, revoked, after].join();
        if (seen !== '200,200,200,403') wrong.push(`${person.name} ${round}: ${seen}`);
      }
    }
    await Promise.all(people.map(rounds));

    t.diagnostic(`${tookMs.length} revocations, answered after ${Math.min(...tookMs)} to ${Math.max(...tookMs)} ms`);
    assert.deepEqual(wrong, []);
    assert.equal(tookMs.length, PEOPLE * ROUNDS_EACH);
  },
);

function bounded() {
  return { timeout: 60_000 + ROUNDS_EACH * 5000 };
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
