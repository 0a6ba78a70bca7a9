import type { Job, WorkResult } from '#platform/work/port.ts';
import { job } from '#platform/work/port.ts';
import type { UsersUnit } from './needs.ts';
import type { UsersTables, UsersWriter } from './tables.ts';

export interface UsersJobsNeeds {
  /** Each deletes what its sub-feature no longer needs. */
  readonly cleanUps: readonly ((tx: UsersWriter) => Promise<void>)[];
  /** Deletes registrations whose address nobody has confirmed. */
  readonly endOldRegistrations: (unit: UsersUnit) => Promise<void>;
  readonly maintainSigningKeys: () => Promise<WorkResult<UsersTables>>;
}

export function usersJobs({ cleanUps, endOldRegistrations, maintainSigningKeys }: UsersJobsNeeds): Job[] {
  async function cleanUp(): Promise<WorkResult<UsersTables>> {
    return {
      write: async ({ tx }) => {
        for (const deleteOld of cleanUps) await deleteOld(tx);
      },
    };
  }

  return [
    job({
      name: 'users.tidy',
      description: 'Deletes sessions that ended a month ago, and old lock-outs',
      everySeconds: 3600,
      run: cleanUp,
    }),
    job({
      name: 'users.pending',
      description: 'Deletes registrations whose address was not confirmed within a week',
      everySeconds: 3600,
      run: async () => ({ write: endOldRegistrations }),
    }),
    job({
      name: 'users.signing_keys',
      description: 'Makes a new signing key when the newest is old, and deletes keys whose tokens have all expired',
      everySeconds: 3600,
      run: maintainSigningKeys,
    }),
  ];
}
