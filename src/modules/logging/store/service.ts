import type { Static } from 'typebox';
import type { Actor } from '#kernel/access.ts';
import { sql } from 'kysely';
import { UUID_PATTERN } from '#kernel/id.ts';
import { pageErrors } from '#kernel/page.ts';
import { loggingErrors } from '../contract.ts';
import type { LoggingNeeds } from '../needs.ts';
import type { CheckedEvent, CorruptedEvents, CorruptedQuery } from '../schemas.ts';
import { addCorrupted, isIntact, isKnownCorrupted, listCorrupted, softDelete, toEvent, uncount } from './queries.ts';
import type { ArchiveChanges } from './archive-changes.ts';
import type { Reading } from './reading.ts';

const CHECKED_AT_ONCE = 5000;
const LISTED = 100;
const EVERY = { text: '1', values: {} };

export interface EventStoreNeeds extends Pick<LoggingNeeds, 'db' | 'keys'> {
  readonly reading: Reading;
  readonly changes: Pick<ArchiveChanges, 'noteDeleted' | 'hideNow'>;
  /** Whether there are events that PostgreSQL does not have. */
  readonly isArchived: boolean;
}

/** Single events, and whether they are as they were written. */
export function createEventStore({ db, keys, reading, changes, isArchived }: EventStoreNeeds) {
  /** @throws `logging.event_not_found`, `logging.archive_away` */
  async function get(id: string, recalculates: boolean): Promise<Static<typeof CheckedEvent>> {
    const row = await reading.find(id);
    if (!recalculates) {
      const isKnown = await isKnownCorrupted(db.read, id);
      return { ...toEvent(row), integrity: isKnown ? 'corrupted' : 'unchecked' };
    }
    return { ...toEvent(row), integrity: isIntact(keys, row) ? 'valid' : 'corrupted' };
  }

  /**
   * The row stays until its day is dropped, and is found by no search.
   * @throws `logging.event_not_found`, `logging.archive_away`
   */
  async function remove(actor: Actor, anyCase: string): Promise<void> {
    const found = await reading.find(anyCase);
    const { id } = found;
    await db.write(actor, async (unit) => {
      const row = (await softDelete(unit.tx, id)) ?? (isArchived ? found : null);
      if (!row || !(await changes.noteDeleted(unit, id))) throw loggingErrors.eventNotFound({ id });
      const event = toEvent(row);
      await uncount(unit.tx, [event]);
      const { sourceService, level, timestampUtc } = event;
      const payload = { sourceService, level, timestampUtc };
      unit.audit({ action: 'logging.event_deleted', resourceType: 'logEvent', resourceId: id, payload });
    });
    await changes.hideNow(id);
  }

  /** @throws `http.cursor_invalid`, `logging.archive_away` */
  async function corrupted({
    recalculate = false,
    cursor = null,
  }: Omit<Static<typeof CorruptedQuery>, 'cursor'> & { cursor?: string | null }): Promise<
    Static<typeof CorruptedEvents>
  > {
    if (cursor !== null && !UUID_PATTERN.test(cursor)) throw pageErrors.cursorInvalid();
    if (!recalculate) {
      const items = await listCorrupted(db.read, cursor, LISTED);
      return { items, checked: 0, nextCursor: items.length === LISTED ? (items.at(-1)?.id ?? null) : null };
    }
    const range = cursor === null ? {} : { before: cursor };
    const rows = await reading.list(sql`e.deleted_at is null`, EVERY, 'desc', CHECKED_AT_ONCE, range);
    const items = await addCorrupted(
      db.read,
      rows.filter((row) => !isIntact(keys, row)).map(({ id }) => id),
    );
    const nextCursor = rows.length === CHECKED_AT_ONCE ? (rows.at(-1)?.id ?? null) : null;
    return { items, checked: rows.length, nextCursor };
  }

  return { get, find: reading.find, remove, corrupted };
}

export type EventStoreService = ReturnType<typeof createEventStore>;
