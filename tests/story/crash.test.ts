import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { compare, compareAudit, compareMail, compareMessages, comparePostmasters } from './comparison.ts';
import { createLedger, type Ledger } from './facts.ts';
import { useServer } from './load.ts';
import { postmastersOf, startServer, temporaryDataDir, untilNobodyServes, type ServerProcess } from './server.ts';
import { createWorld, type World } from './world.ts';

// `npm run test:faults` kills 20 times; a few kills find most mistakes.
const ROUNDS = Number(process.env['BONYAN_TEST_CRASHES'] ?? 5);
const SEED = Number(process.env['BONYAN_TEST_SEED'] ?? randomInt(2 ** 31));
const ROUND_MS = 10_000;
const MARGIN_MS = 90_000; // mostly for mail whose process was killed: its lease lasts 30 s
const GOES_ON_MS = 5000;
const STOP_MS = 5000; // nothing waits longer than one second, the lease of other nodes
// All clients have one address, and repeat codes that were used without an answer.
const ENVIRONMENT = { BONYAN_RATE_LIMIT_PER_MINUTE: '0', BONYAN_FAILURES_PER_NETWORK: '0' };

interface Scene {
  readonly t: TestContext;
  readonly dataDir: string;
  readonly world: World;
  readonly ledger: Ledger;
  /** Two generators: one for the times of kills, one for the clients, whose order depends on the answers. */
  readonly random: () => number;
  readonly choose: () => number;
  readonly start: () => ServerProcess;
}

test('a server that is killed at any moment keeps every acknowledged change', bounded(), async (t) => {
  t.diagnostic(`seed ${SEED} (BONYAN_TEST_SEED), ${ROUNDS} rounds (BONYAN_TEST_CRASHES)`);
  const scene = stage(t);
  await killDuringStart(scene, 'the first start');
  for (let round = 2; round <= ROUNDS; round++) {
    if (scene.random() < 0.2) await killDuringStart(scene, `${round}: a start`);
    else await killDuringUse(scene, `${round}: use`);
    if (scene.ledger.violations.length > 0) break;
  }
  await goOn(scene);

  assert.deepEqual(scene.ledger.violations, []);
});

function bounded() {
  return { timeout: ROUNDS * ROUND_MS + MARGIN_MS };
}

function stage(t: TestContext): Scene {
  const { dataDir, remove } = temporaryDataDir();
  const servers: ServerProcess[] = [];
  t.after(async () => {
    await Promise.all(servers.map((server) => server.kill()));
    await remove();
  });
  function start(): ServerProcess {
    const server = startServer(dataDir, ENVIRONMENT);
    servers.push(server);
    return server;
  }
  return {
    t,
    dataDir,
    world: createWorld(),
    ledger: createLedger(),
    random: mulberry(SEED),
    choose: mulberry(SEED + 1),
    start,
  };
}

async function killDuringStart({ t, random, start }: Scene, name: string): Promise<void> {
  const afterMs = Math.round(50 + random() * 1500);
  const server = start();
  await sleep(afterMs);
  await server.kill();
  t.diagnostic(`${name}, killed after ${afterMs} ms${server.output() === '' ? '' : ', when it was running'}`);
}

async function killDuringUse(scene: Scene, name: string): Promise<void> {
  const { t, dataDir, world, ledger, random, choose } = scene;
  const { server, startMs } = await startAndCompare(scene);
  // Mostly early; sometimes late enough for changes that wait a second for the lease of other nodes.
  const afterMs = Math.round(random() < 0.7 ? 20 + random() * 1200 : 1200 + random() * 1800);
  const { acknowledged } = ledger.counts;
  let isKilled = false;
  const use = useServer(world, ledger, { random: choose, isGone: () => isKilled });
  await sleep(afterMs);
  const interrupted = [...ledger.inFlight];
  isKilled = true;
  const gone = server.kill();
  const isDatabaseKilled = random() < 0.25; // otherwise the kernel tells it to stop, if it can
  if (isDatabaseKilled) for (const pid of postmastersOf(dataDir)) process.kill(pid, 'SIGKILL');
  await gone;
  await use;
  const promised = ledger.counts.acknowledged - acknowledged;
  const victims = isDatabaseKilled ? 'killed with its PostgreSQL' : 'killed';
  t.diagnostic(
    `${name}, started in ${startMs} ms, ${victims} after ${afterMs} ms, ${promised} acknowledged changes, and during`,
  );
  for (const what of interrupted) t.diagnostic(`   ${what}`);
}

async function startAndCompare({ dataDir, world, ledger, start }: Scene) {
  const beganMs = performance.now();
  const server = start();
  const { url, setupToken } = await server.started;
  const startMs = Math.round(performance.now() - beganMs);
  world.url = url;
  world.setupToken = setupToken ?? '';
  comparePostmasters(dataDir, ledger);
  await compare(world, ledger);
  return { server, startMs };
}

/** Without further kills the server continues, everything arrives, and Ctrl-C ends the server and its PostgreSQL. */
async function goOn(scene: Scene): Promise<void> {
  const { t, dataDir, world, ledger, choose } = scene;
  const { server } = await startAndCompare(scene);
  const codesMs = await compareMail(world, ledger);
  const { mails, again, tookMs } = await compareMessages(world, ledger);
  await compareAudit(world, ledger);
  const before = ledger.counts.acknowledged;
  let isStopped = false;
  const use = useServer(world, ledger, { random: choose, isGone: () => isStopped });
  await sleep(1000);
  const deadline = Date.now() + GOES_ON_MS;
  while (ledger.counts.acknowledged === before && Date.now() < deadline) await sleep(50);
  if (ledger.counts.acknowledged === before) ledger.refuse('the server accepts no changes');
  isStopped = true;
  const stoppingMs = performance.now();
  const code = await server.interrupt();
  const stopMs = Math.round(performance.now() - stoppingMs);
  await use;
  if (stopMs > STOP_MS) ledger.refuse(`Ctrl-C took ${stopMs} ms`);
  if (code !== 0) ledger.refuse(`Ctrl-C ended the server with ${code}: ${server.output()}`);
  if (!(await untilNobodyServes(dataDir))) ledger.refuse('PostgreSQL still runs after the server');
  const { acknowledged, unanswered, happened } = ledger.counts;
  t.diagnostic(`${acknowledged} acknowledged changes, ${ledger.violations.length} violations`);
  t.diagnostic(`${unanswered} requests without an answer, ${happened} of them took effect`);
  t.diagnostic(
    `codes arrived after ${codesMs} ms, all ${mails} mails were recorded ${tookMs} ms later, ${again} retried`,
  );
  t.diagnostic(`stopped in ${stopMs} ms`);
}

/**
 * A small random generator with a seed, so that the times of a run can be repeated; the order of the clients cannot.
 */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
