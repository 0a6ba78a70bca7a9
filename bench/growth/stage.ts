import { join } from 'node:path';
import pg from 'pg';
import { openEmbeddedPostgres } from '#platform/database/embedded/open.ts';
import { PASSWORD } from '#testing/accounts.ts';
import { operationsOf, type Operation } from '#testing/api/operations.ts';
import { databaseAt } from '#testing/database.ts';
import { filledApp, type SentAnswer, type Tokens } from '#testing/growth/stage.ts';
import { temporaryFolder } from '../servers.ts';

// By the fills, accounts whose number ends in 3 have a second factor. What operations change or delete has even numbers.
export const PERSON = 5;
/** Accounts that no operation names, with one factor: 360 of the first thousand. */
const isFresh = (n: number) => [7, 9].includes(n % 10) || (n > 580 && [2, 4, 6, 8].includes(n % 10));
const SIGNING_IN_FROM = 41;
const STEP = 10;
const RENEWED_AFTER_MS = 5 * 60_000; // an access token is good for fifteen minutes, and a run takes longer

const SETTINGS = {
  BONYAN_TODOS_PER_USER: '10000000',
  BONYAN_FILES_QUOTA_BYTES: '0',
  BONYAN_FILES_MAX_COUNT: '0',
  BONYAN_DATABASE_POOL_SIZE: '10',
  BONYAN_RATE_LIMIT_PER_MINUTE: '0',
  BONYAN_SMS_DAILY_COSTS: 'IR=1000000',
};

/** One installation with `rows` rows of each kind, and those who ask it. */
export async function openGrowthStage(
  rows: number,
  onDone: (name: string, tookMs: number) => void,
  databaseUrl?: string,
) {
  const endings: (() => unknown)[] = [];
  const t = { after: (end: unknown) => void endings.push(end as () => unknown) };
  const close = async () => {
    for (const end of endings.toReversed()) await end();
  };
  const filled = await filledApp(
    t,
    rows,
    { environment: SETTINGS, ...(databaseUrl !== undefined && { databaseUrl }) },
    onDone,
  ).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const { app, send } = filled;
  const emails: Readonly<Record<string, string>> = {
    person: emailOf(PERSON),
    owner: 'owner@example.com',
    admin: 'admin@example.com',
  };
  const sessions = new Map<string, { readonly tokens: Tokens; readonly beganMs: number }>();
  let lastFresh = 0;

  async function signIn(email: string): Promise<Tokens> {
    const { status, body } = await app.anonymous.post('/users/login', { email, password: PASSWORD });
    if (status !== 200 || !body.accessToken) throw new Error(`${email} cannot sign in: ${status}`);
    return body as Tokens;
  }

  /** Somebody who has asked nothing so far. */
  async function nextPerson() {
    do lastFresh++;
    while (!isFresh(lastFresh));
    const email = emailOf(lastFresh);
    return { id: filled.idOf('user', lastFresh), email, tokens: await signIn(email) };
  }

  /** The tokens of one who asks, which have not expired; a new person each time for `fresh`. */
  async function tokensOf(as: string): Promise<Partial<Tokens>> {
    if (as === 'stranger') return {};
    const email = emails[as];
    if (email === undefined) return (await nextPerson()).tokens;
    const known = sessions.get(as);
    if (known && performance.now() - known.beganMs < RENEWED_AFTER_MS) return known.tokens;
    const session = { tokens: await signIn(email), beganMs: performance.now() };
    sessions.set(as, session);
    return session.tokens;
  }

  return {
    ...filled,
    rows,
    password: PASSWORD,
    operations: operationsOf(app.openApi()) as readonly Operation[],
    tokensOf,
    nextPerson,
    /** A session of a person of their own, by number. */
    signIn: (n: number): Promise<Tokens> => signIn(emailOf(SIGNING_IN_FROM + STEP * n)),
    call: async (as: string, method: Operation['method'], url: string, payload?: object): Promise<SentAnswer> =>
      send({ method, url, payload }, await tokensOf(as)),
    close,
  };
}

export type GrowthStage = Awaited<ReturnType<typeof openGrowthStage>>;

const emailOf = (number: number) => `person-${number}@example.com`;

const KEPT = process.env['BONYAN_BENCH_KEPT'];

/**
 * The bundled server, if `TEST_DATABASE_URL` names no other, in the folder `BONYAN_BENCH_KEPT` if there is one. What it
 * stores need not survive a crash.
 */
export async function openServer(cleanup: AsyncDisposableStack, more: Readonly<Record<string, string>>): Promise<void> {
  if (process.env['TEST_DATABASE_URL']) return;
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', ...more };
  const database = await openEmbeddedPostgres({ dataDir: serverFolder(cleanup), mode: 'own', settings });
  cleanup.defer(() => database.close());
  process.env['TEST_DATABASE_URL'] = database.adminUrl;
}

function serverFolder(cleanup: AsyncDisposableStack): string {
  if (KEPT) return join(KEPT, 'postgres');
  const folder = temporaryFolder();
  cleanup.defer(() => folder.remove());
  return join(folder.path, 'postgres');
}

/**
 * The database with so many rows that a later run finds again, filled as far as an interrupted run came; `undefined`
 * where nothing is kept. It is for one measured run: what operations change stays changed.
 */
export async function openKept(rows: number): Promise<string | undefined> {
  const server = process.env['TEST_DATABASE_URL'];
  if (!KEPT || !server) return undefined;
  const name = `growth_${rows}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  return databaseAt(server, name);
}
