import { sql } from 'kysely';
import { UUID_PATTERN } from '#kernel/id.ts';
import { toPage, toPaging } from '#kernel/page.ts';
import type { Db, Unit } from '#platform/database/port.ts';
import { AUDIT_PURPOSE } from '#platform/database/port.ts';
import type { Keys } from '#platform/keys/port.ts';
import type { AuditEntry, AuditQuery } from './contract.ts';
import { listEntries, listEntriesOf, type AuditTables, type EntryRow } from './queries.ts';

const ORDER = 'id:desc';

export interface AuditNeeds {
  readonly db: Db<AuditTables>;
  readonly keys: Keys;
}

interface Clear {
  readonly payload: Record<string, unknown>;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** Reads the trail that the units of all modules write. */
export function createAuditService({ db, keys }: AuditNeeds) {
  function toEntry({ sealed, payloadHash, ...entry }: EntryRow): AuditEntry {
    const clear = sealed && (JSON.parse(keys.open(AUDIT_PURPOSE, sealed).toString()) as Clear);
    return {
      ...entry,
      payload: clear?.payload ?? null,
      ip: clear?.ip ?? null,
      userAgent: clear?.userAgent ?? null,
      payloadHash: payloadHash.toString('hex'),
    };
  }

  async function search(query: AuditQuery) {
    const paging = toPaging(query, ORDER, (text) => UUID_PATTERN.test(text));
    const { rows, total } = await listEntries(db.read, query, paging);
    return toPage({ rows: rows.map(toEntry), total }, paging, ORDER, ({ id }) => id);
  }

  return {
    search,
    exportFor: async (userId: string) => (await listEntriesOf(db.read, userId)).map(toEntry),
    /** The entries stay, they name nobody; what they said of the person goes. */
    erase: async ({ tx }: Unit<AuditTables>, userId: string): Promise<void> => {
      await sql`delete from audit.payload p using audit.entry e
        where e.id = p.entry_id and (e.actor_id = ${userId} or e.resource_id = ${userId})`.execute(tx);
    },
  };
}

export type AuditService = ReturnType<typeof createAuditService>;
