import { sql } from 'kysely';
import type { UsersReader, UsersWriter } from '../tables.ts';
import type { RunningImpersonation } from './schemas.ts';

function runBy(db: UsersReader, impersonatorId: string, now: string) {
  const rows = db.selectFrom('users.apiKey').where('impersonatorId', 'is not', null);
  return rows.where('impersonatorId', '=', impersonatorId).where('expiresAt', '>', now);
}

/** Those that have not ended, newest first. */
export async function listRunning(
  db: UsersReader,
  impersonatorId: string,
  now: string,
): Promise<RunningImpersonation[]> {
  const rows = runBy(db, impersonatorId, now).select(['id', 'userId', 'reason', 'createdAt', 'expiresAt']);
  const found = await rows.orderBy('id', 'desc').execute();
  return found.map(({ reason, ...row }) => ({ ...row, reason: reason ?? '' }));
}

/** Deletes up to `limit` of those whose time is over, by their index. Answers how many. */
export async function deleteExpired(tx: UsersWriter, now: string, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`delete from users.api_key where ctid = any (array(
    select ctid from users.api_key where impersonator_id is not null and expires_at < ${now} order by expires_at limit ${limit}
    for update skip locked))`.execute(tx);
  return Number(numAffectedRows);
}

/** Whether a mail may go: none went since `before`. Then the time of this one is kept. */
export async function claimMail(
  tx: UsersWriter,
  {
    userId,
    impersonatorId,
    sentAt,
    before,
  }: { userId: string; impersonatorId: string; sentAt: string; before: string },
): Promise<boolean> {
  const row = { userId, impersonatorId, sentAt };
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('users.impersonationMail')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['userId', 'impersonatorId'])
        .doUpdateSet({ sentAt })
        .where('users.impersonationMail.sentAt', '<=', before),
    )
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}
