/** A disk that becomes full under the running program. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ailing, expect, signUp, startProgram } from './program.mjs';

const ATTEMPTS = 400;
const RECOVERY_MS = 90_000; // health remembers a refusal for a minute

/** Tables cannot grow. */
export async function fullDisk(room) {
  return underPressure(room, async ({ disk, person }) => {
    fill(disk);
    return writeUntilRefused(person);
  });
}

/** A new segment of the write-ahead log is needed for each write, and there is no room for one: PostgreSQL stops. */
export async function fullLog(room) {
  return underPressure(room, async ({ disk, person, switchLog }) => {
    fill(disk);
    return writeUntilRefused(person, switchLog);
  });
}

async function underPressure(room, press) {
  const disk = room.addDisk('400m');
  const dataDir = join(disk, 'data');
  const cwd = room.copyTree();
  const program = await startProgram({ cwd, env: room.environment({ BONYAN_DATA_DIR: dataDir }) });
  if (program.url === null) throw new Error(`it did not start:\n${program.lines().join('\n')}`);
  const person = await signUp(program);
  const first = await expect(201, person.add('before the disk was full'));

  const switchLog = () => query(cwd, dataDir, 'select pg_switch_wal()');
  const { acknowledged, refused } = await press({ disk, person, switchLog });
  if (refused.body.code !== 'database.disk_full' || !(refused.retryAfter > 0))
    throw new Error(`the write was refused by ${JSON.stringify(refused)}`);
  const signIn = await person.signIn();
  if (![200, 503].includes(signIn.status)) throw new Error(`signing in was answered by ${JSON.stringify(signIn)}`);
  const unhealthy = await settle(
    () => ailing(program.url),
    (names) => names.includes('database.disk'),
    5000,
  );

  rmSync(join(disk, 'filler'));
  const began = performance.now();
  const later = await settle(
    () => person.add('after it').catch(() => null),
    (answer) => answer?.status === 201,
    RECOVERY_MS,
  );
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  for (const id of [first.body.id, ...acknowledged, later.body.id]) await expect(200, person.find(id));
  await settle(
    () => ailing(program.url),
    (names) => !names.includes('database.disk'),
    RECOVERY_MS,
  );
  await program.stop();
  return (
    `503 \`database.disk_full\`, Retry-After ${refused.retryAfter}; signing in ${signIn.status}; health names ` +
    `${unhealthy.join(', ')}; ${acknowledged.length + 1} of ${acknowledged.length + 1} acknowledged writes are there; ` +
    `writes ${seconds} s after space is free`
  );
}

/** Leaves no block free. */
function fill(disk) {
  const filler = openSync(join(disk, 'filler'), 'w');
  for (const size of [2 ** 20, 4096]) {
    const block = Buffer.alloc(size);
    try {
      while (statfsSync(disk).bavail > 0) writeSync(filler, block);
    } catch (error) {
      if (error.code !== 'ENOSPC') throw error;
    }
  }
  closeSync(filler);
}

async function writeUntilRefused(person, before = () => {}) {
  const acknowledged = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    before();
    const answer = await person.add(randomBytes(250).toString('hex'));
    if (answer.status !== 201) return { acknowledged, refused: answer };
    acknowledged.push(answer.body.id);
  }
  throw new Error(`${ATTEMPTS} writes succeeded on a full disk`);
}

async function settle(read, isDone, ms) {
  const deadline = performance.now() + ms;
  for (;;) {
    const value = await read();
    if (isDone(value)) return value;
    if (performance.now() > deadline) throw new Error(`after ${ms / 1000} s still ${JSON.stringify(value)}`);
    await sleep(500);
  }
}

/** Runs one statement on the embedded server; a server that is down refuses it, which is what is wanted here. */
function query(cwd, dataDir, sql) {
  const program = `const { default: pg } = await import('pg');
    const client = new pg.Client({ host: process.argv[1], user: 'postgres', database: 'bonyan' });
    client.on('error', () => {});
    try { await client.connect(); await client.query(process.argv[2]); } catch {} finally { await client.end().catch(() => {}); }`;
  const node = join(cwd, 'node_modules/.bin/node');
  execFileSync(node, ['--input-type=module', '--eval', program, join(dataDir, 'postgres/run'), sql], { cwd });
}
