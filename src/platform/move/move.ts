import pg from 'pg';
import { listApplied, listLeftOut, requireMigrated } from '#platform/backup/schema.ts';
import { SESSION } from '#platform/backup/snapshot.ts';
import { migrate, readMigrations, type MigrationSource } from '#platform/database/migrate.ts';
import type { Database } from '#platform/database/open.ts';
import type { Queries } from '#platform/database/pool.ts';
import type { Module } from '#platform/module.ts';
import type { ObjectStorage, StoredObject } from '#platform/storage/port.ts';
import { openArrival, readMoveId } from './arrival.ts';
import { WRITING } from './changes.ts';
import { openDeparture, type Departure } from './leaving.ts';
import { compareObjects, copyObjects, type ObjectsSummary } from './objects.ts';
import { MoveError } from './port.ts';
import { copyRows, type RowsSummary } from './rows.ts';
import { requireMoved, takeStorage } from './storage.ts';

/** The installation as it is. */
export interface MoveSource {
  /** Not through a transaction pooler. */
  readonly directUrl: string;
  readonly migrations: readonly MigrationSource[];
  readonly schemas: readonly string[];
  readonly storage: ObjectStorage;
  readonly modules: readonly Pick<Module, 'name' | 'findStored'>[];
  /** Opens what a database has sealed. @throws when this is another secret */
  readonly openSecrets: (client: Queries) => Promise<void>;
}

/** What a move needs of an installation that was opened. */
export interface Movable extends Pick<MoveSource, 'storage' | 'modules'> {
  readonly database: Pick<Database, 'directUrl' | 'sources' | 'schemas'>;
  readonly migrations: readonly MigrationSource[];
  readonly secrets: { readonly prepareWithin: MoveSource['openSecrets'] };
}

/** An installation that was opened, as the source of a move. */
export function toSource({ database, migrations, storage, modules, secrets }: Movable): MoveSource {
  return {
    directUrl: database.directUrl,
    migrations: database.sources(migrations),
    schemas: database.schemas(migrations),
    storage,
    modules,
    openSecrets: secrets.prepareWithin,
  };
}

/** Where it goes. */
export interface MoveTarget {
  /** Not through a transaction pooler. */
  readonly url: string;
  /** For people: without a password. */
  readonly shown: string;
  /** Null: objects stay where they are. */
  readonly storage: ObjectStorage | null;
}

export interface MoveOptions {
  /** Reads all objects on both sides before the end. */
  readonly verifies: boolean;
  /** Hears what happens, in sentences. */
  readonly say: (what: string) => void;
}

/**
 * Moves an installation. What a killed one has done of it stays, and the next one with the same target goes on there.
 * When this resolves, the old installation is at rest and the new one complete; it has not been started.
 * @throws {MoveError} saying what to do
 */
export async function moveInstallation(source: MoveSource, target: MoveTarget, options: MoveOptions): Promise<void> {
  const from = await connect(source.directUrl, 'The database of this installation');
  try {
    const to = await connect(target.url, 'The new database');
    try {
      await moveBetween({ ...source, client: from }, { ...target, client: to }, options);
    } finally {
      await to.end();
    }
  } finally {
    await from.end();
  }
}

/** The old installation may be used again. @throws {MoveError} while a move runs, or when there was none */
export async function cancelMove(directUrl: string): Promise<{ readonly target: string; readonly isOver: boolean }> {
  const client = await connect(directUrl, 'The database of this installation');
  try {
    const departure = await openDeparture(client);
    const leaving = await departure.find();
    if (!leaving) throw new MoveError('This installation is not being moved, and was not.');
    await departure.cancel();
    return leaving;
  } finally {
    await client.end();
  }
}

type Ends = readonly [MoveSource & { readonly client: pg.Client }, MoveTarget & { readonly client: pg.Client }];

