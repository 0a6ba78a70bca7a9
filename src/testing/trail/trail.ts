import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CompiledQuery, sql, type Transaction } from 'kysely';
import { system } from '#kernel/access.ts';
import { readChainedRows } from '#modules/audit/chain/chained-rows.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { createIntegrityCheck } from '#modules/audit/integrity/integrity-check.ts';
import type { IntegrityReport } from '#modules/audit/schemas.ts';
import type { AuditTables } from '#modules/audit/tables.ts';
import { createPersonKeys } from '#platform/audit/person-keys.ts';
import { withTables, type AnyUnit } from '#platform/database/port.ts';
import { createKeys } from '#platform/keys/derived.ts';
import { toCanonical, toChecksum } from '#verifier/entry.ts';
import { createTree, EMPTY, leafHash } from '#verifier/tree.ts';
import { verifyExport, type Verdict, type VerifyOptions } from '#verifier/verify.ts';
import { SECRET, type TestApp } from '../app.ts';

/** The origin of the recorded entries. */
export const origin = {
  requestId: 'r-1',
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  ip: '192.0.2.7',
  userAgent: 'curl/8',
};

/** Records entries of a fictional module, each in its own unit, and chains them. */
export async function recordMany(app: TestApp, count: number, resourceType = 'thing'): Promise<void> {
  for (let at = 1; at <= count; at++) {
    await app.database.units.write(system('probe', origin), async ({ audit }: AnyUnit) =>
      audit({ action: 'probe.done', resourceType, resourceId: `no ${at}`, payload: { at, said: 'سلام' } }),
    );
  }
  await app.audit.sealer.drain();
}

/** Does the same in one transaction. */
export async function recordAtOnce(app: TestApp, count: number): Promise<void> {
  await app.database.units.write(system('probe', origin), async ({ audit }: AnyUnit) => {
    for (let at = 0; at < count; at++) audit({ action: 'probe.done', resourceType: 'thing', resourceId: `no ${at}` });
  });
  await app.audit.sealer.drain();
}

/** Runs statements as the owner of the database can: without our triggers. */
export async function tamper(app: TestApp, ...statements: string[]): Promise<void> {
  const connection = await app.database.pool.connect();
  try {
    await connection.query('begin');
    await connection.query('set local session_replication_role = replica');
    for (const statement of statements) await connection.query(statement);
    await connection.query('commit');
  } catch (error) {
    await connection.query('rollback');
    throw error;
  } finally {
    connection.release();
  }
}

class RolledBack extends Error {}

/** Runs statements as a superuser can, without triggers and foreign keys, then `read`, and undoes everything. */
export async function onTampered<T>(
  app: TestApp,
  statements: readonly string[],
  read: (tx: Transaction<AuditTables>) => Promise<T>,
): Promise<T> {
  const found: T[] = [];
  const undone = app.database.units.write(system('probe'), async (unit: AnyUnit) => {
    const { tx } = withTables<AuditTables>(unit);
    await sql`set local session_replication_role = replica`.execute(tx);
    for (const statement of statements) await sql.raw(statement).execute(tx);
    found.push(await read(tx));
    throw new RolledBack();
  });
  await undone.catch((error: unknown) => {
    if (!(error instanceof RolledBack)) throw error;
  });
  return found[0] as T; // `read` has returned, or its error was thrown on
}

/** A whole report, as this transaction sees the trail. */
export async function reportWithin(app: TestApp, tx: Transaction<AuditTables>): Promise<IntegrityReport> {
  const keys = createKeys(SECRET);
  const query = async (text: string, values: readonly unknown[] = []) => ({
    ...(await tx.executeQuery(CompiledQuery.raw(text, [...values]))),
    rowCount: 0,
    command: '',
  });
  const people = createPersonKeys({ query } as Parameters<typeof createPersonKeys>[0], keys);
  const db = { ...app.database.forModule<AuditTables>(), read: tx };
  const { report } = await createIntegrityCheck({ db, keys, people, anchors: [] }).check({ incremental: false });
  return report;
}

/** Runs a recurring job now. */
export async function runJob(app: TestApp, name: string): Promise<void> {
  const job = app.modules.flatMap(({ jobs = [] }) => jobs).find((each) => each.name === name);
  if (!job) throw new Error(`there is no job ${name}`);
  const { write } = await job.run(new AbortController().signal);
  await app.database.units.write(system('audit'), write);
}

/**
 * Rebuilds seals and head from the entry `first` on, like an attacker who owns the database and knows the format, but
 * does not have the signing key.
 */
export async function resealFrom(app: TestApp, first: number, size: number): Promise<void> {
  const rows = await readChainedRows(app.database.forModule<never>().read as never, 0, size, size);
  const tree = createTree(EMPTY, () => {});
  let previous: Uint8Array = rows[0]?.previousChecksum ?? Buffer.alloc(0);
  const updates: string[] = [];
  for (const { sequence, entry, checksum } of rows) {
    const renewed =
      entry && sequence >= first ? toChecksum(sequence, toCanonical(entry), entry.payloadHash, previous) : checksum;
    updates.push(
      `update audit.seal set previous_checksum = '\\x${Buffer.from(previous).toString('hex')}', checksum = '\\x${renewed.toString('hex')}' where sequence = ${sequence}`,
    );
    previous = renewed;
    tree.append(leafHash(renewed));
  }
  const nodes = Buffer.concat(tree.frontier().nodes).toString('hex');
  updates.push(
    `update audit.head set size = ${tree.size()}, checksum = '\\x${Buffer.from(previous).toString('hex')}', frontier = '\\x${nodes}'`,
  );
  await tamper(app, ...updates);
}

export async function reportOf(app: TestApp, query = ''): Promise<IntegrityReport> {
  return (await app.signIn(auditPermissions.read).get(`/audit/integrity${query}`)).body;
}

export async function exported(app: TestApp): Promise<string[]> {
  return (await Array.fromAsync(app.audit.exportTrail(() => {}))).map((line) => line.trimEnd());
}

export async function verdictOf(app: TestApp, options: VerifyOptions = {}): Promise<Verdict> {
  return verifyExport(await exported(app), options);
}

/** A statement list that replaces a table of the trail by a copy. */
export function putBack(name: string, from: string): string[] {
  return [`delete from audit.${name}`, `insert into audit.${name} select * from ${from}`];
}

/** The present head as a signed note. */
export async function checkpointOf(app: TestApp): Promise<string> {
  const headers = { 'x-test-caller': app.signIn(auditPermissions.read).userId };
  return (await app.http.inject({ url: '/api/v1/audit/checkpoint', headers })).body;
}

/** Runs the command line of the verifier package without database and configuration. */
export async function verifierCommand(...words: string[]) {
  const main = new URL('../../../packages/audit-verifier/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, ...words], { env: { PATH: '' } });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (out += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out };
}
