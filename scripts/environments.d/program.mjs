/** Starts the program as a newcomer does, and tries it as one person. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const PASSWORD = 'four quiet rivers at dawn';
const START_MS = 300_000; // an installation on a slow line included
const STOP_MS = 60_000;
const BY_NPM = ['npm', 'start'];
/** What `npm start` runs. npm itself ends at once for a user who has neither an account nor a HOME. */
export const WITHOUT_NPM = ['sh', 'scripts/node', 'scripts/run.mjs', 'src/main.ts', 'serve'];
const NOISE = /^(?:npm (?:error|ERR!|warn|notice)|>|\s*$)/;

/**
 * `npm start`, or another `command`, in `cwd`, behind the command `prefix`, with only the variables of `env`. Resolves when it has printed its
 * address, or has ended: `url` is null then.
 */
export async function startProgram({ cwd, env, prefix = [], command = BY_NPM }) {
  const [program, ...args] = [...prefix, ...command];
  const began = performance.now();
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((done) => {
    child.once('error', (error) => done({ code: error.message }));
    child.once('close', (code, signal) => done({ code: code ?? signal }));
  });
  let said = '';
  const announced = new Promise((done) => {
    const hear = (text) => {
      said += text;
      if (/^Bonyan runs at \S+/m.test(said) && said.endsWith('\n\n')) done();
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear);
  });
  const isInTime = await Promise.race([announced, ended, sleep(START_MS, 'late', { ref: false })]);
  if (isInTime === 'late') child.kill('SIGKILL');
  return {
    seconds: (performance.now() - began) / 1000,
    url: /^Bonyan runs at (\S+)/m.exec(said)?.[1] ?? null,
    mailbox: /^ {2}mailbox +(http\S+)/m.exec(said)?.[1] ?? null,
    /** The lines that are not npm's own. */
    lines: () => said.split('\n').filter((line) => !NOISE.test(line)),
    ended,
    /** SIGTERM to npm, as a supervisor sends it. @throws when the program goes on, or reports a failure */
    async stop() {
      child.kill('SIGTERM');
      const end = await Promise.race([ended, sleep(STOP_MS, { code: 'nothing' }, { ref: false })]);
      if (end.code !== 0) throw new Error(`SIGTERM was answered by ${end.code}, not by exit 0:\n${said}`);
    },
  };
}

/** A new person who registers with the mailed code and signs in. @throws with the first unexpected answer */
export async function signUp({ url, mailbox }) {
  const email = `${randomBytes(5).toString('hex')}@example.com`;
  const names = { firstName: 'Sara', lastName: 'Karimi' };
  await expect(202, call(url, 'POST', '/users/register', { email, password: PASSWORD, ...names }));
  const code = await readCode(mailbox, email);
  await expect(204, call(url, 'POST', '/users/verify-email', { email, code }));
  const { body } = await expect(200, call(url, 'POST', '/users/login', { email, password: PASSWORD }));
  const token = body.accessToken;
  return {
    signIn: () => call(url, 'POST', '/users/login', { email, password: PASSWORD }),
    add: (description) => call(url, 'POST', '/todos', { description }, token),
    find: (id) => call(url, 'GET', `/todos/${id}`, undefined, token),
  };
}

/** The components of `/health` that are not healthy. */
export async function ailing(url) {
  const { components } = await (await fetch(`${url}/health`)).json();
  return components.filter(({ status }) => status !== 'healthy').map(({ name }) => name);
}

export async function expect(status, answering) {
  const answer = await answering;
  if (answer.status === status) return answer;
  throw new Error(`expected ${status}, but the answer was ${answer.status} ${JSON.stringify(answer.body)}`);
}

async function call(url, method, path, body, token) {
  const headers = {
    ...(body && { 'content-type': 'application/json' }),
    ...(token && { authorization: `Bearer ${token}` }),
  };
  const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  const retryAfter = Number(answer.headers.get('retry-after'));
  return { status: answer.status, body: text === '' ? null : JSON.parse(text), retryAfter };
}

async function readCode(mailbox, email) {
  const link = new URL(mailbox);
  link.searchParams.set('to', email);
  for (let round = 0; round < 200; round += 1) {
    const { items } = await (await fetch(link, { headers: { accept: 'application/json' } })).json();
    const code = /\b\d{6}\b/.exec(items[0]?.text ?? '')?.[0];
    if (code) return code;
    await sleep(100);
  }
  throw new Error(`no mail with a code came for ${email}`);
}
