import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer, temporaryDataDir, type ServerProcess } from '../story/server.ts';
import { call, createWorld, login, mailTo, PASSWORD, toSignedIn, type World } from '../story/world.ts';
import { isLong, notOnce, openStage, SECRET, until } from './stage.ts';

const PEOPLE = isLong ? 40 : 8;
const LEASE_MS = 30_000; // of a delivery that a killed worker had begun

test(
  'two servers and two workers on one database behave as one, also when one of each is killed',
  { timeout: 120_000 + PEOPLE * 2000 },
  async (t) => {
    const { app, closing } = await openStage(t);
    const environment = {
      DATABASE_URL: app.databaseUrl,
      BONYAN_SECRET: SECRET,
      BONYAN_RATE_LIMIT_PER_MINUTE: '0',
      BONYAN_MAX_LOOP_DELAY_MS: '0',
      BONYAN_WORKERS: 'false',
    };
    const { dataDir, remove } = temporaryDataDir();
    closing.push(remove);
    const start = (command: 'serve' | 'worker') => {
      const started = startServer(dataDir, environment, command);
      closing.push(started.kill);
      return started;
    };
    const [left, right] = [start('serve'), start('serve')];
    const workers = [start('worker'), start('worker')];
    await Promise.all(workers.map(({ started }) => started));
    const worlds = await Promise.all([left, right].map(toWorld));
    const [one, two] = worlds as [World, World];
    const emails = Array.from({ length: PEOPLE }, (_, index) => `p${index}@example.com`);
    const wrong: string[] = [];

    async function live(email: string, here: World, there: World): Promise<void> {
      const expect = (what: string, actual: unknown, expected: unknown) => {
        if (actual !== expected) wrong.push(`${email}: ${what} is ${String(actual)}, not ${String(expected)}`);
      };
      const person = { email, password: PASSWORD, firstName: 'سارا', lastName: 'کریمی' };
      expect('register', (await call(here, 'POST /users/register', { body: person })).status, 202);
      await until(async () => (await mailTo(there, email)).length > 0, LEASE_MS + 5000, `a mail to ${email}`);
      const code = /\d{6}/.exec((await mailTo(there, email))[0]?.subject ?? '')?.[0];
      expect('verify', (await call(there, 'POST /users/verify-email', { body: { email, code } })).status, 204);
      const signedIn = await login(here, email);
      expect('login', signedIn.status, 200);
      const as = toSignedIn(email, signedIn);
      const headers = { 'idempotency-key': `key-${email}` };
      const twice = [here, there].map((world) =>
        call(world, 'POST /todos', { as, body: { description: email }, headers }),
      );
      expect('one todo', [...new Set((await Promise.all(twice)).map(({ status }) => status))].includes(201), true);
      expect('todos there', (await call(there, 'GET /todos', { as })).body.totalCount, 1);
      expect('sign out', (await call(there, 'POST /users/sessions/revoke-all', { as })).status, 204);
      expect('the next request', (await call(here, 'GET /todos', { as })).status, 401);
    }

    const half = PEOPLE / 2;
    await Promise.all(
      emails.slice(0, half).map((email, index) => live(email, index % 2 ? one : two, index % 2 ? two : one)),
    );
    const killed = Promise.all([workers[0]?.kill(), right.kill()]);
    await Promise.all(emails.slice(half).map((email) => live(email, one, one)));
    await killed;

    const counts = await Promise.all(emails.map(async (email) => [email, (await mailTo(one, email)).length] as const));
    assert.deepEqual(wrong, []);
    assert.deepEqual(notOnce(emails, new Map(counts)), []);
  },
);

async function toWorld({ started }: ServerProcess): Promise<World> {
  const { url } = await started;
  return { ...createWorld(), url };
}
