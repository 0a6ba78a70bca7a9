import { sql } from 'kysely';
import { kindOf } from '#kernel/forms/address.ts';
import type { KnownPerson } from '../contract.ts';
import type { UsersReader } from '../tables.ts';

/** Those who are not deleted, by id. An address that is not proved is nobody's. */
export async function findPeople(db: UsersReader, ids: readonly string[]): Promise<ReadonlyMap<string, KnownPerson>> {
  const rows = await db
    .selectFrom('users.user')
    .select(['id', 'firstName', 'lastName', 'language'])
    .select(sql<string | null>`case when email_verified_at is not null then email end`.as('email'))
    .select(sql<string | null>`case when phone_verified_at is not null then phone end`.as('phone'))
    .where('id', '=', sql<string>`any (${ids}::uuid[])`)
    .where('status', '<>', 'deleted')
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** The active account that has proved the address; null where there is none. */
export async function findPersonAt(db: UsersReader, address: string): Promise<string | null> {
  const kind = kindOf(address);
  const row = await db
    .selectFrom('users.user')
    .select('id')
    .where(kind, '=', address)
    .where(kind === 'email' ? 'emailVerifiedAt' : 'phoneVerifiedAt', 'is not', null)
    .where('status', '=', 'active')
    .executeTakeFirst();
  return row?.id ?? null;
}
