import { sql } from 'kysely';
import type { PublishedKey } from '../contract.ts';
import type { Reader, UsersTables, Writer } from '../queries.ts';

export type SigningKeyRow = Omit<UsersTables['users.signingKey'], 'publicJwk'> & { publicJwk: PublishedKey };

/** The one that signs last comes first. */
export function listSigningKeys(db: Reader): Promise<SigningKeyRow[]> {
  return db
    .selectFrom('users.signingKey')
    .select(['kid', 'privateSealed', 'createdAt', 'signsFrom', sql<PublishedKey>`public_jwk`.as('publicJwk')])
    .orderBy('signsFrom', 'desc')
    .orderBy('kid')
    .execute();
}

/** Whoever makes or drops keys waits here for whoever else does. */
export async function lockSigningKeys(tx: Writer): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('users.signing_key'))`.execute(tx);
}

export async function insertSigningKey(tx: Writer, row: UsersTables['users.signingKey']): Promise<void> {
  await tx.insertInto('users.signingKey').values(row).execute();
}

export async function deleteSigningKeys(tx: Writer, kids: readonly string[]): Promise<void> {
  if (kids.length > 0) await tx.deleteFrom('users.signingKey').where('kid', 'in', kids).execute();
}
