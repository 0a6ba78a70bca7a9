import { sql, type RawBuilder } from 'kysely';
import type { FilesWriter } from '../tables.ts';

const WRONG_OF_NETWORK = 10;
/** So that nobody can lock out everybody with few guesses, and no botnet has many. */
const WRONG_OF_LINK = 100;

export interface PasswordAttempt {
  readonly linkId: string;
  /** A hash. */
  readonly network: string;
  readonly at: string;
  readonly since: string;
}

/** No more attempts now. */
export interface FullOfAttempts {
  /** Whether some of those that count are still being compared, and may be right. */
  readonly isUndecided: boolean;
  readonly wrongSince: string;
}

/** Counts an attempt at the password before it is compared; null: it may be compared. */
export async function reserveAttempt(tx: FilesWriter, attempt: PasswordAttempt): Promise<FullOfAttempts | null> {
  const { linkId, network, at, since } = attempt;
  const { rows: ofNetwork } = await sql`
    insert into files.link_attempt as a (link_id, network, wrong_attempts, undecided_attempts, wrong_since)
    values (${linkId}, ${network}, 1, 1, ${at})
    on conflict (link_id, network) do update set ${counted(sql`a`, attempt)}
    where a.wrong_since <= ${since} or a.wrong_attempts < ${WRONG_OF_NETWORK}
    returning 1`.execute(tx);
  const byNetwork = sql`files.link_attempt where link_id = ${linkId} and network = ${network}`;
  if (ofNetwork.length === 0) return fullness(tx, byNetwork, WRONG_OF_NETWORK);
  const { rows: ofLink } = await sql`
    update files.link a set ${counted(sql`a`, attempt)}
    where id = ${linkId}
      and (a.wrong_since is null or a.wrong_since <= ${since} or a.wrong_attempts < ${WRONG_OF_LINK})
    returning 1`.execute(tx);
  if (ofLink.length === 1) return null;
  await sql`update files.link_attempt set ${decided(true)}
    where link_id = ${linkId} and network = ${network}`.execute(tx); // it is not compared
  return fullness(tx, sql`files.link where id = ${linkId}`, WRONG_OF_LINK);
}

/** The password of a reserved attempt was compared. */
export async function decideAttempt(
  tx: FilesWriter,
  { linkId, network }: PasswordAttempt,
  isRight: boolean,
): Promise<void> {
  await sql`update files.link_attempt set ${decided(isRight)}
    where link_id = ${linkId} and network = ${network}`.execute(tx);
  await sql`update files.link set ${decided(isRight)} where id = ${linkId}`.execute(tx);
}

/** One more, in the time that began with the first. */
function counted(row: RawBuilder<unknown>, { at, since }: PasswordAttempt): RawBuilder<unknown> {
  const goesOn = sql`${row}.wrong_since > ${since}`;
  return sql`
    wrong_attempts = case when ${goesOn} then ${row}.wrong_attempts + 1 else 1 end,
    undecided_attempts = case when ${goesOn} then ${row}.undecided_attempts + 1 else 1 end,
    wrong_since = case when ${goesOn} then ${row}.wrong_since else ${at} end`;
}

function decided(isRight: boolean): RawBuilder<unknown> {
  return sql`
    wrong_attempts = greatest(wrong_attempts - ${isRight ? 1 : 0}, 0),
    undecided_attempts = greatest(undecided_attempts - 1, 0)`;
}

async function fullness(tx: FilesWriter, from: RawBuilder<unknown>, most: number): Promise<FullOfAttempts> {
  const { rows } = await sql<FullOfAttempts>`
    select wrong_attempts - undecided_attempts < ${most} as is_undecided, wrong_since from ${from}`.execute(tx);
  const [full] = rows;
  if (!full) throw new Error('the counter of attempts is gone');
  return full;
}
