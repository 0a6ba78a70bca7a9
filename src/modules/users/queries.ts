import { sql, type Kysely, type Transaction } from 'kysely';
import type { Language } from '#kernel/language.ts';
import type { AccountTables } from './account-tables.ts';
import type { CodeState } from './codes/code-rules.ts';
import { noFailures } from './failed-attempts/lockout.ts';
import type { FactorTables } from './tables.ts';

/** Mirrors migrations/; the only tables this module can name. */
export type UsersTables = FactorTables &
  AccountTables & {
    'users.user': UserRow;
    'users.code': CodeRow;
    'users.codeRequest': { id: string; purpose: Purpose; addressSealed: Buffer; createdAt: string };
    'users.session': SessionRow;
  };
/** `alreadyRegistered` has no code: it bounds a mail. */
export type Purpose = 'verification' | 'reset' | 'emailChange' | 'alreadyRegistered';
export type UserRow = {
  id: string;
  email: string;
  firstName: string;
  lastName: string;
  /** Null for an account that has never had a password. */
  passwordHash: string | null;
  status: 'pending' | 'active' | 'disabled' | 'deleted';
  language: Language;
  emailVerifiedAt: string | null;
  /** By an administrator; what wrong passwords lock is in `users.lockout` and `users.device`. */
  lockedUntil: string | null;
  createdAt: string;
  version: number;
};
export type CodeRow = CodeState & { userId: string; purpose: Purpose; linkMac: Buffer | null };
export type SessionRow = {
  id: string;
  userId: string;
  secret: Buffer;
  counter: number;
  rotatedAt: string;
  createdAt: string;
  lastUsedAt: string;
  idleExpiresAt: string;
  absoluteExpiresAt: string;
  ip: string | null;
  device: string;
  /** When whoever uses it last gave a password or factor. */
  provedAt: string;
  revokedAt: string | null;
};
export type Reader = Kysely<UsersTables>;
export type Writer = Transaction<UsersTables>;

export function findUser(db: Reader, by: { id: string } | { email: string }): Promise<UserRow | undefined> {
  const rows = db.selectFrom('users.user').selectAll();
  return ('id' in by ? rows.where('id', '=', by.id) : rows.where('email', '=', by.email)).executeTakeFirst();
}

/** Holds the account's row until the unit ends. */
export function lockUser(tx: Writer, by: { id: string } | { email: string }): Promise<UserRow | undefined> {
  const rows = tx.selectFrom('users.user').selectAll().forUpdate();
  return ('id' in by ? rows.where('id', '=', by.id) : rows.where('email', '=', by.email)).executeTakeFirst();
}

