import { sql } from 'kysely';
import type { Matrix } from '../schemas.ts';
import type { AuthorizationReader, AuthorizationWriter } from '../tables.ts';

/** Locks the catalogue until the unit ends, so that nodes that start together write it one after the other. */
export async function lockCatalogue(tx: AuthorizationWriter): Promise<void> {
  await sql`lock table "authorization".permission in share row exclusive mode`.execute(tx);
}

/** True when a row was added, changed or deleted. */
export async function replaceCatalogue(tx: AuthorizationWriter, rows: Matrix['permissions']): Promise<boolean> {
  const deleted = await tx
    .deleteFrom('authorization.permission')
    .where(
      'code',
      'not in',
      rows.map(({ code }) => code),
    )
    .returning('code')
    .execute();
  const insert = tx.insertInto('authorization.permission').values(rows);
  const changed = await insert
    .onConflict((conflict) =>
      conflict
        .column('code')
        .doUpdateSet((eb) => ({ description: eb.ref('excluded.description'), module: eb.ref('excluded.module') }))
        .where(
          sql<boolean>`(permission.description, permission.module) is distinct from (excluded.description, excluded.module)`,
        ),
    )
    .returning('code')
    .execute();
  return deleted.length + changed.length > 0;
}

/** False in a new installation, until the catalogue is first written. */
export async function hasSeenAny(db: AuthorizationReader): Promise<boolean> {
  return (await db.selectFrom('authorization.permissionSeen').select('code').limit(1).execute()).length > 0;
}

/** Those of `codes` that no module has declared here before. */
export async function markSeen(tx: AuthorizationWriter, codes: readonly string[]): Promise<Set<string>> {
  const rows = codes.map((code) => ({ code }));
  const inserted = await tx
    .insertInto('authorization.permissionSeen')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning('code')
    .execute();
  return new Set(inserted.map(({ code }) => code));
}

/** Those of `codes` that are not in the catalogue. */
export async function unknownPermissions(db: AuthorizationReader, codes: readonly string[]): Promise<string[]> {
  if (codes.length === 0) return [];
  const known = await db.selectFrom('authorization.permission').select('code').where('code', 'in', codes).execute();
  return codes.filter((code) => !known.some((row) => row.code === code));
}

export function findPermission(db: AuthorizationReader, code: string): Promise<{ module: string } | undefined> {
  return db.selectFrom('authorization.permission').select('module').where('code', '=', code).executeTakeFirst();
}

/** Codes of a module's permissions, sorted. */
export async function listPermissionsOf(db: AuthorizationReader, module: string): Promise<string[]> {
  const rows = db.selectFrom('authorization.permission').select('code').where('module', '=', module).orderBy('code');
  return (await rows.execute()).map(({ code }) => code);
}

export function listPermissions(db: AuthorizationReader): Promise<Matrix['permissions']> {
  return db.selectFrom('authorization.permission').selectAll().orderBy('code').execute();
}