async function moveBetween(source: Ends[0], target: Ends[1], { verifies, say }: MoveOptions): Promise<void> {
  await requireCurrent(source);
  const departure = await openDeparture(source.client);
  await requireSameTarget(departure, target);
  const arrival = await openArrival(target.client, (known) => departure.begin(target.shown, known));
  const completed = await arrival.completed();
  if (completed) {
    if (target.storage) await requireMoved(target.storage, completed.mark);
    await departure.end();
    return say('All rows were moved before.');
  }
  const copyMissing = async (to: ObjectStorage) =>
    copyObjects({
      ...source,
      modules: namesOf(source),
      from: source.storage,
      to,
      arrival,
      expected: knowledgeOf(source),
    });

  async function copyRest(): Promise<RowsSummary> {
    if (target.storage) say(describeObjects(await copyMissing(target.storage)));
    if (target.storage && verifies) await requireEqual(source, target.storage, say);
    const complete = () => arrival.complete(target.storage !== null);
    return copyRows({ ...source, from: source.client, to: target.client, complete });
  }

  if (target.storage) {
    await takeStorage({ from: source.storage, to: target.storage, modules: namesOf(source), arrival });
    say('Copying objects. The installation may be used meanwhile.');
    say(describeObjects(await copyMissing(target.storage)));
  }
  await migrate(target.url, source.migrations);
  await departure.refuseChanges();
  const sinceMs = performance.now();
  say('The installation is read-only now. Copying what is new, and all rows.');
  const rows = await copyRest().catch((error: unknown) => {
    say('It stays read-only: run the same command again, or end the move by `bonyan move cancel`.');
    throw error;
  });
  await departure.end();
  say(describeRows(rows, performance.now() - sinceMs));
  const leftOut = await listLeftOut(source.client, source.schemas);
  if (leftOut.length > 0) say(`Not moved, since no migration of the program makes them: ${leftOut.join(', ')}.`);
}

/** @throws {MoveError} unless the database has exactly the migrations of this program */
async function requireCurrent({ client, migrations }: Ends[0]): Promise<void> {
  await requireMigrated({ query: (sql) => client.query(sql) });
  const toText = ({ module, name, hash }: { module: string; name: string; hash: string }) =>
    `${module}/${name} ${hash}`;
  const own = (await readMigrations(migrations)).map(toText);
  const applied = new Set(
    (await listApplied(client, [...new Set(migrations.map(({ module }) => module))])).map(toText),
  );
  if (own.length === applied.size && own.every((each) => applied.has(each))) return;
  throw new MoveError(
    'The database is not at the version of this program. Run the version that the server has, or start the server of this version once.',
  );
}

/** A second target could become a second installation. */
async function requireSameTarget(departure: Departure, { client, shown }: Ends[1]): Promise<void> {
  const leaving = await departure.find();
  if (!leaving?.isReadOnly || leaving.target === shown || (await readMoveId(client)) === leaving.id) return;
  const state = leaving.isOver ? 'was moved' : 'is being moved';
  throw new MoveError(
    `This installation ${state} to ${leaving.target}. Run the command with that target again, or end that move first: \`bonyan move cancel\`.`,
  );
}

async function requireEqual(source: MoveSource, to: ObjectStorage, say: MoveOptions['say']): Promise<void> {
  const { objects, differences } = await compareObjects({ from: source.storage, to, modules: namesOf(source) });
  if (differences.length > 0)
    throw new MoveError(
      `These did not arrive as they were: ${differences.slice(0, 10).join('; ')}. Run the same command again.`,
    );
  say(`Equal: ${objects} objects, by their SHA-256 on both sides.`);
}

function namesOf({ modules }: MoveSource): string[] {
  return modules.map(({ name }) => name);
}

/** What the modules know of objects: the first part of a key is the name of its module. */
function knowledgeOf({ modules }: MoveSource) {
  return async (keys: readonly string[]): Promise<ReadonlyMap<string, StoredObject>> => {
    const module = modules.find(({ name }) => keys[0]?.startsWith(`${name}/`));
    return (await module?.findStored?.(keys)) ?? new Map();
  };
}

function describeObjects({ copied, copiedBytes, kept }: ObjectsSummary): string {
  return `${copied} objects (${(copiedBytes / 1024 ** 2).toFixed(1)} MiB) copied; ${kept} were there already.`;
}

function describeRows({ tables, rows, undelivered }: RowsSummary, ms: number): string {
  return `Equal: ${rows} rows of ${tables} tables, by count and checksum. ${undelivered} events wait for their consumers. That took ${(ms / 1000).toFixed(1)} s.`;
}

async function connect(url: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {}); // the statement that is under way rejects with it
  try {
    await client.connect();
  } catch (error) {
    throw new MoveError(`${name} cannot be used: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  await client.query(`${SESSION}; ${WRITING}`);
  return client;
}