/** False when another account has the address. */
export async function insertUser(
  tx: Writer,
  row: Omit<UserRow, 'lockedUntil' | 'createdAt' | 'version'>,
): Promise<boolean> {
  const insert = tx
    .insertInto('users.user')
    .values({ ...row, lockedUntil: null, createdAt: sql<string>`now()`, version: 1 });
  const { numInsertedOrUpdatedRows } = await insert
    .onConflict((conflict) => conflict.column('email').doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

export async function updateUser(
  tx: Writer,
  id: string,
  change: Partial<
    Pick<UserRow, 'firstName' | 'lastName' | 'passwordHash' | 'status' | 'emailVerifiedAt' | 'lockedUntil'>
  >,
): Promise<void> {
  await tx
    .updateTable('users.user')
    .set((eb) => ({ ...change, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

/** Creates the row where there is none, and holds it: guesses at one address are counted one by one. */
export async function lockLockout(tx: Writer, addressMac: Buffer, now: string): Promise<UsersTables['users.lockout']> {
  const row = tx.insertInto('users.lockout').values({ addressMac, ...noFailures, lastFailureAt: now, userId: null });
  return row
    .onConflict((conflict) =>
      conflict.column('addressMac').doUpdateSet((eb) => ({ failures: eb.ref('users.lockout.failures') })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function updateLockout(
  tx: Writer,
  { addressMac, ...change }: UsersTables['users.lockout'],
): Promise<void> {
  await tx.updateTable('users.lockout').set(change).where('addressMac', '=', addressMac).execute();
}

/** Rows that no longer say anything: not locked, and without a failure since `before`. */
export async function deleteLockouts(tx: Writer, before: string): Promise<void> {
  await tx.deleteFrom('users.lockout').where('lastFailureAt', '<', before).execute();
}

export function lockCode(tx: Writer, userId: string, purpose: Purpose): Promise<CodeRow | undefined> {
  return tx
    .selectFrom('users.code')
    .selectAll()
    .where('userId', '=', userId)
    .where('purpose', '=', purpose)
    .forUpdate()
    .executeTakeFirst();
}

export function findCodeByLink(db: Reader, linkMacs: readonly Buffer[]): Promise<CodeRow | undefined> {
  return db.selectFrom('users.code').selectAll().where('linkMac', 'in', linkMacs).executeTakeFirst();
}

export async function deleteCodes(tx: Writer, userId: string, purpose: Purpose): Promise<void> {
  await tx.deleteFrom('users.code').where('userId', '=', userId).where('purpose', '=', purpose).execute();
}

export async function upsertCode(tx: Writer, row: CodeRow): Promise<void> {
  const insert = tx.insertInto('users.code').values(row);
  await insert.onConflict((conflict) => conflict.columns(['userId', 'purpose']).doUpdateSet(row)).execute();
}

export async function insertCodeRequest(
  tx: Writer,
  row: Omit<UsersTables['users.codeRequest'], 'createdAt'>,
): Promise<void> {
  await tx
    .insertInto('users.codeRequest')
    .values({ ...row, createdAt: sql<string>`now()` })
    .execute();
}

export async function takeCodeRequest(tx: Writer, id: string): Promise<UsersTables['users.codeRequest'] | undefined> {
  return tx.deleteFrom('users.codeRequest').where('id', '=', id).returningAll().executeTakeFirst();
}

export async function insertSession(tx: Writer, row: SessionRow): Promise<void> {
  await tx.insertInto('users.session').values(row).execute();
}

export function lockSession(tx: Writer, id: string): Promise<SessionRow | undefined> {
  return tx.selectFrom('users.session').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function updateSession(
  tx: Writer,
  id: string,
  change: Partial<
    Pick<SessionRow, 'counter' | 'rotatedAt' | 'lastUsedAt' | 'idleExpiresAt' | 'provedAt' | 'revokedAt'>
  >,
): Promise<void> {
  await tx.updateTable('users.session').set(change).where('id', '=', id).execute();
}

function liveSessions(db: Reader, now: string) {
  return db
    .selectFrom('users.session')
    .where('revokedAt', 'is', null)
    .where('idleExpiresAt', '>', now)
    .where('absoluteExpiresAt', '>', now);
}

/** Whose session it is; undefined when it has ended or its account cannot be used. */
export function findLiveSession(db: Reader, id: string, now: string) {
  return liveSessions(db, now)
    .innerJoin('users.user', 'users.user.id', 'users.session.userId')
    .where('users.user.status', '=', 'active')
    .where((eb) => eb.or([eb('lockedUntil', 'is', null), eb('lockedUntil', '<=', now)]))
    .where('users.session.id', '=', id)
    .select(['users.session.userId', 'users.session.absoluteExpiresAt', 'users.session.provedAt'])
    .executeTakeFirst();
}

/** Newest first. */
export function listLiveSessions(db: Reader, userId: string, now: string): Promise<SessionRow[]> {
  return liveSessions(db, now).selectAll().where('userId', '=', userId).orderBy('id', 'desc').execute();
}

/** Ends the user's sessions but `exceptId`; answers the ids of those it ended. */
export async function revokeSessions(
  tx: Writer,
  userId: string,
  now: string,
  exceptId: string | null,
): Promise<string[]> {
  const live = tx
    .updateTable('users.session')
    .set({ revokedAt: now })
    .where('userId', '=', userId)
    .where('revokedAt', 'is', null);
  const rows = await (exceptId === null ? live : live.where('id', '<>', exceptId)).returning('id').execute();
  return rows.map(({ id }) => id);
}

export async function deleteEndedSessions(tx: Writer, before: string): Promise<void> {
  await tx
    .deleteFrom('users.session')
    .where((eb) =>
      eb.or([eb('revokedAt', '<', before), eb('idleExpiresAt', '<', before), eb('absoluteExpiresAt', '<', before)]),
    )
    .execute();
}

/** Whoever makes the first administrator waits here for whoever else does. */
export async function lockSetup(tx: Writer): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('users.setup'))`.execute(tx);
}

/** Makes an account anonymous; its id stays, since audit entries and other rows name it. */
export async function anonymise(tx: Writer, id: string): Promise<void> {
  const nobody = {
    email: `${id}@deleted.invalid`,
    firstName: '-',
    lastName: '-',
    passwordHash: null,
    status: 'deleted' as const,
  };
  await tx.updateTable('users.user').set(nobody).where('id', '=', id).execute();
  await tx.deleteFrom('users.session').where('userId', '=', id).execute();
  await tx.deleteFrom('users.code').where('userId', '=', id).execute();
  await tx.deleteFrom('users.passwordHistory').where('userId', '=', id).execute();
  await tx.deleteFrom('users.device').where('userId', '=', id).execute();
  await tx.deleteFrom('users.apiKey').where('userId', '=', id).execute();
  await tx.deleteFrom('users.invitation').where('userId', '=', id).execute();
  await tx.deleteFrom('users.lockout').where('userId', '=', id).execute();
}

/** Runs `work` and undoes what it wrote; the unit goes on as if nothing had been. */
export async function takeBack(tx: Writer, work: () => Promise<void>): Promise<void> {
  await sql`savepoint taken_back`.execute(tx);
  await work();
  await sql`rollback to savepoint taken_back`.execute(tx);
}
