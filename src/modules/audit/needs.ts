import type { NamedAnchor } from '#platform/anchor/port.ts';
import type { PersonKeys } from '#platform/audit/port.ts';
import type { Db } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { Log } from '#platform/log/port.ts';
import type { ObjectStorage } from '#platform/storage/port.ts';
import type { AuditTables } from './tables.ts';

export interface AuditNeeds {
  readonly db: Db<AuditTables>;
  readonly keys: Keys;
  readonly people: PersonKeys;
  readonly anchors: readonly NamedAnchor[];
  /** Time between two checkpoints that are signed for the anchors. */
  readonly anchorSeconds: number;
  /** The name of the log begins with it; the first signing key fixes that name. */
  readonly host: string;
  /** An integrity report that reads at most this many entries is made within the request. */
  readonly directEntries: number;
  /** Where archived ranges are stored. */
  readonly storage: ObjectStorage;
  /** Whether a server runs, which would chain new entries. */
  readonly isAnyServing: () => Promise<boolean>;
  readonly log: Log;
}
