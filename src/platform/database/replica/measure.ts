import { single, type Registry } from '#platform/telemetry/port.ts';
import type { Replica } from './replica.ts';

/** What the replica answers, and how far it is behind. */
export function measureReplica(registry: Registry, replica: Pick<Replica, 'counts' | 'lag'>): void {
  registry.gauge({
    name: 'bonyan_database_replica_reads',
    help: 'Statements of reading requests since the process started, by who answered: replica, or primary because the replica was late or skipped',
    labels: ['outcome'],
    read: () => Object.entries(replica.counts()).map(([outcome, value]) => ({ labels: [outcome], value })),
  });
  registry.gauge({
    name: 'bonyan_database_replica_lag_bytes',
    help: 'Changes of the primary that the replica had not replayed when it was last looked at, at most five seconds ago',
    labels: [],
    read: () => single(replica.lag()?.bytes ?? null),
  });
}
