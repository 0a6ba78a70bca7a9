/**
 * `npm test [file or pattern…]`: runs the checks of `npm run check` (only without arguments), then the tests. It starts
 * one PostgreSQL for them; `TEST_DATABASE_URL` names another server to use instead. Tests of other services run only if
 * the variable of the service is set (`scripts/services up` prints them) or a browser is found. With `CI=true` a
 * missing service is a failure, unless BONYAN_TEST_SERVICES=optional.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, globSync, mkdtempSync, rmSync, statSync, statfsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { openEmbeddedPostgres } from '../src/platform/database/embedded/open.ts';
import { makeTemporary } from './needs.mjs';

const ALL = ['src/**/*.test.ts', 'tests/**/*.test.ts', 'bench/**/*.test.ts', 'examples/**/*.test.ts'];
const CHECKS = [['tsc'], ['tsc', '-p', 'console'], ['oxlint', '--type-aware', '--deny-warnings'], ['oxfmt', '--check']];
const SERVICES = {
  TEST_REDIS_URL: 'Redis',
  TEST_AMQP_URL: 'RabbitMQ',
  TEST_S3_ENDPOINT: 'S3',
  TEST_CLAMAV_URL: 'ClamAV',
  TEST_PGBOUNCER_URL: 'PgBouncer',
  TEST_CHROMIUM: 'Chromium',
  TEST_NGINX: 'nginx',
  TEST_CLICKHOUSE_URL: 'ClickHouse',
};
// Paths of browsers that the tests can control; TEST_CHROMIUM names another one.
const BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
];
// The number of cores of a small machine; with more, the tests would only wait for each other.
const CONCURRENCY = 2;
// A test that has not ended by then hangs; tests that need longer set their own time-out.
const TIMEOUT_MS = 120_000;
const PREFIX = 'bonyan-test-';
const LEFTOVER_MS = 3 * 3_600_000; // longer than any run
const MEMORY = '/dev/shm';
const MEMORY_BYTES = 4 * 1024 ** 3; // several times what the test databases take

const root = dirname(import.meta.dirname);
const browser = BROWSERS.find((path) => existsSync(path));
if (browser) process.env.TEST_CHROMIUM ||= browser;
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interrupted.abort());

process.chdir(root);
process.exitCode = await main(process.argv.slice(2));

/** Runs everything, also after a failure, so that one run reports all failures. */
async function main(named) {
  const failures = [];
  if (!reportMissingServices()) failures.push('services');
  for (const [command, ...args] of named.length > 0 ? [] : CHECKS) {
    console.log(`> ${[command, ...args].join(' ')}`);
    if (!(await succeeds(join('node_modules', '.bin', command), args, {}))) failures.push(command);
  }
  const patterns = named.length > 0 ? named : ALL.filter((pattern) => globSync(pattern).length > 0);
  if (!(await withDatabase((env) => runTests(patterns, env)))) failures.push('tests');
  if (failures.length > 0) console.error(`\nFailed: ${failures.join(', ')}`);
  return failures.length > 0 ? 1 : 0;
}

/** Prints one line with the missing services. False if that is a failure. */
function reportMissingServices() {
  const missing = Object.keys(SERVICES).filter((name) => !process.env[name]);
  if (missing.length === 0) return true;
  const names = missing.map((name) => `${SERVICES[name]} (${name})`).join(', ');
  console.log(`> these services are missing, so their tests are skipped (scripts/services starts them): ${names}`);
  return process.env.CI !== 'true' || process.env.BONYAN_TEST_SERVICES === 'optional';
}

function runTests(patterns, env) {
  const args = [
    '--test',
    `--test-concurrency=${CONCURRENCY}`,
    `--test-timeout=${TIMEOUT_MS}`,
    '--test-reporter=spec',
    `--import=${new URL('limit.mjs', import.meta.url).href}`,
    ...patterns,
  ];
  // Each test file is a process of its own: without the cache, each would strip and compile the same modules again.
  // It is deleted with the clone, unlike that of the user.
  const NODE_COMPILE_CACHE = join(root, 'node_modules', '.cache', 'compiled');
  return succeeds(process.execPath, args, { NODE_COMPILE_CACHE, ...env });
}

async function withDatabase(work) {
  if (interrupted.signal.aborted) return false;
  if (process.env.TEST_DATABASE_URL) return work({});
  const dataDir = makeFolder();
  if (dataDir === null) return false;
  try {
    // The data need not survive a crash; the tests of the database itself use other settings.
    const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '256MB' };
    const database = await openEmbeddedPostgres({ dataDir, mode: 'own', settings });
    try {
      return await work({ TEST_DATABASE_URL: database.adminUrl });
    } finally {
      await database.close();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Null, and a message, where there can be none. */
function makeFolder() {
  try {
    // Each test copies a database of a thousand small files: in memory, in a tenth of the time.
    deleteLeftovers(MEMORY);
    if (freeBytes(MEMORY) > MEMORY_BYTES) return mkdtempSync(join(MEMORY, PREFIX));
    return makeTemporary(PREFIX);
  } catch (error) {
    console.error(error.message);
    return null;
  }
}

/** Of runs that were killed: in memory they would stay until the machine is restarted. */
function deleteLeftovers(folder) {
  for (const path of globSync(join(folder, `${PREFIX}*`)))
    if (Date.now() - statSync(path).mtimeMs > LEFTOVER_MS) rmSync(path, { recursive: true, force: true });
}

/** 0 where there is no such folder, or none to write to. A file there takes the memory that the process may use. */
function freeBytes(folder) {
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return Math.min(bavail * bsize, process.availableMemory());
  } catch {
    return 0;
  }
}

async function succeeds(command, args, env) {
  if (interrupted.signal.aborted) return false;
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, PATH: path, ...env } });
  const pass = () => child.kill('SIGTERM');
  interrupted.signal.addEventListener('abort', pass);
  try {
    const [code] = await once(child, 'exit');
    return code === 0;
  } catch (error) {
    console.error(`${command}: ${error.message}`);
    return false;
  } finally {
    interrupted.signal.removeEventListener('abort', pass);
  }
}
