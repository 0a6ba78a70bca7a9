/** Sends the mixed load from a process of its own, so that its CPU time is not counted as that of the server. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'undici';
import { percentile } from '../compare.ts';

export const KINDS = ['read', 'write', 'sign-in'] as const;
export type Kind = (typeof KINDS)[number];

export interface MixedLoad {
  readonly url: string;
  /** Each has a connection, waits for its answer before it goes on, and signs in with `password`. */
  readonly emails: readonly string[];
  readonly password: string;
  /** Requests of all together. */
  readonly perSecond: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** Of one kind; the times count from the moment at which the request was to be sent. */
export interface KindOutcome {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface MixedOutcome {
  readonly kinds: Readonly<Record<Kind, KindOutcome>>;
  /** What was not answered as it should be, and how often. */
  readonly errors: Readonly<Record<string, number>>;
}

/** `onWarm` is called when the warm-up has ended: what is counted begins there. */
export async function sendMixed(load: MixedLoad, onWarm: () => Promise<unknown>): Promise<MixedOutcome> {
  const child = fork(fileURLToPath(import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the sender of the load ended with ${code}`);
  });
  ended.catch(() => {}); // it ends after its last message, too
  child.send(load);
  await Promise.race([once(child, 'message'), ended]);
  await onWarm();
  const [outcome] = await Promise.race([once(child, 'message'), ended]);
  return outcome;
}

/** Four of five read, 15 in a hundred write, the rest signs in: in this order, by lot, the same in each run. */
const SHARES: readonly (readonly [Kind, number])[] = [
  ['read', 0.8],
  ['write', 0.15],
  ['sign-in', 0.05],
];
const READS = ['/todos', '/todos', '/todos?label=home', '/users/me', '/notifications/inbox'];
const TIMEOUT_MS = 30_000;

interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: object;
  readonly status: number;
}

class Refused extends Error {}

async function run({ url, emails, password, perSecond, warmUpSeconds, seconds }: MixedLoad): Promise<MixedOutcome> {
  const times: Record<Kind, number[]> = { read: [], write: [], 'sign-in': [] };
  const errors: Record<string, number> = {};
  const stepMs = (emails.length / perSecond) * 1000;
  const people: Person[] = [];
  for (const [at, email] of emails.entries()) people.push(await openPerson(url, email, password, at)); // all at once are too many
  const beginsMs = performance.now() + 1000;
  const countsMs = beginsMs + warmUpSeconds * 1000;
  const endsMs = countsMs + seconds * 1000;
  const goOn = async (person: Person, at: number) => {
    for (let dueMs = beginsMs + (at / emails.length) * stepMs; dueMs < endsMs; dueMs += stepMs) {
      await sleep(Math.max(0, dueMs - performance.now()));
      const kind = person.nextKind();
      const error = await person.send(kind).then(
        () => null,
        (thrown: unknown) => `${kind}: ${thrown instanceof Refused ? thrown.message : String(thrown)}`,
      );
      if (dueMs < countsMs) continue;
      if (error === null) times[kind].push(performance.now() - dueMs);
      else errors[error] = (errors[error] ?? 0) + 1;
    }
  };
  const warm = sleep(Math.max(0, countsMs - performance.now())).then(() => process.send?.({ isWarm: true }));
  await Promise.all([warm, ...people.map(goOn)]);
  await Promise.all(people.map((person) => person.close()));
  return {
    kinds: { read: toOutcome(times.read), write: toOutcome(times.write), 'sign-in': toOutcome(times['sign-in']) },
    errors,
  };
}

type Person = Awaited<ReturnType<typeof openPerson>>;

/** One who signs in from time to time, and then goes on with the new token. */
async function openPerson(url: string, email: string, password: string, seed: number) {
  const client = new Client(url, { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  const draw = lots(seed + 1);
  const open: string[] = []; // todos that it has created and not completed
  let token = '';

  async function exchange({ method, path, body, status }: Sent): Promise<{ id?: string; accessToken?: string }> {
    const answer = await client.request({
      method,
      path: `/api/v1${path}`,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body ? JSON.stringify(body) : null,
    });
    const text = await answer.body.text();
    if (answer.statusCode !== status) throw new Refused(`${method} ${path.split('?')[0]} answers ${answer.statusCode}`);
    return JSON.parse(text) as { id?: string; accessToken?: string };
  }

  async function signIn(): Promise<void> {
    token = '';
    const { accessToken = '' } = await exchange({
      method: 'POST',
      path: '/users/login',
      body: { email, password },
      status: 200,
    });
    token = accessToken;
  }

  async function write(): Promise<void> {
    const id = draw() < 0.5 ? open.shift() : undefined;
    if (id !== undefined) {
      await exchange({ method: 'PUT', path: `/todos/${id}/complete`, status: 200 });
      return;
    }
    const todo = { description: 'Buy bread and water the plants', labels: ['home'], priority: 'high' };
    const created = await exchange({ method: 'POST', path: '/todos', body: todo, status: 201 });
    if (created.id) open.push(created.id);
  }

  async function read(): Promise<void> {
    const path = READS[Math.floor(draw() * READS.length)] ?? '/todos';
    await exchange({ method: 'GET', path, status: 200 });
  }

  const senders: Record<Kind, () => Promise<void>> = { read, write, 'sign-in': signIn };
  await signIn();
  return {
    nextKind(): Kind {
      let lot = draw();
      return SHARES.find(([, share]) => (lot -= share) < 0)?.[0] ?? 'sign-in';
    },
    send: (kind: Kind) => senders[kind](),
    close: () => client.close(),
  };
}

/** Numbers from 0 to 1 that are the same for the same seed (a linear congruential generator). */
function lots(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function toOutcome(times: readonly number[]): KindOutcome {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (percent: number) => percentile(sorted, percent);
  return { count: sorted.length, p50Ms: at(50), p95Ms: at(95), p99Ms: at(99), maxMs: at(100) };
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  process.once('message', (load: MixedLoad) => {
    run(load).then(
      (outcome) => {
        process.send?.(outcome);
        process.disconnect?.();
      },
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}
