import { sql, type Kysely, type Transaction } from 'kysely';
import type { Deploy } from '../contract.ts';
import type { ObservabilityTables } from '../tables.ts';

type Writer = Transaction<ObservabilityTables>;

/** Later callers wait until the transaction ends. */
export async function lockDeploys(tx: Writer): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('observability.deploy'))`.execute(tx);
}

/** Newest first, at most `limit`. */
export function listDeploys(
  db: Kysely<ObservabilityTables>,
  from: string,
  to: string,
  limit: number,
): Promise<Deploy[]> {
  return db
    .selectFrom('observability.deploy')
    .select(['at', 'release'])
    .where('at', '>=', from)
    .where('at', '<', to)
    .orderBy('at', 'desc')
    .limit(limit)
    .execute();
}

export async function insertUnlessSame(tx: Writer, deploy: Deploy): Promise<void> {
  await sql`
    insert into observability.deploy (at, release)
    select ${deploy.at}::timestamptz, ${deploy.release}
    where ${deploy.release} is distinct from (select release from observability.deploy order by at desc limit 1)
    on conflict (at) do nothing`.execute(tx);
}

/** At most `limit`. Answers how many. */
export async function deleteDeploysBefore(tx: Writer, before: string, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from observability.deploy where at = any(array(
      select at from observability.deploy where at < ${before}::timestamptz order by at limit ${limit}))`.execute(tx);
  return Number(numAffectedRows ?? 0);
}
