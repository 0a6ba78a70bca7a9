import { system } from '#kernel/access.ts';
import type { Job, WorkResult } from '#platform/work/port.ts';
import { job } from '#platform/work/port.ts';
import type { UsersNeeds, UsersUnit } from './needs.ts';
import type { UsersTables, UsersWriter } from './tables.ts';

const BATCH = 1000; // of a table: so that nobody waits for long for the locks of a batch

/** Deletes up to `limit` rows of each of its tables, by an index. Answers the most that it has deleted of one. */
export type CleanUp = (tx: UsersWriter, limit: number) => Promise<number>;

export interface UsersJobsNeeds extends Pick<UsersNeeds, 'db'> {
  /** What each sub-feature no longer needs. */
  readonly cleanUps: readonly CleanUp[];
  /** Deletes some of the registrations whose address nobody has confirmed. Answers whether none is left. */
  readonly endOldRegistrations: (unit: UsersUnit) => Promise<boolean>;
  readonly maintainSigningKeys: () => Promise<WorkResult<UsersTables>>;
}

export function usersJobs({ db, cleanUps, endOldRegistrations, maintainSigningKeys }: UsersJobsNeeds): Job[] {
  /** Each batch is a unit of its own. What is left when the process stops is for the next run. */
  async function cleanUp(signal: AbortSignal): Promise<WorkResult<UsersTables>> {
    for (const deleteOld of cleanUps) {
      const deleteBatch = () => db.write(system('users'), ({ tx }) => deleteOld(tx, BATCH));
      while (!signal.aborted && (await deleteBatch()) === BATCH);
    }
    return { write: async () => {} };
  }

  async function endRegistrations(signal: AbortSignal): Promise<WorkResult<UsersTables>> {
    while (!signal.aborted && !(await db.write(system('users'), endOldRegistrations)));
    return { write: async () => {} };
  }

  return [
    job({
      name: 'users.tidy',
      description:
        'Deletes sessions that ended a month ago, old lock-outs, and what is left of acting on behalf of others',
      everySeconds: 3600,
      run: cleanUp,
    }),
    job({
      name: 'users.pending',
      description: 'Deletes registrations whose address was not confirmed within a week',
      everySeconds: 3600,
      run: endRegistrations,
    }),
    job({
      name: 'users.signing_keys',
      description: 'Makes a new signing key when the newest is old, and deletes keys whose tokens have all expired',
      everySeconds: 3600,
      run: maintainSigningKeys,
    }),
  ];
}
