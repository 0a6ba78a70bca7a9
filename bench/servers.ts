/**
 * The servers of the benchmarks, each in its own process: one PostgreSQL, Bonyan as `npm start` runs it, and the
 * reference.
 */
import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openEmbeddedPostgres, type EmbeddedPostgres } from '#platform/database/embedded/open.ts';

const ROOT = dirname(import.meta.dirname);
const START_TIMEOUT_MS = 30_000;
const ANSWER_TIMEOUT_MS = 30_000;
export const EMAIL = 'bench@example.com';
export const PASSWORD = 'four words are enough';

export interface Question {
  readonly ask: 'usage' | 'loopReset' | 'profileStart' | 'profileStop';
  readonly file?: string;
}

/** Since the process began; the loop's delay since `loopReset`. */
export interface Answer {
  readonly cpuMicros: number;
  readonly rssBytes: number;
  readonly loopMaxMs: number;
  readonly loopP99Ms: number;
}

export interface Server {
  readonly url: string;
  /** From the spawn of the process to its first answer to a request. */
  readonly startedMs: number;
  /** Bytes that the process holds in memory, as the operating system counts. */
  resident(): number;
  /** Only for a server that is measured from inside. */
  ask(question: Question): Promise<Answer>;
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string>>;

/** Starts a server that prints its address, and waits until it answers at `probe`. */
export async function startServer(
  file: string,
  args: readonly string[],
  env: Environment,
  probe: string,
  { isMeasured = true } = {},
): Promise<Server> {
  const startedAt = performance.now();
  const child = fork(join(ROOT, file), args, {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...env },
    // As `npm start` does: then rows that live for one request are seldom moved to the old generation.
    execArgv: ['--max-semi-space-size=64', ...(isMeasured ? ['--import', join(ROOT, 'bench', 'measure.ts')] : [])],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  try {
    const url = await printedUrl(child);
    await fetch(url + probe).then((response) => response.arrayBuffer());
    return {
      url,
      startedMs: performance.now() - startedAt,
      resident: () => 1024 * Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)]).toString()),
      ask: (question) => ask(child, question),
      stop: () => stop(child),
    };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

function printedUrl(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const timer = setTimeout(() => reject(new Error('the server did not start in time')), START_TIMEOUT_MS);
  child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it ran`)));
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const url = /runs at (http:\/\/[\w.]+:\d+)/.exec(text)?.[1];
    if (url) resolve(url.replace('localhost', '127.0.0.1'));
    else if (/"level":[56]0/.test(text)) process.stderr.write(text);
  });
  return promise.finally(() => clearTimeout(timer));
}

async function ask(child: ChildProcess, question: Question): Promise<Answer> {
  child.send(question);
  const [answer] = await once(child, 'message', { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
  if (answer.error) throw new Error(answer.error);
  return answer;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

export interface Stage {
  readonly bonyan: Server;
  readonly reference: Server;
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** Of a user with every permission. */
  readonly accessToken: string;
  readonly userId: string;
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
}

/**
 * Both servers over one PostgreSQL, with its durability on; all are stopped and removed when `use` ends. `isApart`: the
 * reference has a database of its own, a copy, so that what it writes makes no work for Bonyan.
 */
export async function onStage<R>(
  use: (stage: Stage) => Promise<R>,
  { isApart = false, environment: settings = {} }: { isApart?: boolean; environment?: Environment } = {},
): Promise<R> {
  await using cleanup = new AsyncDisposableStack();
  const folder = temporaryFolder();
  cleanup.defer(() => folder.remove());
  const database = await openEmbeddedPostgres({ dataDir: join(folder.path, 'postgres'), mode: 'own' });
  cleanup.defer(() => database.close());
  const environment = { BONYAN_DATA_DIR: folder.path, DATABASE_URL: database.url, ...settings };
  const referenceUrl = isApart ? await copyDatabase(database, environment) : database.url;
  const bonyan = await startBonyan(environment);
  cleanup.defer(() => bonyan.stop());
  const { accessToken, user } = await signIn(bonyan);
  const reference = await startServer('bench/reference/server.ts', [], { DATABASE_URL: referenceUrl, ISSUER }, '/');
  cleanup.defer(() => reference.stop());
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  cleanup.defer(() => client.end());
  return await use({
    bonyan,
    reference,
    databaseUrl: database.url,
    dataDir: folder.path,
    accessToken,
    userId: user.id,
    sql: async (text, values) => (await client.query(text, values)).rows,
  });
}

/** Once it is set up: a database that somebody uses cannot be copied. */
async function copyDatabase({ url, adminUrl }: EmbeddedPostgres, environment: Environment): Promise<string> {
  const bonyan = await startBonyan(environment);
  await signIn(bonyan); // makes the key that verifies tokens
  await bonyan.stop();
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query('create database reference template bonyan');
  await client.end();
  return Object.assign(new URL(url), { pathname: 'reference' }).href;
}

const SIGN_IN_ATTEMPTS = 10;
const ISSUER = 'http://localhost:0'; // the default issuer of a server on any free port

/** As `npm start` runs it; the rate limit is on, and too high to matter. */
export function startBonyan(env: Environment, options?: { isMeasured: boolean }): Promise<Server> {
  const settings = {
    PORT: '0',
    BONYAN_RATE_LIMIT_PER_MINUTE: '1000000',
    BONYAN_FAILURES_PER_NETWORK: '0',
    BONYAN_ADMIN_EMAIL: EMAIL,
    BONYAN_ADMIN_PASSWORD: PASSWORD,
  };
  return startServer('src/main.ts', ['serve'], { ...settings, ...env }, '/health/live', options);
}

/** A busy machine may shed the first request after a start; as a client should, this one tries again. */
export async function signIn({ url }: Server, email = EMAIL): Promise<{ accessToken: string; user: { id: string } }> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(`${url}/api/v1/users/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: PASSWORD }),
    });
    if (response.ok) return (await response.json()) as Awaited<ReturnType<typeof signIn>>;
    if (response.status !== 503 || attempt === SIGN_IN_ATTEMPTS)
      throw new Error(`cannot sign in: ${response.status} ${await response.text()}`);
    await sleep(Number(response.headers.get('retry-after')) * 1000);
  }
}

export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'bonyan-bench-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}
