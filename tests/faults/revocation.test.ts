import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, type World } from '../story/world.ts';
import { openServers, type Servers } from './servers.ts';
import { isLong } from './stage.ts';

/** Rounds of each test; 1,000 together in the long form. */
const ROUNDS = isLong
  ? { subscribed: 400, cut: 200, swallowed: 200, frozen: 200 }
  : { subscribed: 30, cut: 10, swallowed: 10, frozen: 10 };
const PEOPLE = isLong ? 20 : 5;
const MAX_DELAY_MS = 40;
const MAX_FROZEN_MS = 1500; // the lease is a second: some wake within it

test('a change on one server decides the next request on the other', bounded(), async (t) => {
  const servers = await openServers(t, PEOPLE);

  await alternate(t, servers, ROUNDS.subscribed);
});

test('the same while one server’s channel is cut', bounded(), async (t) => {
  const servers = await openServers(t, PEOPLE);
  await servers.proxy.cut();

  await alternate(t, servers, ROUNDS.cut);
});

test('the same while its channel silently drops everything', bounded(), async (t) => {
  const servers = await openServers(t, PEOPLE);
  servers.proxy.swallow();

  await alternate(t, servers, ROUNDS.swallowed);
});

test('the same when a server is frozen meanwhile, and wakes with a waiting request', bounded(), async (t) => {
  const { one, other, freezeOther, wakeOther, people } = await openServers(t, PEOPLE);
  const rounds: Round[] = [];
  while (rounds.length < ROUNDS.frozen || isOneSided(rounds)) {
    freezeOther();
    const changed = await Promise.all(people.map((person) => change(one, person)));
    const answers = changed.map(({ person }) => look(other, person));
    await sleep(Math.random() * MAX_FROZEN_MS);
    wakeOther();
    for (const [index, seen] of (await Promise.all(answers)).entries()) rounds.push({ ...must(changed[index]), seen });
  }

  report(t, rounds);
});

type Person = Servers['people'][number];

interface Changed {
  readonly person: Person;
  readonly what: string;
  readonly tookMs: number;
}

interface Round extends Changed {
  /** Status of the next request. */
  readonly seen: number;
}

/** For all people at once: a change on a random server, then the next request on the other. */
async function alternate(t: TestContext, { one, other, people }: Servers, count: number): Promise<void> {
  async function rounds(person: Person): Promise<Round[]> {
    const done: Round[] = [];
    for (let round = 0; round < Math.ceil(count / people.length); round++) {
      const [here, there] = Math.random() < 0.5 ? [one, other] : [other, one];
      await sleep(Math.random() * MAX_DELAY_MS);
      const changed = await change(here, person);
      done.push({ ...changed, seen: await look(there, person) });
      await look(here, person); // so that both servers have a cached decision
    }
    return done;
  }
  const all: Round[] = [];
  do all.push(...(await Promise.all(people.map(rounds))).flat());
  while (isOneSided(all));
  report(t, all);
}

/** Reverses one random reason for a person's access. */
async function change(on: World, person: Person): Promise<Changed> {
  const { state, role, me } = person;
  const reasons = ['holds', 'gives', 'granted', 'denied'] as const;
  const reason = reasons[Math.floor(Math.random() * reasons.length)] ?? 'holds';
  const isSet = (state[reason] = !state[reason]);
  const user = { userId: me.id, permissionCode: 'audit.read' };
  const [path, body] = {
    holds: [isSet ? 'assign-role' : 'revoke-role', { userId: me.id, roleName: role }],
    gives: [isSet ? 'assign-permission' : 'revoke-permission', { roleName: role, permissionCode: 'audit.read' }],
    granted: [isSet ? 'grant-permission' : 'ungrant-permission', user],
    denied: [isSet ? 'deny-permission' : 'lift-denial', user],
  }[reason] as [string, object];
  const beganMs = performance.now();
  const { status } = await call(on, `POST /authorization/${path}`, { as: person.admin, body });
  assert.equal(status, 200, path);
  return { person: { ...person, state: { ...state } }, what: path, tookMs: Math.round(performance.now() - beganMs) };
}

async function look(on: World, { me }: Person): Promise<number> {
  return (await call(on, 'GET /audit?pageSize=1', { as: me })).status;
}

function report(t: TestContext, rounds: readonly Round[]): void {
  const wrong = rounds.filter(({ person, seen }) => seen !== expected(person));
  const times = rounds.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
  const refusals = rounds.filter(({ seen }) => seen === 403).length;
  t.diagnostic(
    `${rounds.length} rounds, ${refusals} refusals, ${wrong.length} wrong; changes answered after ${times[0]} to ${times.at(-1)} ms, median ${times[times.length >> 1]}`,
  );
  assert.deepEqual(
    wrong.map(({ person, what, seen }) => `${person.me.name}: ${seen} after ${what}`),
    [],
  );
}

/** The changes are random: until both decisions were seen, nothing is shown. */
function isOneSided(rounds: readonly Round[]): boolean {
  return new Set(rounds.map(({ seen }) => seen)).size < 2;
}

function expected({ state: { holds, gives, granted, denied } }: Person): number {
  return !denied && (granted || (holds && gives)) ? 200 : 403;
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is no change');
  return value;
}

function bounded() {
  return { timeout: isLong ? 300_000 : 120_000 };
}
