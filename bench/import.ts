import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { newId } from '#kernel/id.ts';
import { loadConfig } from '#platform/config/load.ts';
import { openEmbeddedPostgres } from '#platform/database/embedded/open.ts';
import { openPool, type Pool } from '#platform/database/pool.ts';
import { createLog } from '#platform/log/pino.ts';
import { createApp, type App } from '../src/app.ts';
import { hashKinds } from '../src/testing/imports/hash-kinds.ts';
import { median, toRow } from './compare.ts';
import { databaseCpuMs } from './growth/measure.ts';
import type { Report } from './report.ts';
import { temporaryFolder } from './servers.ts';

const PEOPLE = Number(process.env['BONYAN_BENCH_PEOPLE'] ?? 100_000);
const ROUNDS = 5; // of equal parts; the tables of both databases grow alike
const AT_LEAST = 0.5;
const PASSWORD = 'four words are enough';

/** What an import writes: the column that says which rows are new, and the columns that are not generated. */
const TABLES: readonly (readonly [table: string, key: string, columns?: string])[] = [
  [
    'users."user"',
    'id',
    'id, email, first_name, last_name, password_hash, status, language, email_verified_at, created_at, version, locked_until, reset_at',
  ],
  ['users.imported', 'user_id'],
  ['users.metadata', 'user_id'],
  ['users.external_identity', 'id'],
  ['"authorization".subject', 'user_id'],
  ['"authorization".subject_role', 'user_id'],
  ['notifications.recipient', 'user_id'],
  ['platform.event', 'id', 'at, id, type, key, origin, body'],
  ['platform.person_key', 'person_id'],
  ['audit.entry', 'id'],
  ['audit.payload', 'entry_id'],
  ['audit.unsealed', 'entry_id'],
];

/** People per second of an import, against COPY of the rows that it has written, in turns. */
export async function importing(): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const folder = temporaryFolder();
  cleanup.defer(() => folder.remove());
  const database = await openEmbeddedPostgres({ dataDir: join(folder.path, 'postgres'), mode: 'own' });
  cleanup.defer(() => database.close());
  const config = loadConfig({
    DATABASE_URL: database.url,
    BONYAN_SECRET: 'only-for-benchmarks-only-for-benchmarks',
    BONYAN_DATA_DIR: folder.path,
    BONYAN_OIDC_GOOGLE_CLIENT_ID: 'x',
    BONYAN_OIDC_GOOGLE_CLIENT_SECRET: 'y',
    BONYAN_LOG_LEVEL: 'error',
  });
  const prepared = await createApp({ config, kind: 'command', log: createLog('error') });
  await prepared.prepare();
  await prepared.close();
  const referenceUrl = await copyDatabase(database);
  const app = await createApp({ config, kind: 'command', log: createLog('error') });
  cleanup.defer(() => app.close());
  await app.prepare();
  const reference = openPool({ url: referenceUrl, size: 1, isPrepared: true });
  cleanup.defer(() => reference.close());

  const postmaster = await postmasterOf(app);
  const measureIn = (name: string, work: () => Promise<number>) => measure(() => databaseCpuMs(postmaster, name), work);
  const rounds: { readonly bonyan: Measured; readonly reference: Measured; readonly again: Measured }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const file = join(folder.path, 'people.ndjson');
    await writePeople(file, round, Math.ceil(PEOPLE / ROUNDS));
    const firstId = newId();
    const bonyan = await measureIn('bonyan', () => importFile(app, file, 'imported'));
    const contents = await readRows(app, firstId);
    rounds.push({
      bonyan,
      reference: await measureIn('reference', () => copyRows(reference, contents)),
      again: await measureIn('bonyan', () => importFile(app, file, 'unchanged')),
    });
  }
  const of = (who: 'bonyan' | 'reference' | 'again', what: keyof Measured) => rounds.map((round) => round[who][what]);
  const compared = (measured: string, what: keyof Measured, unit: string) =>
    toRow(measured, unit, of('bonyan', what), of('reference', what));
  return {
    rows: [
      compared(`people imported, of ${PEOPLE}, against COPY of their rows`, 'perSecond', '/s'),
      compared('CPU for one, of this process', 'cpuMicros', 'µs'),
      compared('CPU for one, of PostgreSQL', 'databaseCpuMicros', 'µs'),
      toRow('the same file again', '/s', of('again', 'perSecond')),
    ],
    bounds: [
      {
        what: 'import against COPY',
        actual: median(rounds.map(({ bonyan, reference: theirs }) => bonyan.perSecond / theirs.perSecond)),
        atLeast: AT_LEAST,
        unit: '×',
      },
    ],
  };
}

