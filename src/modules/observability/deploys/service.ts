import { system } from '#kernel/access.ts';
import type { Deploys, DeploysQuery } from '../contract.ts';
import type { ObservabilityNeeds } from '../needs.ts';
import { insertUnlessSame, listDeploys, lockDeploys } from './queries.ts';

const MOST = 200;

/** When which release began to run. */
export function createDeploys({ db, release, now, log }: Pick<ObservabilityNeeds, 'db' | 'release' | 'now' | 'log'>) {
  /** A server starts: a deploy, unless the last one was of the same release. */
  const note = () =>
    db.write(system('observability'), async ({ tx }) => {
      await lockDeploys(tx);
      await insertUnlessSame(tx, { at: now().toISOString(), release });
    });

  return {
    note,
    start: () =>
      note().catch((error: unknown) => log.warn({ err: error }, 'the release that starts could not be recorded')),
    async list({ from, to }: DeploysQuery): Promise<Deploys> {
      return { items: await listDeploys(db.read, from, to ?? now().toISOString(), MOST) };
    },
  };
}

export type DeployService = ReturnType<typeof createDeploys>;
