import type { Generated } from 'kysely';
import type { Alert, Deploy, Replay, ReplayFilter } from './contract.ts';

export type Outcome = 'pending' | 'running' | 'succeeded' | 'failed' | 'discarded';

/** Mirrors migrations/; the only tables this module can name. */
export type ObservabilityTables = {
  'observability.replay': Pick<Replay, 'id' | 'box' | 'take' | 'dryRun' | 'matched'> & {
    filter: ReplayFilter;
    createdAt: Generated<string>;
    finishedAt: string | null;
  };
  'observability.objectiveMinute': { objective: string; minute: string; good: number; bad: number };
  'observability.objectiveSlot': { objective: string; slot: string; good: number; bad: number };
  'observability.deploy': Deploy;
  'observability.alert': Alert & { told: number };
  'observability.replayMessage': { replayId: string; messageId: string; outcome: Outcome };
};
