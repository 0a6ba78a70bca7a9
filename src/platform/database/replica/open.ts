import { createOutageLog } from '#platform/log/outages.ts';
import type { Log } from '#platform/log/port.ts';
import type { Pool, PoolOptions, TimeLimits } from '../pool.ts';
import { createRequestPool } from '../requests/request-pool.ts';
import type { RequestScopes } from '../requests/request-scope.ts';
import { createPositions } from './positions.ts';
import { openReplica } from './replica.ts';
import { createReplicaReads } from './replica-reads.ts';

const OUTAGE = {
  gone: 'the replica of the database (DATABASE_REPLICA_URL) cannot be used: everything is read from the primary',
  back: 'the replica of the database can be used again',
};

export interface ReplicaOptions extends Pick<PoolOptions, 'url' | 'size' | 'isPrepared'> {
  /** Of the primary: as it is, and as requests use it. */
  readonly pool: Pool;
  readonly requestPool: Pool;
  readonly scopes: RequestScopes;
  readonly limits: TimeLimits;
  readonly log: Log;
}

/** Reads of requests from a streaming replica; see decision 36. */
export function openReplicaReads({ pool, requestPool, scopes, limits, log, ...options }: ReplicaOptions) {
  const positions = createPositions(pool);
  const outages = createOutageLog(log, OUTAGE);
  const replica = openReplica({ ...options, primary: pool, positions, outages });
  const there = createRequestPool({ pool: replica.pool, scopes, size: options.size, limits });
  return {
    reads: createReplicaReads({ primary: requestPool, there, replica, positions, scopes }),
    component: replica.component,
    counts: replica.counts,
    lag: replica.lag,
    close: replica.close,
  };
}
