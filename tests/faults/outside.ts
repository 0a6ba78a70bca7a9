import { execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { SECRET, until } from './stage.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', 'scripts', 'services');
const PORTS_EACH = 40;
const run = promisify(execFile);

/** Real servers for this test only, on free ports; stopped and removed when `t` ends. */
export async function startServers<Name extends string>(t: TestContext, names: readonly Name[]) {
  const dir = await mkdtemp(join(tmpdir(), 'bonyan-servers-'));
  const env = { ...process.env, SERVICES_PORT: String(28_000 + PORTS_EACH * randomInt(50)) };
  const control = (verb: 'up' | 'down', wanted: readonly string[]) => run(SCRIPT, [verb, dir, ...wanted], { env });
  t.after(async () => {
    await control('down', []);
    await rm(dir, { recursive: true, force: true });
  });
  const { stdout } = await control('up', names);
  return {
    environment: toEnvironment(new Map(stdout.split('\n').map((line) => line.split(/=(.*)/) as [string, string]))),
    /** Resolves when it listens again. */
    up: (name: Name) => control('up', [name]),
    /** Resolves when its process has ended. */
    down: (name: Name) => control('down', [name]),
    /** `kill -9` of one process, which is started again as it was; such as `gateway`, of S3. Resolves when it has started. */
    crash: (name: string) => crash(join(dir, 'run', name)),
    /** Deletes what a stopped broker has stored. */
    loseData: (name: Name & 'rabbitmq') => rm(join(dir, name, 'data'), { recursive: true }),
  };
}

/** `runFile` has the pid of the process, and when it was born. */
async function crash(runFile: string): Promise<void> {
  const [pid = ''] = (await readFile(runFile, 'utf8')).split(' ');
  const [command = '', ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
  process.kill(Number(pid), 'SIGKILL');
  await until(async () => (await birthOf(pid)) === null, 10_000, 'the process has ended');
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.unref();
  await writeFile(runFile, `${child.pid} ${await birthOf(String(child.pid))}\n`);
}

/** When a process was born, in ticks since the machine was; null when it has ended. */
async function birthOf(pid: string): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? null : (fields[18] ?? null);
}

/** The settings of an installation that uses them all. */
function toEnvironment(settings: ReadonlyMap<string, string>) {
  const of = (name: string) => settings.get(`TEST_${name}`) ?? '';
  return {
    DATABASE_URL: of('POSTGRES_URL'),
    REDIS_URL: of('REDIS_URL'),
    AMQP_URL: of('AMQP_URL'),
    S3_ENDPOINT: of('S3_ENDPOINT'),
    S3_REGION: of('S3_REGION'),
    S3_BUCKET: of('S3_BUCKET'),
    S3_ACCESS_KEY_ID: of('S3_ACCESS_KEY_ID'),
    S3_SECRET_ACCESS_KEY: of('S3_SECRET_ACCESS_KEY'),
    CLAMAV_URL: of('CLAMAV_URL'),
    BONYAN_SECRET: SECRET,
    BONYAN_RATE_LIMIT_PER_MINUTE: '0',
    BONYAN_MAX_LOOP_DELAY_MS: '0',
  };
}
