import { findStuckQueues, type StuckQueue, type WorkResult } from '#platform/work/port.ts';
import type { IncidentService, Sighting } from '../incidents/service.ts';
import type { LoggingNeeds } from '../needs.ts';
import type { LoggingTables } from '../tables.ts';
import { toFingerprint } from '../transform/pattern.ts';

const LATE_MINUTES = 15; // a long queue after an outage is shorter by then

export interface StuckQueuesNeeds extends Pick<LoggingNeeds, 'db' | 'config' | 'now'> {
  readonly incidents: Pick<IncidentService, 'report'>;
}

/** Opens an incident for each queue whose items have failed for good, or wait. It resolves when they no longer do. */
export function createStuckQueues({ db, config, now, incidents }: StuckQueuesNeeds) {
  async function watch(): Promise<WorkResult<LoggingTables>> {
    if (config.loggingOwn === 'off') return { write: async () => {} };
    const before = new Date(now().getTime() - LATE_MINUTES * 60_000);
    const stuck = await findStuckQueues(db.read, before);
    return { write: (unit) => incidents.report(unit, stuck.flatMap(toSightings)) };
  }

  return { watch };
}

function toSightings({ queue, failed, isLate }: StuckQueue): Sighting[] {
  const of = (kind: string, facts: Pick<Sighting, 'title' | 'description' | 'severity'>, count: number): Sighting => ({
    ...facts,
    ruleId: null,
    fingerprint: toFingerprint(['own', 'queue', queue, kind]),
    service: 'bonyan',
    groupValue: queue,
    notifies: true,
    cooldownSeconds: 3600,
    autoResolveSeconds: 300,
    matches: 0,
    countAtOpening: count,
  });
  const failure = {
    title: `Work of the queue ${queue} has failed`,
    description: 'Its attempts are used. It waits for an operator: its last error says why.',
    severity: 'high' as const,
  };
  const lateness = {
    title: `Work of the queue ${queue} waits`,
    description: `It has been due for more than ${LATE_MINUTES} minutes: no process with workers runs, or they are too slow.`,
    severity: 'medium' as const,
  };
  return [...(failed > 0 ? [of('failed', failure, failed)] : []), ...(isLate ? [of('late', lateness, 1)] : [])];
}
