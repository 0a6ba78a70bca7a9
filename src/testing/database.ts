import { createHash, randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

const LOCK = 7_226_002; // any number that no other lock uses
const SRC = join(import.meta.dirname, '..');
let templateOf: string | undefined; // of this run: its migrations do not change

/** A new database on the test server: a copy of a template that `prepare` has migrated. */
export async function createDatabase(prepare: (url: string) => Promise<void>) {
  const server = process.env['TEST_DATABASE_URL'];
  if (!server) throw new Error('TEST_DATABASE_URL is not set: run the tests by `npm test -- <file>`');
  const template = (templateOf ??= templateName());
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(server, async (client) => {
    await client.query('select pg_advisory_lock($1)', [LOCK]); // a template with connections cannot be copied
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [template]);
    if (rowCount === 0) {
      await client.query(`create database ${template}_draft`);
      await prepare(databaseAt(server, `${template}_draft`));
      await client.query(`alter database ${template}_draft rename to ${template}`);
    }
    await client.query(`create database ${name} template ${template} strategy file_copy`);
  });
  return {
    url: databaseAt(server, name),
    drop: () =>
      onServer(server, async (client) => void (await client.query(`drop database if exists ${name} with (force)`))),
  };
}

/** Runs several statements, such as those of a migration. */
export function runScript(url: string, script: string): Promise<void> {
  return onServer(url, async (client) => void (await client.query(script)));
}

/** Another template for each state of migrations and contracts, since several versions may use one server. */
function templateName(): string {
  const hash = createHash('sha256');
  for (const path of globSync(['**/migrations/*.sql', 'modules/*/contract.{ts,js}'], { cwd: SRC }).toSorted())
    hash.update(readFileSync(join(SRC, path)));
  return `bonyan_template_${hash.digest('hex').slice(0, 12)}`;
}

/** The same server, another database; works for sockets (`?host=`) as for hosts. */
export function databaseAt(server: string, name: string): string {
  return server.replace(/^(postgres(?:ql)?:\/\/[^/]*\/)[^?]*/, `$1${name}`);
}

async function onServer(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