interface Measured {
  readonly perSecond: number;
  /** For one person. */
  readonly cpuMicros: number;
  /** The same of PostgreSQL; NaN where the system does not tell. */
  readonly databaseCpuMicros: number;
}

/** `work` answers a number of people. */
async function measure(databaseMs: () => number, work: () => Promise<number>): Promise<Measured> {
  const [databaseBeganMs, cpu, beganMs] = [databaseMs(), process.cpuUsage(), performance.now()];
  const people = await work();
  const tookMs = performance.now() - beganMs;
  const { user, system } = process.cpuUsage(cpu);
  return {
    perSecond: (1000 * people) / tookMs,
    cpuMicros: (user + system) / people,
    databaseCpuMicros: (1000 * (databaseMs() - databaseBeganMs)) / people,
  };
}

async function postmasterOf(app: App): Promise<number> {
  const { rows } = await app.database.pool.query<{ pid: number }>(
    `select split_part(pg_read_file('postmaster.pid'), e'\\n', 1)::int as pid`,
  );
  return rows[0]?.pid ?? NaN;
}

async function copyDatabase({ url, adminUrl }: { url: string; adminUrl: string }): Promise<string> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query('create database reference template bonyan');
  await client.end();
  return Object.assign(new URL(url), { pathname: 'reference' }).href;
}

/** Five kinds of hashes in turn; a third have own fields, a tenth an identity. */
async function writePeople(path: string, round: number, count: number): Promise<void> {
  const hashes = Object.values(hashKinds(PASSWORD));
  const file = await open(path, 'w');
  for (let at = 0; at < count; at++) {
    const id = `r${round}-${at}`;
    const line = {
      externalId: `old-${id}`,
      email: `person-${id}@example.com`,
      emailVerified: true,
      firstName: 'سارا',
      lastName: 'Amini',
      passwordHash: hashes[at % hashes.length],
      ...(at % 3 === 0 && { publicMetadata: { plan: 'gold' }, privateMetadata: { customer: `cus_${at}` } }),
      ...(at % 10 === 0 && { identities: [{ issuer: 'https://accounts.google.com', subject: `sub-${id}` }] }),
    };
    await file.appendFile(`${JSON.stringify(line)}\n`);
  }
  await file.close();
}

/** The number of people. */
async function importFile(app: App, path: string, outcome: 'imported' | 'unchanged'): Promise<number> {
  const file = createReadStream(path);
  await once(file, 'open');
  const summary = await app.users.importPeople(file, {
    isDryRun: false,
    onRefused: ({ reason }) => {
      throw new Error(`a line was refused: ${reason}`);
    },
  });
  if (summary[outcome] !== summary.lines)
    throw new Error(`of ${summary.lines} lines ${summary[outcome]} are ${outcome}`);
  return summary.lines;
}

interface Content {
  readonly target: string;
  readonly text: Buffer;
}

/** The rows since `firstId`, in the text format of COPY. */
async function readRows(app: App, firstId: string): Promise<Content[]> {
  const { pool } = app.database;
  const contents: Content[] = [];
  for (const [table, key, chosen] of TABLES) {
    const columns = chosen ?? (await columnsOf(pool, table));
    const fields = columns.split(', ').map((name) => `coalesce(${escaped(`${name}::text`)}, '\\N')`);
    const { rows } = await pool.query<{ text: string }>(
      `select string_agg(concat_ws(E'\\t', ${fields.join(', ')}), E'\\n') as text from ${table} where ${key}::text > $1`,
      [firstId],
    );
    contents.push({ target: `${table} (${columns})`, text: Buffer.from(`${rows[0]?.text ?? ''}\n`) });
  }
  return contents;
}

function escaped(field: string): string {
  return `replace(replace(${field}, E'\\\\', E'\\\\\\\\'), E'\\n', E'\\\\n')`;
}

async function columnsOf(pool: Pick<Pool, 'query'>, table: string): Promise<string> {
  const { rows } = await pool.query<{ columns: string }>(
    `select string_agg(quote_ident(attname), ', ' order by attnum) as columns from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [table],
  );
  return rows[0]?.columns ?? '';
}

/** The number of people: in one transaction, with all indexes and constraints. */
async function copyRows(pool: Pool, contents: readonly Content[]): Promise<number> {
  const connection = await pool.connect();
  await connection.query('begin');
  let people = 0;
  for (const { target, text } of contents) {
    const copied = await connection.copy(`copy ${target} from stdin`, text);
    people ||= copied;
  }
  await connection.query('commit');
  connection.release();
  return people;
}
