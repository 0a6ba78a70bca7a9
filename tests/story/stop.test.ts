import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request as send } from 'node:http';
import { test } from 'node:test';
import { startServer, temporaryDataDir, untilNobodyServes } from './server.ts';

const SOON_MS = 5000;

test('Ctrl-C lets running requests end, and does not wait for idle open connections', async (t) => {
  const { dataDir, remove } = temporaryDataDir();
  const server = startServer(dataDir);
  t.after(async () => {
    await server.kill();
    await remove();
  });
  const { url } = await server.started;
  const agent = new Agent({ keepAlive: true }); // with open connections that the server must not wait for
  t.after(() => agent.destroy());
  const accepted = await Promise.all(
    ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => beginRegistration(agent, url, `${name}@example.com`)),
  );
  // Passwords are hashed one after another: when the first is answered, the others are running.
  const answers = accepted.map((finish) => finish());
  await Promise.race(answers);

  const exited = server.interrupt();
  const statuses = await Promise.all(answers);
  const answeredMs = performance.now(); // from now on only idle connections are open

  assert.equal(await exited, 0);
  assert.ok(performance.now() - answeredMs < SOON_MS);
  assert.deepEqual([...new Set(statuses)], [202]);
  assert.ok(await untilNobodyServes(dataDir));
});

/** Sends the head of a request, waits until the server has read it, and answers a function that sends the rest. */
async function beginRegistration(agent: Agent, url: string, email: string): Promise<() => Promise<number | undefined>> {
  const body = JSON.stringify({ email, firstName: 'Sara', lastName: 'Karimi', password: 'four quiet rivers at dawn' });
  const registration = send(`${url}/api/v1/users/register`, {
    method: 'POST',
    agent,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      expect: '100-continue',
    },
  });
  registration.flushHeaders();
  await once(registration, 'continue');
  return async () => {
    const answered = once(registration, 'response');
    registration.end(body);
    const [response] = await answered;
    response.resume();
    return response.statusCode;
  };
}
